//! The embedded database's files belong to the server's own account alone: payments, sessions, sealed credentials are in them.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io::{Error as IoError, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use crate::error::{Error, Result};

const FILE_MODE: u32 = 0o600;
const FOLDER_MODE: u32 = 0o700;
/// What else stands beside the database when the folder is the server's own.
const COMPANIONS: [&str; 2] = ["master.key", "demo-secret-key"];
/// Endings of databases and copies of them.
const COPIES: [&str; 5] = ["db", "sqlite", "sqlite3", "bak", "backup"];
/// A folder with more in it is not the server's own.
const ENTRIES_MAX: usize = 1_000;

/// Makes folder and file before SQLite does (which gives its log files the mode of the database), and takes others' rights away
/// from what is there already.
pub fn make_private(database: &Path) -> Result<()> {
    let at = |error: IoError| Error::internal(format!("{}: {error}", database.display()));
    let folder = database.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.exists()) {
        DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(folder).map_err(at)?;
    }
    match OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(database) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(at(error)),
    }
    tighten(folder.unwrap_or(Path::new(".")), database.file_name().unwrap_or_default());
    Ok(())
}

/// Takes others' rights away from the database, its log files and copies, and from the folder if nothing else is in it.
fn tighten(folder: &Path, database: &OsStr) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    let entries: Vec<_> = entries.take(ENTRIES_MAX).flatten().collect();
    let mut is_own_folder = entries.len() < ENTRIES_MAX;
    for entry in entries {
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_file && is_own(&entry.file_name(), database) {
            limit(&entry.path(), FILE_MODE);
        } else {
            is_own_folder = false;
        }
    }
    if is_own_folder {
        limit(folder, FOLDER_MODE);
    }
}

fn is_own(name: &OsStr, database: &OsStr) -> bool {
    let is_copy = Path::new(name).extension().is_some_and(|ending| COPIES.iter().any(|copy| ending == *copy));
    name.as_encoded_bytes().starts_with(database.as_encoded_bytes()) || COMPANIONS.iter().any(|own| name == *own) || is_copy
}

fn limit(path: &Path, mode: u32) {
    let Ok(found) = fs::metadata(path) else { return };
    let present = found.permissions().mode() & 0o777;
    if present & !mode == 0 {
        return;
    }
    match fs::set_permissions(path, Permissions::from_mode(present & mode)) {
        Ok(()) => tracing::info!(path = %path.display(), "others could read this; now they can't"),
        Err(error) => tracing::warn!(path = %path.display(), %error, "others can read this"),
    }
}

#[cfg(test)]
mod tests;
