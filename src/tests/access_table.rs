//! Who may call what: one line for every route and server function of the whole server.
//!
//! HOW TO ADD A LINE. `the_table_holds_every_route_and_server_function` fails and names what is missing. Put its line in the
//! alphabetical place: method, path as axum writes it, who may call it, and (server functions and bodies) something to send that
//! is good enough to be read. `{project}`, `{app}`, `{product}`, `{payment}`, `{user}`, `{operator}` stand for real ids in path and
//! body, `{paymentSeq}`, `{userKey}` and `{accessToken}` too; any other `{…}` in a path becomes `x`. What starts with `{` or `[` is sent as JSON,
//! else as a form. `each_route_refuses_who_may_not` then calls it as nobody, as a person of no project, in each role, and as an
//! instance administrator, with and without keys; whoever is not named here must be refused, and whoever is must not be. Send
//! something that changes nothing the other lines need.

use purser::model::Role;

/// Who may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Anyone; what it needs beyond that (a one-time link, a password) is in what is sent.
    Anyone,
    /// Anyone who is signed in.
    SignedIn,
    /// This role in the project and those above it; for others the project is not there.
    InProject(Role),
    /// This role in any project and those above it.
    InAny(Role),
    /// Instance administrators.
    Administrator,
    /// An app by its AppKey, a game server by its secret key.
    App,
    /// A game server by its secret key.
    Server,
    /// This machine.
    Machine,
    /// A store by its own proof; what is sent here has none.
    Store,
    /// A game server of NHN Cloud IAP by its AppKey; refused inside an answer of status 200.
    Compatible,
}

use Who::*;

const VIEWER: Who = InProject(Role::Viewer);
const SUPPORT: Who = InProject(Role::Support);
const OPERATOR: Who = InProject(Role::Operator);
const ADMIN: Who = InProject(Role::Admin);

/// Method, path, who may, what to send.
pub type Line = (&'static str, &'static str, Who, &'static str);

/// Sorted by path, then method.
#[rustfmt::skip]
pub const TABLE: &[Line] = &[
    ("GET", "/", SignedIn, ""),
    ("GET", "/account", SignedIn, ""),
    ("GET", "/account/second-factor", SignedIn, ""),
    ("GET", "/api/docs", Anyone, ""),
    ("GET", "/api/docs/", Anyone, ""),
    ("GET", "/api/docs/{*rest}", Anyone, ""),
    ("GET", "/api/openapi.json", Anyone, ""),
    ("GET", "/api/v1/payments", Server, ""),
    ("POST", "/api/v1/payments", App, r#"{"store": "TEST", "productId": "gem_100", "userKey": "u"}"#),
    ("POST", "/api/v1/payments/verify", App, r#"{"store": "TEST", "userKey": "u", "proof": {"token": "x"}}"#),
    ("GET", "/api/v1/payments/{paymentSeq}", Server, ""),
    ("POST", "/api/v1/payments/{paymentSeq}/close", App, r#"{"reason": "x"}"#),
    ("POST", "/api/v1/payments/{paymentSeq}/consume", Server, r#"{"accessToken": "{accessToken}"}"#),
    ("POST", "/api/v1/payments/{paymentSeq}/verify", App, r#"{"proof": {"token": "x"}}"#),
    ("GET", "/api/v1/products", App, ""),
    ("GET", "/api/v1/subscriptions", Server, ""),
    ("GET", "/api/v1/subscriptions/{subscriptionId}", Server, ""),
    ("POST", "/api/v1/users", App, r#"{"userKey": "u"}"#),
    ("GET", "/api/v1/users/{userKey}/consumables", App, ""),
    ("GET", "/api/v1/users/{userKey}/subscriptions", App, ""),
    ("GET", "/audit", Administrator, ""),
    ("GET", "/audit.csv", Administrator, ""),
    ("POST", "/callback/subscription/{bundleId}/AS", Store, "{}"),
    ("POST", "/callback/subscription/{bundle_id}/AS/v2", Store, r#"{"signedPayload": "x"}"#),
    ("POST", "/callback/subscription/{packageName}/GG", Store, "{}"),
    ("POST", "/fn/accept_invitation", Anyone, "input[token]=x&input[password]=x"),
    ("POST", "/fn/add_member", ADMIN, "input[project]={project}&input[email]=-&input[role]=VIEWER"),
    ("POST", "/fn/add_trusted_root", OPERATOR, "input[project]={project}&input[app]={app}&input[trustedRoots]=-"),
    ("POST", "/fn/change_password", SignedIn, "input[currentPassword]=x&input[newPassword]=x"),
    ("POST", "/fn/check_app", OPERATOR, "input[project]={project}&input[app]={app}"),
    ("POST", "/fn/check_set_up_link", Anyone, "token=x"),
    ("POST", "/fn/correct_payment", SUPPORT, "input[project]={project}&input[payment]={payment}&input[receiptNumber]=&input[price]=&input[currency]=&input[reason]="),
    ("POST", "/fn/create_app", OPERATOR, "input[project]={project}&input[store]=AS&input[storeAppId]=-&input[name]=&input[environment]=SIMULATOR"),
    ("POST", "/fn/create_product", OPERATOR, "input[project]={project}&input[app]={app}&input[storeProductId]=-&input[name]=&input[productType]=CONSUMABLE&input[sku]="),
    ("POST", "/fn/create_project", Administrator, "input[name]=&input[appKey]="),
    ("POST", "/fn/create_secret_key", ADMIN, "input[project]={project}&input[name]="),
    ("POST", "/fn/disable_second_factor", SignedIn, "input[password]=x&input[code]=x"),
    ("POST", "/fn/draft_second_factor", SignedIn, ""),
    ("POST", "/fn/enable_second_factor", SignedIn, "input[password]=x&input[code]=x"),
    ("POST", "/fn/end_other_sessions", SignedIn, ""),
    ("POST", "/fn/enter_code", Anyone, "input[code]=x"),
    ("POST", "/fn/get_account", SignedIn, ""),
    ("POST", "/fn/get_app", VIEWER, "project={project}&app={app}"),
    ("POST", "/fn/get_link_holder", Anyone, "token=x"),
    ("POST", "/fn/get_member", ADMIN, "project={project}&operator={operator}"),
    ("POST", "/fn/get_nhn", ADMIN, "project={project}"),
    ("POST", "/fn/get_nhn_calls", ADMIN, "project={project}"),
    ("POST", "/fn/get_operator", Administrator, "operator={operator}"),
    ("POST", "/fn/get_overview", VIEWER, "project={project}"),
    ("POST", "/fn/get_payment", VIEWER, "project={project}&payment={payment}"),
    ("POST", "/fn/get_product", VIEWER, "project={project}&product={product}"),
    ("POST", "/fn/get_product_import", OPERATOR, "project={project}"),
    ("POST", "/fn/get_second_factor", SignedIn, ""),
    ("POST", "/fn/get_settings", ADMIN, "project={project}"),
    ("POST", "/fn/get_simulator", InAny(Role::Support), "project={project}&payment="),
    ("POST", "/fn/get_user", VIEWER, "project={project}&user_key={user}&user_channel=GF"),
    ("POST", "/fn/get_viewer", Anyone, ""),
    ("POST", "/fn/invite_operator", Administrator, "input[email]=-&input[name]="),
    ("POST", "/fn/list_apps", VIEWER, "project={project}"),
    ("POST", "/fn/list_audit", Administrator, r#"{"query": {}}"#),
    ("POST", "/fn/list_members", ADMIN, "project={project}"),
    ("POST", "/fn/list_operators", Administrator, ""),
    ("POST", "/fn/list_payments", VIEWER, r#"{"project": "{project}", "query": {"unconsumed": false, "limit": 0}}"#),
    ("POST", "/fn/list_products", VIEWER, r#"{"project": "{project}", "filter": {}}"#),
    ("POST", "/fn/list_project_audit", ADMIN, r#"{"project": "{project}", "query": {}}"#),
    ("POST", "/fn/make_password_link", Administrator, "input[operator]={operator}"),
    ("POST", "/fn/make_second_factor_link", Administrator, "input[operator]={operator}"),
    ("POST", "/fn/refund_payment", SUPPORT, "input[project]={project}&input[payment]={payment}&input[reason]="),
    ("POST", "/fn/remove_member", ADMIN, "input[project]={project}&input[operator]={operator}"),
    ("POST", "/fn/remove_secret", OPERATOR, "input[project]={project}&input[app]={app}&input[name]=-"),
    ("POST", "/fn/remove_trusted_root", OPERATOR, "input[project]={project}&input[app]={app}&input[fingerprint]=-"),
    ("POST", "/fn/rename_account", SignedIn, "input[name]="),
    ("POST", "/fn/renew_recovery_codes", SignedIn, "input[password]=x&input[code]=x"),
    ("POST", "/fn/reset_second_factor", Anyone, "input[token]=x&input[password]=x"),
    ("POST", "/fn/revoke_secret_key", ADMIN, "input[project]={project}&input[id]=x"),
    ("POST", "/fn/rotate_app_key", ADMIN, "input[project]={project}&input[appKey]=-&input[overlapHours]=1"),
    ("POST", "/fn/set_gamebase", ADMIN, "input[project]={project}&input[gamebaseAppId]=-&input[gamebaseSecret]="),
    ("POST", "/fn/set_member_role", ADMIN, "input[project]={project}&input[operator]={operator}&input[role]=VIEWER"),
    ("POST", "/fn/set_nhn_legacy", ADMIN, "input[project]={project}"),
    ("POST", "/fn/set_preferences", Anyone, "input[lang]=ko"),
    ("POST", "/fn/set_up", Anyone, "input[token]=x&input[email]=x&input[password]=x"),
    ("POST", "/fn/sign_in", Anyone, "input[email]=x&input[password]=x"),
    ("POST", "/fn/sign_out", Anyone, ""),
    ("POST", "/fn/update_app", OPERATOR, "input[project]={project}&input[app]={app}&input[name]=&input[environment]=SIMULATOR&input[status]=USE"),
    ("POST", "/fn/update_operator", Administrator, "input[operator]={operator}&input[isAdmin]=false"),
    ("POST", "/fn/update_product", OPERATOR, "input[project]={project}&input[product]={product}&input[name]=&input[status]=USE&input[sku]="),
    ("POST", "/fn/update_project", ADMIN, "input[project]={project}&input[name]="),
    ("POST", "/fn/visit_shop", SUPPORT, "input[project]={project}&input[product]={product}&input[player]=&input[price]=&input[currency]="),
    ("GET", "/healthz", Anyone, ""),
    ("POST", "/inapp/v3/consume/{paymentSeq}/items/{itemSeq}", Compatible, "{}"),
    ("GET", "/invitation", Anyone, ""),
    ("GET", "/login", Anyone, ""),
    ("GET", "/login/code", Anyone, ""),
    ("POST", "/market-notifications/ONESTORE/{clientId}/receive", Store, "{}"),
    ("POST", "/markets//ONESTORE/notification/{packageName}/receive", Store, "{}"),
    ("POST", "/markets/ONESTORE/notification/{packageName}/receive", Store, "{}"),
    ("GET", "/metrics", Anyone, ""),
    ("GET", "/operators", Administrator, ""),
    ("GET", "/operators/new", SignedIn, ""),
    ("GET", "/operators/{operator}", Administrator, ""),
    ("GET", "/pkg/{*path}", Anyone, ""),
    ("GET", "/projects/new", SignedIn, ""),
    ("GET", "/projects/{project}", VIEWER, ""),
    ("GET", "/projects/{project}/apps", VIEWER, ""),
    ("GET", "/projects/{project}/apps/new", SignedIn, ""),
    ("GET", "/projects/{project}/apps/{app}", VIEWER, ""),
    ("GET", "/projects/{project}/audit", ADMIN, ""),
    ("GET", "/projects/{project}/audit.csv", ADMIN, ""),
    ("GET", "/projects/{project}/members", ADMIN, ""),
    ("GET", "/projects/{project}/members/new", ADMIN, ""),
    ("GET", "/projects/{project}/members/{operator}", ADMIN, ""),
    ("GET", "/projects/{project}/payments", VIEWER, ""),
    ("GET", "/projects/{project}/payments.csv", VIEWER, ""),
    ("GET", "/projects/{project}/payments/{payment}", VIEWER, ""),
    ("GET", "/projects/{project}/products", VIEWER, ""),
    ("GET", "/projects/{project}/products.csv", VIEWER, ""),
    ("POST", "/projects/{project}/products.csv", OPERATOR, ""),
    ("GET", "/projects/{project}/products/import", OPERATOR, ""),
    ("GET", "/projects/{project}/products/new", VIEWER, ""),
    ("GET", "/projects/{project}/products/{product}", VIEWER, ""),
    ("GET", "/projects/{project}/settings", ADMIN, ""),
    ("GET", "/projects/{project}/settings/nhn", ADMIN, ""),
    ("GET", "/projects/{project}/users/{user}", VIEWER, ""),
    ("GET", "/readyz", Anyone, ""),
    ("GET", "/setup", Anyone, ""),
    ("GET", "/simulator", InAny(Role::Support), ""),
    ("GET", "/simulator/control/purchases", Machine, ""),
    ("POST", "/simulator/control/purchases", Machine, "{}"),
    ("GET", "/simulator/root.der", Machine, ""),
    ("GET", "/simulator/root.pem", Machine, ""),
    ("POST", "/standard/inapp/v1/consumable/list", Compatible, "{}"),
    ("GET", "/standard/item/list/{appSeq}", Compatible, ""),
    ("POST", "/standard/item/list/{appSeq}", Compatible, "{}"),
    ("POST", "/tcgb-inapp/v1.0/apps/{appId}/consumable/list", Compatible, "{}"),
    ("POST", "/tcgb-inapp/v1.0/apps/{appId}/consume/{paymentSeq}/items/{itemSeq}", Compatible, "{}"),
    ("GET", "/tcgb-inapp/v1.0/apps/{appId}/item/list/{appSeq}", Compatible, ""),
    ("POST", "/tcgb-inapp/v1.2/apps/{appId}/active-subscriptions", Compatible, "{}"),
    ("POST", "/tcgb-inapp/v1.2/apps/{appId}/consumable", Compatible, "{}"),
    ("POST", "/tcgb-inapp/v1.2/apps/{appId}/consume", Compatible, "{}"),
    ("POST", "/tcgb-inapp/v1.3/apps/{appId}/active-subscriptions", Compatible, "{}"),
    ("POST", "/tcgb-inapp/v1.3/apps/{appId}/consumable", Compatible, "{}"),
    ("POST", "/tcgb-inapp/v1.3/apps/{appId}/consume", Compatible, "{}"),
    ("GET", "/tcgb-inapp/v1.3/apps/{appId}/payment/transaction", Compatible, ""),
    ("POST", "/tcgb-inapp/v1.3/apps/{appId}/subscriptions/cancel", Compatible, "{}"),
    ("POST", "/tcgb-inapp/v1.3/apps/{appId}/subscriptions/revoke", Compatible, "{}"),
    ("POST", "/tcgb-inapp/v1.3/apps/{appId}/subscriptions/status", Compatible, "{}"),
    ("GET", "/tcgb-inapp/{*rest}", Compatible, ""),
    ("POST", "/tcgb-inapp/{*rest}", Compatible, "{}"),
    ("POST", "/v1/service/activeSubscriptionList", Compatible, "{}"),
    ("POST", "/v1/service/consumable", Compatible, "{}"),
    ("POST", "/v1/service/consume", Compatible, "{}"),
];
