//! The walk along every route and server function, each called by everyone who may and everyone who may not.

use std::collections::{BTreeMap, BTreeSet};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use leptos::server_fn::axum::server_fn_paths;
use purser::model::{OperatorId, PaymentSeq, Role};
use purser::router::{router, routes};
use purser::{catalog, payments, projects};

use crate::access_table::{Line, TABLE, WITH_QUERY, Who};
use crate::people::{Answer, HOME, account, send, session};
use crate::shop::{APP_KEY, SECRET_KEY, Shop};
use crate::support::{Kind, TestState, on_both};

const ELSEWHERE: &str = "203.0.113.9:5000";

/// Everyone who calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Person {
    Nobody,
    Stranger,
    Member(usize),
    Administrator,
}

impl Person {
    fn all() -> impl Iterator<Item = Self> {
        let members = (0..Role::ALL.len()).map(Self::Member);
        [Self::Nobody, Self::Stranger].into_iter().chain(members).chain([Self::Administrator])
    }
}

/// What a person must get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Served,
    /// 401, or led to the door.
    Unknown,
    /// 404: they may not know that it exists.
    Hidden,
    /// 403.
    Denied,
}

fn outcome(who: Who, person: Person) -> Outcome {
    let has = |least: Role, held: usize| if held >= rank(least) { Outcome::Served } else { Outcome::Denied };
    match (who, person) {
        (Who::Anyone, _) => Outcome::Served,
        (_, Person::Nobody) | (Who::App | Who::Server, _) => Outcome::Unknown,
        (Who::SignedIn, _) | (_, Person::Administrator) => Outcome::Served,
        (Who::InProject(_), Person::Stranger) => Outcome::Hidden,
        (Who::InProject(least) | Who::InAny(least), Person::Member(held)) => has(least, held),
        _ => Outcome::Denied,
    }
}

fn rank(role: Role) -> usize {
    Role::ALL.iter().position(|one| *one == role).expect("a role")
}

/// The people, and the real ids that stand in the table's paths and bodies.
struct Cast {
    app: Router,
    people: BTreeMap<Person, OperatorId>,
    ids: Vec<(&'static str, String)>,
}

impl Cast {
    async fn gather(state: &TestState) -> Self {
        let shop = Shop::open(state).await;
        let project = &shop.project;
        let people = [
            (Person::Stranger, account(state, "stranger@example.com", false, None).await),
            (Person::Administrator, account(state, "administrator@example.com", true, None).await),
        ];
        let mut people = BTreeMap::from(people);
        for (number, role) in Role::ALL.iter().enumerate() {
            let email = format!("{}@example.com", role.as_str().to_lowercase());
            people.insert(Person::Member(number), account(state, &email, false, Some((project, *role))).await);
        }
        let spare = account(state, "spare@example.com", false, None).await;
        let (payment, _) = shop.reserve("TEST", "player-1", "gem_100").await;
        let ids = ids(state, &shop, &payment, &spare).await;
        Self { app: router(state.state.clone()), people, ids }
    }

    fn fill(&self, text: &str) -> String {
        self.ids.iter().fold(text.to_owned(), |text, (name, id)| text.replace(name, id))
    }

    async fn call(&self, line: &Line, from: &str, headers: &[(&str, &str)]) -> Answer {
        let (method, path, _, sent) = line;
        let (path, sent) = (fill_rest(&self.fill(path)), self.fill(sent));
        let kind = if sent.starts_with(['{', '[']) { "application/json" } else { "application/x-www-form-urlencoded" };
        let is_page = *method == "GET" && !path.starts_with("/api/");
        let mut request = Request::builder().method(*method).uri(&path);
        request = request.header(header::ACCEPT, if is_page { "text/html" } else { "application/json" });
        if *method != "GET" {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        send(&self.app, from, request.body(Body::from(sent)).expect("a request")).await
    }

    async fn check(&self, state: &TestState, line: &Line) {
        match line.2 {
            Who::Machine => self.check_machine(line).await,
            Who::Store => {
                let answer = self.call(line, HOME, &[]).await;
                assert!(answer.status.is_client_error(), "{line:?} without proof: {}", told(&answer));
            }
            Who::Compatible => {
                let answer = self.call(line, HOME, &[]).await;
                let is_refused =
                    answer.status == StatusCode::OK && answer.body.replace(' ', "").contains("\"isSuccessful\":false");
                assert!(is_refused, "{line:?} without a key: {}", told(&answer));
            }
            Who::App | Who::Server => {
                self.check_people(state, line).await;
                self.check_keys(line).await;
            }
            _ => self.check_people(state, line).await,
        }
    }

    async fn check_people(&self, state: &TestState, line: &Line) {
        for person in Person::all() {
            let cookie = match self.people.get(&person) {
                Some(operator) => Some(session(state, operator).await),
                None => None,
            };
            let headers: Vec<_> = cookie.iter().map(|cookie| ("cookie", cookie.as_str())).collect();
            let answer = self.call(line, HOME, &headers).await;
            expect(outcome(line.2, person), &answer, &format!("{line:?} as {person:?}"));
        }
    }

    async fn check_keys(&self, line: &Line) {
        let secret = format!("Bearer {SECRET_KEY}");
        for wrong in
            [("x-appkey", "no-such-key"), ("authorization", "Bearer sk_wrongwrongwrongwrong"), ("authorization", "Basic x")]
        {
            expect(Outcome::Unknown, &self.call(line, HOME, &[wrong]).await, &format!("{line:?} with {wrong:?}"));
        }
        let by_app = if line.2 == Who::App { Outcome::Served } else { Outcome::Denied };
        expect(by_app, &self.call(line, HOME, &[("x-appkey", APP_KEY)]).await, &format!("{line:?} as an app"));
        expect(Outcome::Served, &self.call(line, HOME, &[("authorization", &secret)]).await, &format!("{line:?} as a server"));
    }

    async fn check_machine(&self, line: &Line) {
        expect(Outcome::Served, &self.call(line, HOME, &[]).await, &format!("{line:?} from here"));
        expect(Outcome::Denied, &self.call(line, ELSEWHERE, &[]).await, &format!("{line:?} from elsewhere"));
    }
}

async fn ids(state: &TestState, shop: &Shop, payment: &str, spare: &OperatorId) -> Vec<(&'static str, String)> {
    let project = &shop.project;
    let found = payments::find(state, project, &PaymentSeq(payment.to_owned())).await.expect("a payment");
    let reservation_token = found.access_salt.map(|salt| state.keys.tokens.reservation_token(&found.payment_seq, salt));
    let apps = projects::list_apps(state, project).await.expect("apps");
    let products = catalog::list_products(state, project, &catalog::ProductQuery::default()).await.expect("products");
    vec![
        ("{project}", project.to_string()),
        ("{app}", apps[0].app_seq.to_string()),
        ("{product}", products.items[0].product_seq.to_string()),
        ("{payment}", payment.to_owned()),
        ("{paymentSeq}", payment.to_owned()),
        ("{accessToken}", payments::access_token(state, &found)),
        ("{reservationToken}", reservation_token.expect("a salt")),
        ("{user}", "player-1".to_owned()),
        ("{userKey}", "player-1".to_owned()),
        ("{operator}", spare.to_string()),
    ]
}

/// Puts `x` where a path still has a parameter.
fn fill_rest(path: &str) -> String {
    let segments = path.split('/').map(|segment| if segment.starts_with('{') { "x" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}

fn expect(outcome: Outcome, answer: &Answer, what: &str) {
    let is_at_door = answer.status == StatusCode::SEE_OTHER && answer.location().starts_with("/login");
    let is_right = match outcome {
        Outcome::Unknown => answer.status == StatusCode::UNAUTHORIZED || is_at_door,
        Outcome::Hidden => answer.status == StatusCode::NOT_FOUND,
        Outcome::Denied => answer.status == StatusCode::FORBIDDEN,
        Outcome::Served => {
            let is_refused = matches!(answer.status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) || is_at_door;
            // What could not be read never came as far as the check.
            let is_unread = answer.body.contains("server function arguments") || answer.status == StatusCode::METHOD_NOT_ALLOWED;
            !is_refused && !is_unread && answer.status != StatusCode::INTERNAL_SERVER_ERROR
        }
    };
    assert!(is_right, "{what} should be {outcome:?}, but: {}", told(answer));
}

fn told(answer: &Answer) -> String {
    format!("{} {} {:.300}", answer.status, answer.location(), answer.body)
}

/// Every route of a router with its methods, read from what axum tells of itself when debugging.
fn routes_of(router: &Router) -> BTreeSet<(String, String)> {
    const METHODS: [&str; 7] = ["get", "post", "put", "patch", "delete", "head", "options"];
    let text = format!("{router:?}");
    let (text, _) = text.split_once("fallback_router:").expect("axum's own form");
    let (endpoints, paths) = text.split_once("node: Node { paths: {").expect("axum's own form");
    let by_id = |text: &str| -> BTreeMap<String, String> {
        let entries = text.split("RouteId(").filter_map(|entry| entry.split_once("): "));
        entries.map(|(id, rest)| (id.to_owned(), rest.to_owned())).collect()
    };
    let endpoints = by_id(endpoints);
    let mut routes = BTreeSet::new();
    for (id, path) in by_id(paths) {
        let path = path.split('"').nth(1).expect("a path").to_owned();
        let endpoint = &endpoints[&id];
        let is_there =
            |method: &&&str| ["Route", "BoxedHandler"].iter().any(|kind| endpoint.contains(&format!("{method}: {kind}")));
        let methods: Vec<_> = METHODS.iter().filter(is_there).collect();
        assert!(!methods.is_empty(), "{path} takes no method: {endpoint}");
        routes.extend(methods.into_iter().map(|method| (path.clone(), method.to_uppercase())));
    }
    routes
}

on_both! {
    async fn each_route_refuses_who_may_not(state: TestState) {
        let cast = Cast::gather(&state).await;
        for line in TABLE.iter().chain(WITH_QUERY) {
            cast.check(&state, line).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_table_holds_every_route_and_server_function() {
    let state = TestState::new(Kind::Sqlite).await;
    let mut there = routes_of(&routes(state.state.clone()));
    for probe in ["/healthz", "/api/v1/payments", "/projects/{project}/payments.csv", "/fn/sign_in", "/login"] {
        assert!(there.iter().any(|(path, _)| path == probe), "the listing is blind: {probe} is not in {there:?}");
    }
    // Leptos gives each server function a route; ask for itself all the same, should one be mounted apart.
    there.extend(server_fn_paths().map(|(path, method)| (path.to_owned(), method.to_string())));
    // What pages read is read by their queries, not asked for at an address of its own.
    let reads: Vec<_> =
        server_fn_paths().filter(|(path, _)| ["get_", "list_", "find_"].iter().any(|read| path.contains(read))).collect();
    assert!(reads.is_empty(), "server functions are for writes; reads belong in src/console/queries: {reads:?}");
    // The public files depend on what was built; they are files.
    let files = routes_of(&state.assets.router::<()>());
    there.retain(|route| route.0 == "/pkg/{*path}" || !files.contains(route));

    let lines: Vec<_> = TABLE.iter().map(|(method, path, ..)| ((*path).to_owned(), (*method).to_owned())).collect();
    let listed: BTreeSet<_> = lines.iter().cloned().collect();
    let missing: Vec<_> = there.difference(&listed).collect();
    let gone: Vec<_> = listed.difference(&there).collect();
    assert!(missing.is_empty(), "say in src/tests/access_table.rs who may call: {missing:#?}");
    assert!(gone.is_empty(), "these are in src/tests/access_table.rs and nowhere else: {gone:#?}");
    assert!(lines.is_sorted() && lines.len() == listed.len(), "keep src/tests/access_table.rs in order, each once");
}
