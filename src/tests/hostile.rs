//! Every page, with names of everything that would end the element or attribute they stand in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use axum::Router;
use axum::http::StatusCode;
use purser::audit::By;
use purser::auth::{self, NewAccount};
use purser::catalog::{self, NewProduct, ProductInput, ProductQuery};
use purser::console::paths::encode;
use purser::model::NotificationQuery;
use purser::notifications;
use purser::projects::{self, AppInput, ProjectInput};
use purser::router::router;
use serde_json::{Value, json};

use crate::people::{PASSWORD, account, call, session, visit};
use crate::shop::{BUNDLE, Key, text};
use crate::simulated_store::Store;
use crate::support::{Kind, TestState};

const BY: By = By::System("test");
/// Ends a title, a text area, a script, and an attribute in either quotes.
const EVIL: &str = r#""'></title></textarea></script><script>hostile</script>"#;
/// For what takes 32 characters.
const SHORT: &str = r#""'></title><script>hostile"#;
/// The part of it that no page may hold as it is.
const RAW: [&str; 3] = ["<script>hostile", "\"'>", "</title></textarea>"];
const ROUTES: &str = include_str!("../console/app.rs");

struct World {
    app: Router,
    cookie: String,
    /// The values of the routes' parameters.
    values: BTreeMap<&'static str, String>,
}

impl World {
    async fn open(state: &TestState) -> Self {
        let store = Store::open(state).await;
        let project = store.shop.project.clone();
        let admin = account(state, "admin@example.com", true, None).await;
        let (app, cookie) = (router(state.state.clone()), session(state, &admin).await);
        let person = NewAccount {
            email: r#""'></title></textarea><script>hostile</script>@example.com"#.into(),
            name: EVIL.into(),
            password: PASSWORD.into(),
            is_admin: false,
            membership: Some((project.clone(), purser::model::Role::Support)),
        };
        let settings = ProjectInput { name: EVIL.into(), client_consume: false, ..ProjectInput::default() };
        let operator = auth::add_operator(state, &BY, &person).await.expect("an account");
        projects::update_project(state, &BY, &project, &settings).await.expect("renamed");
        projects::create_secret_key(state, &BY, &project, EVIL, None).await.expect("a key");
        let apps = projects::list_apps(state, &project).await.expect("apps");
        for app in &apps {
            let input = AppInput { name: Some(EVIL.into()), ..AppInput::default() };
            projects::update_app(state, &BY, &project, app.app_seq, &input).await.expect("renamed");
        }
        let products = catalog::list_products(state, &project, &ProductQuery::default()).await.expect("products").items;
        let details = ProductInput { name: Some(EVIL.into()), ..ProductInput::default() };
        for product in &products {
            catalog::update_product(state, &BY, &project, product.product_seq, &details).await.expect("renamed");
        }
        for app in &apps {
            let product_type = purser::model::ProductType::Consumable;
            let new = NewProduct { app: app.app_seq, store_product_id: EVIL, product_type, details: &details };
            // Refused or not, it must not harm.
            drop(catalog::create_product(state, &BY, &project, &new).await);
        }
        let payment = trade(&store).await;
        let world = Self { app, cookie, values: BTreeMap::new() };
        let mut values = BTreeMap::from([
            ("project", project.to_string()),
            ("app", apps[0].app_seq.to_string()),
            ("product", products[0].product_seq.to_string()),
            ("payment", payment),
            ("user", EVIL.to_owned()),
            ("operator", operator.to_string()),
        ]);
        let fields = [("input[project]", project.as_str()), ("input[payment]", &values["payment"]), ("input[reason]", EVIL)];
        assert_eq!(call(&world.app, "/fn/refund_payment", &fields, Some(&world.cookie)).await.status, StatusCode::OK);
        let (_, list) = store.shop.call(Key::Secret, "GET", "/api/v1/subscriptions", Value::Null).await;
        values.insert("subscription", text(&list["items"][0], "subscriptionId"));
        let listed = notifications::list(state, &project, &NotificationQuery::default()).await.expect("lists").items;
        values.insert("notification", listed.first().expect("a notification").notice_no.to_string());
        Self { values, ..world }
    }

    /// Every route with its real parameters; then with hostile ones, and as many hostile filters.
    fn paths(&self) -> Vec<String> {
        let routes: Vec<_> = ROUTES.split("path!(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(routes.len() > 30, "{routes:?}");
        let fill = |route: &str, project: &str, is_real: bool| {
            let value = |name: &str| if is_real { encode(&self.values[name]) } else { encode(EVIL) };
            let parts = route.split('/').map(|part| match part.strip_prefix(':') {
                Some("project") => project.to_owned(),
                Some(name) => value(name),
                None => part.to_owned(),
            });
            parts.collect::<Vec<_>>().join("/")
        };
        let project = encode(&self.values["project"]);
        let names = [
            "next",
            "q",
            "user",
            "channel",
            "status",
            "store",
            "app",
            "product",
            "actor",
            "target",
            "action",
            "kind",
            "from",
            "to",
            "cursor",
            "payment",
            "order",
            "subscriber",
            "token",
            "added",
            "project",
            "__path",
            "sort",
            "currency",
        ];
        let query: Vec<_> = names.iter().map(|name| format!("{name}={}", encode(EVIL))).collect();
        let fault = json!({ "code": EVIL, "message": EVIL, "param": "name" }).to_string();
        let failed = |fault: &str| format!("__path=%2Ffn%2Fcreate_project&__err={}", encode(&base64(fault)));
        let reason = json!({ "File": { "UnknownColumn": EVIL } });
        let reasoned = failed(&json!({ "code": "", "message": "", "param": "name", "reason": reason }).to_string());
        let fault = failed(&fault);
        let mut paths = vec![format!("/{}", encode(EVIL)), format!("/no/such/{}?x={}", encode(SHORT), encode(EVIL))];
        for route in routes {
            let real = fill(route, &project, true);
            paths.extend([real.clone(), format!("{real}?{}", query.join("&")), format!("{real}?{fault}")]);
            paths.extend([fill(route, &project, false), fill(route, &encode(EVIL), false)]);
            if route == "/simulator" {
                paths.push(format!("{real}?project={project}"));
            }
        }
        paths.push(format!("/projects/new?{reasoned}"));
        let user = encode(&self.values["user"]);
        paths.push(format!("/projects/{project}/users/{user}?channel={}", encode(SHORT)));
        paths
    }
}

fn base64(text: &str) -> String {
    use base64::Engine;
    base64::engine::general_purpose::URL_SAFE.encode(text)
}

/// Purchases, a subscription and notifications with hostile words in all of them; gives a payment.
async fn trade(store: &Store) -> String {
    let reserve = json!({
        "store": "TEST", "productId": "gem_100", "userKey": EVIL, "userChannel": SHORT, "payload": EVIL,
    });
    let (status, reserved) = store.shop.call(Key::App, "POST", "/api/v1/payments", reserve.clone()).await;
    assert_eq!(status, StatusCode::CREATED, "{reserved}");
    let payment = text(&reserved, "paymentSeq");
    for order in [EVIL, "order-1"] {
        let proof = json!({ "token": format!("test:gem_100:{order}") });
        store.shop.verify(&payment, &proof).await;
    }
    let (_, other) = store.shop.call(Key::App, "POST", "/api/v1/payments", reserve).await;
    let close = format!("/api/v1/payments/{}/close", text(&other, "paymentSeq"));
    store.shop.call(Key::App, "POST", &close, json!({ "reason": EVIL })).await;
    let plain = json!({ "store": "TEST", "productId": "gem_100", "userKey": EVIL, "payload": EVIL });
    store.shop.call(Key::App, "POST", "/api/v1/payments", plain).await;

    store.subscribe(EVIL, json!({})).await;
    for kind in ["REFUND", SHORT] {
        let notification = json!({ "storeAppId": BUNDLE, "notificationType": kind, "subtype": kind, "data": { "consumptionRequestReason": EVIL } });
        store.shop.call(Key::None, "POST", "/simulator/control/notices", notification).await;
    }
    store.deliver().await;
    store.days(1).await;
    store.deliver().await;
    payment
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_holds_a_name_as_it_is() {
    let state = TestState::new(Kind::Sqlite).await;
    let world = World::open(&state).await;
    let (mut shown, mut faults) = (0, Vec::new());
    for path in world.paths() {
        for cookie in [Some(world.cookie.as_str()), None] {
            let answer = visit(&world.app, &path, cookie).await;
            let what = format!("{path} ({})", answer.status);
            assert!(!answer.status.is_server_error(), "{what}: {}", answer.body);
            if !answer.headers.get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"text/html")) {
                continue;
            }
            shown += usize::from(answer.body.contains("hostile"));
            faults.extend(RAW.iter().filter(|raw| answer.body.contains(**raw)).map(|raw| format!("{what}: {raw}")));
            for element in ["title", "textarea"] {
                let count = |part: &str| answer.body.matches(part).count();
                let (opened, closed) =
                    (count(&format!("<{element}>")) + count(&format!("<{element} ")), count(&format!("</{element}>")));
                if opened != closed {
                    faults.push(format!("{what}: {opened} of {element} opened, {closed} closed"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} faults: {:#?}", faults.len(), &faults[..faults.len().min(20)]);
    assert!(shown > 40, "the names were on {shown} pages only");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_names_are_on_the_pages_that_are_about_them() {
    let state = TestState::new(Kind::Sqlite).await;
    let world = World::open(&state).await;
    let project = format!("/projects/{}", world.values["project"]);
    let at = |path: &str| format!("{project}{path}");
    for path in [
        at(""),
        at("/apps"),
        at("/products"),
        at("/settings"),
        at("/members"),
        at("/payments"),
        at("/audit"),
        at("/subscriptions"),
        at(&format!("/payments/{}", world.values["payment"])),
        at(&format!("/subscriptions/{}", world.values["subscription"])),
        at(&format!("/members/{}", world.values["operator"])),
        at(&format!("/users/{}", encode(EVIL))),
    ] {
        let answer = visit(&world.app, &path, Some(&world.cookie)).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(answer.body.contains("&lt;script&gt;hostile"), "{path} shows nothing of it");
    }
    let page = visit(&world.app, &at(&format!("/users/{}", encode(EVIL))), Some(&world.cookie)).await.body;
    let title = page.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).expect("a title");
    assert!(title.starts_with("\"'&gt;&lt;/title&gt;"), "{title}");
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("readable").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// Leptos escapes text and attributes, but for these: what is data may stand in none of them, unless escaped in `ui/raw.rs`.
#[test]
fn nothing_of_the_console_writes_html_as_it_stands() {
    let mut files = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/console"), &mut files);
    assert!(files.len() > 100);
    let allowed = |path: &Path, part: &str| {
        let ends = |name: &str| path.ends_with(name);
        match part {
            "leptos_meta::Title" | "<Title" => ends("ui/raw.rs"),
            "<textarea" => ends("ui/input.rs") || ends("ui/raw.rs"),
            "<script" => ends("shell.rs"),
            // What is drawn there is escaped: by the drawing library, and by `ui/raw.rs`.
            "inner_html" | "<title" => ends("ui/chart.rs"),
            _ => false,
        }
    };
    for path in files {
        let source = std::fs::read_to_string(&path).expect("readable");
        for part in [
            "inner_html",
            "set_inner",
            "insert_adjacent",
            "leptos_meta::Title",
            "<Title",
            "<textarea",
            "<script",
            "<style",
            "<title",
            "<noscript",
            "<iframe",
            "srcdoc",
        ] {
            let is_there = source.lines().any(|line| !line.trim_start().starts_with("//") && line.contains(part));
            assert!(!is_there || allowed(&path, part), "{} has {part}", path.display());
        }
    }
}
