//! Two people save one form: the second is told, and nothing the first saved is overwritten unseen.

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use purser::apply::apply;
use purser::audit::{self, By};
use purser::auth;
use purser::catalog;
use purser::model::{AppSeq, AuditQuery, ConsumptionPolicy, OperatorId, ProductSeq, ProjectId, Role, StoreCode};
use purser::nhn;
use purser::projects;
use purser::router::router;

use crate::people::{Answer, HOME, account, call, send, session, visit};
use crate::shop::{BUNDLE, Shop, project_input};
use crate::support::{TestState, on_both};

const BY: By = By::System("test");

/// Two administrators at the console, and what they edit.
struct Two {
    app: Router,
    project: ProjectId,
    cookie: String,
    member: OperatorId,
    apple: AppSeq,
    product: ProductSeq,
}

impl Two {
    async fn new(state: &TestState) -> Self {
        let project = Shop::open(state).await.project;
        let id = account(state, "lead@example.com", true, Some((&project, Role::Admin))).await;
        let member = account(state, "kim@example.com", false, Some((&project, Role::Viewer))).await;
        let apps = projects::list_apps(state, &project).await.expect("apps");
        let apple = apps.iter().find(|app| app.store == StoreCode::AppStore).expect("an app").app_seq;
        let product = catalog::find_in_app(state, &project, apple, "gem_100").await.expect("reads").expect("there").product_seq;
        Self { app: router(state.state.clone()), cookie: session(state, &id).await, project, member, apple, product }
    }

    async fn post(&self, function: &str, version: i64, fields: &[(&str, &str)]) -> Answer {
        let (version, apple) = (version.to_string(), self.apple.to_string());
        let product = self.product.to_string();
        let common = [
            ("input[project]", self.project.as_str()),
            ("input[app]", apple.as_str()),
            ("input[product]", product.as_str()),
            ("input[operator]", self.member.as_str()),
            ("input[version]", version.as_str()),
        ];
        // The form of an app has the fields of its store beside its own, and refuses all others.
        let others = if function == "update_app" { ["input[product]", "input[operator]"] } else { [""; 2] };
        let common: Vec<_> = common.into_iter().filter(|(name, _)| !others.contains(name)).collect();
        call(&self.app, &format!("/fn/{function}"), &[&common, fields].concat(), Some(&self.cookie)).await
    }

    /// Both see version 1; the first saves, the second is told, looks again and saves.
    async fn save_in_turn(&self, function: &str, first: &[(&str, &str)], second: &[(&str, &str)]) {
        let answer = self.post(function, 1, first).await;
        assert_eq!(answer.status, StatusCode::OK, "{function}: {answer:?}");
        let answer = self.post(function, 1, second).await;
        assert_eq!((answer.status, answer.code().as_str()), (StatusCode::CONFLICT, "EDITED_MEANWHILE"), "{function}: {answer:?}");
    }
}

const APP: [(&str, &str); 2] = [("input[environment]", "SIMULATOR"), ("input[status]", "USE")];

on_both! {
    async fn every_form_tells_the_second(state: TestState) {
        let two = Two::new(&state).await;
        let name = |name| [("input[name]", name)];
        two.save_in_turn("update_project", &name("First"), &name("Second")).await;
        let project = projects::get_project(&state, &two.project).await.expect("there");
        assert_eq!((project.name.as_str(), project.version.0), ("First", 2));

        let (off, on) = ([("input[consumption]", "OFF")], [("input[consumption]", "CONSUME_STATE"), ("input[consent]", "true")]);
        two.save_in_turn("update_policy", &on, &off).await;
        assert_eq!(projects::get_policy(&state, &two.project).await.expect("there").consumption, ConsumptionPolicy::ConsumeState);

        let app = |name| [&APP[..], &[("input[name]", name), ("input[shared_secret]", "0123456789abcdef0123456789abcdef")]].concat();
        two.save_in_turn("update_app", &app("First"), &app("Second")).await;
        let removal = two.post("remove_secret", 1, &name("shared_secret")).await;
        assert_eq!(removal.code(), "EDITED_MEANWHILE", "a secret that was stored after the page was opened: {removal:?}");
        let found = projects::get_app(&state, &two.project, two.apple).await.expect("there");
        assert_eq!(found.app.name, "First");
        assert!(found.stored_secrets.contains(&"shared_secret".to_owned()));
        assert_eq!(two.post("remove_secret", found.app.version.0, &name("shared_secret")).await.status, StatusCode::OK);

        let product = |name| [("input[name]", name), ("input[status]", "USE"), ("input[sku]", "")];
        two.save_in_turn("update_product", &product("First"), &product("Second")).await;
        assert_eq!(catalog::get_product(&state, &two.project, two.product).await.expect("there").name, "First");

        let role = |role| [("input[role]", role)];
        two.save_in_turn("set_member_role", &role("SUPPORT"), &role("ADMIN")).await;
        assert_eq!(auth::get_member(&state, &two.project, &two.member).await.expect("there").role, Role::Support);

        two.save_in_turn("update_operator", &[("input[isActive]", "false")], &[("input[isAdmin]", "true")]).await;
        let (kim, _) = auth::get_account(&state, &two.member).await.expect("there");
        assert_eq!((kim.is_active, kim.is_admin), (false, false));
    }

    async fn the_forms_of_nhn_are_of_one_thing(state: TestState) {
        let two = Two::new(&state).await;
        let door = |addresses| [("input[compatible]", "true"), ("input[addresses]", addresses)];
        two.save_in_turn("set_nhn_compatible", &door("203.0.113.7"), &door("")).await;
        assert_eq!(two.post("set_nhn_legacy", 1, &[("input[legacy]", "true")]).await.code(), "EDITED_MEANWHILE");
        let gamebase = [("input[gamebaseAppId]", "C3JmSctU"), ("input[gamebaseSecret]", "")];
        assert_eq!(two.post("set_gamebase", 1, &gamebase).await.code(), "EDITED_MEANWHILE");
        assert_eq!(two.post("set_gamebase", 2, &gamebase).await.status, StatusCode::OK);
        let kept = nhn::get_nhn_settings(&state, &two.project).await.expect("there");
        assert_eq!((kept.door.addresses.as_str(), kept.legacy, kept.version.0), ("203.0.113.7/32", false, 3));
        // Another form of the same project is another thing.
        assert_eq!(two.post("update_project", 1, &[("input[name]", "Game")]).await.status, StatusCode::OK);
    }

    async fn of_two_at_the_same_moment_one_is_told(state: TestState) {
        let two = Two::new(&state).await;
        let product = |name| [("input[name]", name), ("input[status]", "USE"), ("input[sku]", "")];
        let (first, second) = (product("First"), product("Second"));
        let (one, other) = tokio::join!(two.post("update_product", 1, &first), two.post("update_product", 1, &second));
        let mut statuses = [one.status, other.status];
        statuses.sort();
        assert_eq!(statuses, [StatusCode::OK, StatusCode::CONFLICT]);
        assert_eq!(catalog::get_product(&state, &two.project, two.product).await.expect("there").version.0, 2);
        let renamed = |name: &'static str| {
            let input = projects::AppInput { name: Some(name.into()), ..Default::default() };
            let (state, project) = (state.state.clone(), two.project.clone());
            async move { projects::update_app(&state, &BY, &project, two.apple, &input).await.is_ok() }
        };
        let (one, other) = tokio::join!(renamed("First"), renamed("Second"));
        let app = projects::get_app(&state, &two.project, two.apple).await.expect("there").app;
        assert_eq!(app.version.0 - 1, i64::from(one) + i64::from(other), "each that was done is counted, none lost");
    }

    async fn the_page_shows_what_was_saved_meanwhile(state: TestState) {
        let two = Two::new(&state).await;
        let page = format!("/projects/{}/products/{}", two.project, two.product);
        let shown = visit(&two.app, &page, Some(&two.cookie)).await.body;
        assert!(shown.contains(r#"name="input[version]" value="1""#), "{shown}");
        let theirs = [("input[name]", "Theirs"), ("input[status]", "STOP"), ("input[sku]", "")];
        assert_eq!(two.post("update_product", 1, &theirs).await.status, StatusCode::OK);
        let body = serde_urlencoded::to_string([
            ("input[project]", two.project.as_str()), ("input[product]", &two.product.to_string()), ("input[version]", "1"),
            ("input[name]", "Mine"), ("input[status]", "USE"), ("input[sku]", "gem"),
        ]);
        let request = Request::post("/fn/update_product")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "text/html")
            .header(header::COOKIE, &two.cookie)
            .header(header::REFERER, format!("http://127.0.0.1:3000{page}"));
        let refused = send(&two.app, HOME, request.body(Body::from(body.expect("a form"))).expect("a request")).await;
        let back = refused.location().replace("http://127.0.0.1:3000", "");
        assert!(back.starts_with(&page) && back.contains("__err="), "{refused:?}");
        for (language, words) in [
            ("en", ["Somebody else changed this", "Saved meanwhile: Theirs", "Saved meanwhile: nothing"]),
            ("ko", ["다른 사람이 먼저 변경하여", "그사이에 저장된 값: Theirs", "그사이에 저장된 값: 없음"]),
        ] {
            let cookie = format!("{}; lang={language}", two.cookie);
            let shown = visit(&two.app, &back, Some(&cookie)).await.body;
            for words in words {
                assert!(shown.contains(words), "{language}: {words}: {shown}");
            }
            assert!(shown.contains(r#"name="input[version]" value="2""#), "the next try is based on what is shown");
        }
    }

    async fn a_declared_file_is_applied_whatever_people_did_and_tells_them(state: TestState) {
        let two = Two::new(&state).await;
        let folder = std::env::temp_dir().join(format!("purser_two_{}", uuid::Uuid::new_v4().simple()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let declared = format!(
            "[[project]]\nname = \"Declared\"\napp_key = \"{}\"\nnhn_compatible = true\n[[project.app]]\nstore = \"AS\"\n\
             store_app_id = \"{BUNDLE}\"\nname = \"Declared app\"\nenvironment = \"SIMULATOR\"\n[[project.app.product]]\n\
             store_product_id = \"gem_100\"\ntype = \"CONSUMABLE\"\nname = \"Declared gem\"\n",
            crate::shop::APP_KEY
        );
        std::fs::write(folder.join("file.toml"), declared).expect("writes");
        let name = [("input[name]", "By hand"), ("input[status]", "USE"), ("input[sku]", "")];
        assert_eq!(two.post("update_product", 1, &name).await.status, StatusCode::OK);
        let done = apply(&state, &folder.join("file.toml")).await;
        let again = apply(&state, &folder.join("file.toml")).await;
        std::fs::remove_dir_all(&folder).expect("removes");
        assert_eq!((done.expect("applies").len(), again.expect("applies again").len()), (4, 0));
        for (function, version, fields) in [
            ("update_product", 2, name.to_vec()),
            ("update_app", 1, [&APP[..], &[("input[name]", "By hand")]].concat()),
            ("update_project", 1, vec![("input[name]", "By hand")]),
            ("set_nhn_compatible", 1, vec![("input[addresses]", "")]),
        ] {
            assert_eq!(two.post(function, version, &fields).await.code(), "EDITED_MEANWHILE", "{function}");
        }
    }

    async fn what_is_refused_is_not_in_the_audit_log(state: TestState) {
        let two = Two::new(&state).await;
        let lines = async || {
            let query = AuditQuery { action: Some("project.update".into()), ..AuditQuery::default() };
            audit::list(&state, &query).await.expect("lists").items.len()
        };
        two.post("update_project", 1, &[("input[name]", "First")]).await;
        let before = lines().await;
        two.post("update_project", 1, &[("input[name]", "Second")]).await;
        assert_eq!((before, lines().await), (1, 1));
        projects::update_project(&state, &BY, &two.project, &project_input("Third", false)).await.expect("without a form");
        assert_eq!(lines().await, 2);
    }
}
