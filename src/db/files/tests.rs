use super::*;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("there").permissions().mode() & 0o777
}

#[test]
fn what_is_made_and_what_is_there_is_private() {
    let root = std::env::temp_dir().join(format!("purser_files_{}", uuid::Uuid::new_v4().simple()));
    let (folder, database) = (root.join("data"), root.join("data/purser.db"));
    make_private(&database).expect("made");
    assert_eq!((mode(&folder), mode(&database)), (0o700, 0o600));
    let open = Permissions::from_mode(0o755);
    let names = ["purser.db-wal", "purser.db-shm", "purser.db.2026-11-23", "backup.db", "master.key"];
    for name in names {
        fs::write(folder.join(name), "x").expect("written");
        fs::set_permissions(folder.join(name), open.clone()).expect("opened");
    }
    fs::set_permissions(&folder, open.clone()).expect("opened");
    make_private(&database).expect("tightened");
    assert!(names.iter().all(|name| mode(&folder.join(name)) == 0o600));
    assert_eq!(mode(&folder), 0o700);

    fs::write(folder.join("notes.txt"), "x").expect("written");
    fs::set_permissions(&folder, open.clone()).expect("opened");
    fs::set_permissions(folder.join("notes.txt"), open).expect("opened");
    make_private(&database).expect("tightened");
    assert_eq!((mode(&folder), mode(&folder.join("notes.txt"))), (0o755, 0o755), "what is not ours stays as it is");
    fs::remove_dir_all(root).expect("removed");
}
