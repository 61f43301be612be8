//! Declaring from a file: twice is once, and a bad file changes nothing.

use std::path::PathBuf;

use purser::apply::apply;
use purser::catalog::{self, ProductQuery};
use purser::projects;

use crate::support::{TestState, on_both};

const GOOD: &str = r#"
[[project]]
name = "Game"
app_key = "declared-key"
client_consume = true
secret_keys = [{ name = "server", value = "file:secret" }]

  [project.nhn]
  legacy = true
  gamebase_app_id = "C3JmSctU"
  gamebase_secret = "file:secret"

  [[project.app]]
  store = "AS"
  store_app_id = "com.example.game"
  environment = "SANDBOX"
  notice_mode = "V1"
  shared_secret = "file:secret"

    [[project.app.product]]
    store_product_id = "gem_100"
    type = "CONSUMABLE"
"#;

/// A folder with the file and the secret it points to.
struct Folder(PathBuf);

impl Folder {
    fn with(text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("purser_apply_{}", uuid::Uuid::new_v4().simple()));
        std::fs::create_dir_all(&path).expect("a folder");
        std::fs::write(path.join("secret"), "sk_0123456789abcdef0123456789\n").expect("writes");
        std::fs::write(path.join("file.toml"), text).expect("writes");
        Self(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("file.toml")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

on_both! {
    async fn the_date_and_the_risks_are_declared(state: TestState) {
        let project = |keys: &str| {
            let app = |store: &str, id: &str, world: &str, keys: &str| {
                format!("[[project.app]]\nstore = \"{store}\"\nstore_app_id = \"{id}\"\nenvironment = \"{world}\"\n{keys}\n")
            };
            let (free, live) = (app("TEST", "com.test", "SIMULATOR", keys), app("AS", "com.live", "LIVE", ""));
            format!("[[project]]\nname = \"Game\"\n{free}{live}")
        };
        let refused = async |text: String| { apply(&state, &Folder::with(&text).file()).await.expect_err("refused").to_string() };
        assert!(refused(project("")).await.contains("project.app.allowTestStoreBesideLive"));
        assert!(refused(project("in_charge_since = \"soon\"")).await.contains("project.app.in_charge_since"));
        let keys = "allow_test_store_beside_live = true\nnhn_test_payments = true\nin_charge_since = 2026-12-01T00:00:00+09:00";
        let folder = Folder::with(&project(keys));
        assert_eq!(apply(&state, &folder.file()).await.expect("applies").len(), 3);
        assert!(apply(&state, &folder.file()).await.expect("applies").is_empty());
        let projects = projects::find_project_by_name(&state, "Game").await.expect("reads").expect("a project");
        let app = projects::list_apps(&state, &projects.id).await.expect("apps").remove(0);
        let since = app.in_charge_since.expect("a date").to_rfc3339();
        assert_eq!((since.as_str(), app.beside_live, app.nhn_test_payments), ("2026-11-30T15:00:00.000Z", true, true));
    }

    async fn a_file_applied_twice_changes_nothing_the_second_time(state: TestState) {
        let folder = Folder::with(GOOD);
        assert!(!apply(&state, &folder.file()).await.expect("applies").is_empty());
        assert_eq!(apply(&state, &folder.file()).await.expect("applies again"), Vec::<String>::new());
        let access = projects::authenticate_app_key(&state, "declared-key").await.expect("the AppKey");
        assert!(access.client_consume);
        let server = projects::authenticate_secret_key(&state, "sk_0123456789abcdef0123456789").await.expect("the secret key");
        assert_eq!(server.project_id, access.project_id);
        let apps = projects::list_apps(&state, &access.project_id).await.expect("lists");
        assert_eq!(apps.len(), 1);
        let products = catalog::list_products(&state, &access.project_id, &ProductQuery::default()).await.expect("lists");
        assert_eq!(products.items.len(), 1);
        let nhn = purser::nhn::get_nhn_settings(&state, &access.project_id).await.expect("found");
        assert!(nhn.legacy && nhn.has_gamebase_secret && nhn.gamebase_app_id.as_deref() == Some("C3JmSctU"));
    }

    async fn a_changed_product_type_is_refused_before_anything_is_written(state: TestState) {
        let folder = Folder::with(GOOD);
        apply(&state, &folder.file()).await.expect("applies");
        let access = projects::authenticate_app_key(&state, "declared-key").await.expect("the AppKey");
        let changed = GOOD
            .replace("name = \"Game\"", "name = \"Renamed\"")
            .replace("notice_mode = \"V1\"", "notice_mode = \"V2\"")
            .replace("type = \"CONSUMABLE\"", "type = \"AUTO_SUBSCRIPTION\"");
        let folder = Folder::with(&changed);
        let error = apply(&state, &folder.file()).await.expect_err("a type can't change").to_string();
        assert!(error.starts_with("project.app.product.type"), "{error}");
        assert_eq!(projects::get_project(&state, &access.project_id).await.expect("there").name, "Game");
        let apps = projects::list_apps(&state, &access.project_id).await.expect("lists");
        assert_eq!(apps[0].settings.get("notice_mode").map(String::as_str), Some("V1"));
    }

    async fn what_fails_while_it_is_written_undoes_all_of_it(state: TestState) {
        // The same app twice is seen by the database only, when the second one is inserted.
        let app = &GOOD[GOOD.find("  [[project.app]]").expect("an app")..];
        let folder = Folder::with(&format!("{GOOD}\n{app}"));
        let error = apply(&state, &folder.file()).await.expect_err("the app is there twice").to_string();
        assert!(error.starts_with("project.app.storeAppId"), "{error}");
        assert!(projects::list_projects(&state).await.expect("lists").is_empty());
        assert!(projects::authenticate_app_key(&state, "declared-key").await.is_err());
        assert!(projects::authenticate_secret_key(&state, "sk_0123456789abcdef0123456789").await.is_err());
    }

    async fn another_secret_under_a_name_replaces_the_first(state: TestState) {
        let folder = Folder::with(GOOD);
        apply(&state, &folder.file()).await.expect("applies");
        std::fs::write(folder.0.join("secret"), "sk_abcdef0123456789abcdef0123").expect("writes");
        let done = apply(&state, &folder.file()).await.expect("applies again");
        assert!(done.iter().any(|line| line.contains("former one revoked")), "{done:?}");
        assert!(projects::authenticate_secret_key(&state, "sk_0123456789abcdef0123456789").await.is_err());
        assert!(projects::authenticate_secret_key(&state, "sk_abcdef0123456789abcdef0123").await.is_ok());
    }

    async fn a_project_declared_twice_is_refused(state: TestState) {
        let folder = Folder::with(&format!("{GOOD}\n{}", GOOD.replace("declared-key", "another-declared-key")));
        let error = apply(&state, &folder.file()).await.expect_err("declared twice").to_string();
        assert!(error.starts_with("project.name"), "{error}");
        assert!(projects::list_projects(&state).await.expect("lists").is_empty());
    }

    async fn a_bad_file_changes_nothing_and_names_the_field(state: TestState) {
        for (good, bad, named) in [
            ("notice_mode = \"V1\"", "notice_mode = \"V3\"", "project.app.notice_mode"),
            ("notice_mode = \"V1\"", "colour = \"red\"", "project.app.colour"),
            ("shared_secret = \"file:secret\"", "shared_secret = \"plain\"", "project.app.shared_secret"),
            ("shared_secret = \"file:secret\"", "shared_secret = \"env:NOT_THERE_AT_ALL\"", "NOT_THERE_AT_ALL"),
            ("client_consume = true", "client_consumes = true", "client_consumes"),
            ("app_key = \"declared-key\"", "app_key = \"x\"", "project.appKey"),
            ("gamebase_app_id = \"C3JmSctU\"", "gamebase_app_id = \"x\"", "project.nhn.gamebaseAppId"),
            ("gamebase_secret = \"file:secret\"", "gamebase_secret = \"plain\"", "project.nhn.gamebase_secret"),
            ("type = \"CONSUMABLE\"", "type = \"CONSUMABEL\"", "CONSUMABEL"),
            ("store_product_id = \"gem_100\"", "store_product_id = \"no spaces\"", "storeProductId"),
        ] {
            let folder = Folder::with(&GOOD.replace(good, bad));
            let error = apply(&state, &folder.file()).await.expect_err(bad).to_string();
            assert!(error.contains(named), "{bad}: {error}");
            assert!(projects::list_projects(&state).await.expect("lists").is_empty(), "{bad} left something behind");
        }
    }
}
