//! Every address in the console is built here, so that a route has one spelling.

use crate::model::{AppSeq, NotificationNo, OperatorId, PaymentSeq, ProductSeq, ProjectId, SubscriptionId, USER_CHANNEL_DEFAULT};

pub const HOME: &str = "/";
pub const LOGIN: &str = "/login";
pub const SETUP: &str = "/setup";
pub const PROJECT_NEW: &str = "/projects/new";
pub const OPERATORS: &str = "/operators";
pub const AUDIT: &str = "/audit";
pub const SIMULATOR: &str = "/simulator";
pub const ACCOUNT: &str = "/account";
pub const SECOND_FACTOR: &str = "/account/second-factor";
pub const LOGIN_CODE: &str = "/login/code";
pub const INVITATION: &str = "/invitation";
pub const OPERATOR_NEW: &str = "/operators/new";
/// The download of the log; takes the page's filters.
pub const AUDIT_CSV: &str = "/audit.csv";
/// The query of the door that says that a form came too late: the session had ended.
pub const SIGNED_OUT: &str = "signedOut";

/// Sign in, then go on to where one was headed.
pub fn login_then(next: &str) -> String {
    if next == HOME { LOGIN.into() } else { format!("{LOGIN}?next={}", encode(next)) }
}

/// The code after the password, then on to where one was headed.
pub fn login_code(next: &str) -> String {
    with_query(LOGIN_CODE, &[("next", next)])
}

pub fn operator(id: &OperatorId) -> String {
    format!("{OPERATORS}/{}", encode(id.as_str()))
}

/// The log with these filters.
pub fn audit_of(actor: &str, target: &str) -> String {
    with_query(AUDIT, &[("actor", actor), ("target", target)])
}

pub fn project(id: &ProjectId) -> String {
    format!("/projects/{}", encode(id.as_str()))
}

pub fn apps(id: &ProjectId) -> String {
    format!("{}/apps", project(id))
}

pub fn app_new(id: &ProjectId) -> String {
    format!("{}/apps/new", project(id))
}

pub fn app(id: &ProjectId, app: AppSeq) -> String {
    format!("{}/apps/{app}", project(id))
}

pub fn products(id: &ProjectId) -> String {
    format!("{}/products", project(id))
}

pub fn product_new(id: &ProjectId) -> String {
    format!("{}/products/new", project(id))
}

pub fn product(id: &ProjectId, product: ProductSeq) -> String {
    format!("{}/products/{product}", project(id))
}

/// Signing an App Store offer on a product.
pub fn product_offer(id: &ProjectId, product: ProductSeq) -> String {
    format!("{}/offer", self::product(id, product))
}

pub fn payments(id: &ProjectId) -> String {
    format!("{}/payments", project(id))
}

pub fn payment(id: &ProjectId, payment: &PaymentSeq) -> String {
    format!("{}/payments/{}", project(id), encode(payment.as_str()))
}

pub fn user(id: &ProjectId, user_key: &str) -> String {
    format!("{}/users/{}", project(id), encode(user_key))
}

/// A user by both parts of their id; the usual channel is left out.
pub fn user_in_channel(id: &ProjectId, user_key: &str, channel: &str) -> String {
    let channel = if channel == USER_CHANNEL_DEFAULT { "" } else { channel };
    with_query(&user(id, user_key), &[("channel", channel)])
}

pub fn consumed_orders(id: &ProjectId, seq: AppSeq) -> String {
    format!("{}/consumed-orders", app(id, seq))
}

/// Where the file of consumed orders is sent.
pub fn consumed_orders_csv(id: &ProjectId, seq: AppSeq) -> String {
    format!("{}.csv", consumed_orders(id, seq))
}

pub fn product_import(id: &ProjectId) -> String {
    format!("{}/import", products(id))
}

/// The products as a file: GET gives it, POST takes one.
pub fn products_csv(id: &ProjectId) -> String {
    format!("{}.csv", products(id))
}

pub fn subscriptions(id: &ProjectId) -> String {
    format!("{}/subscriptions", project(id))
}

pub fn subscription(id: &ProjectId, subscription: &SubscriptionId) -> String {
    format!("{}/{}", subscriptions(id), encode(subscription.as_str()))
}

pub fn notifications(id: &ProjectId) -> String {
    format!("{}/notifications", project(id))
}

pub fn notification(id: &ProjectId, notification: NotificationNo) -> String {
    format!("{}/{notification}", notifications(id))
}

/// Purchases nobody is known for.
pub fn unassigned(id: &ProjectId) -> String {
    format!("{}/unassigned", project(id))
}

pub fn settings(id: &ProjectId) -> String {
    format!("{}/settings", project(id))
}

pub fn members(id: &ProjectId) -> String {
    format!("{}/members", project(id))
}

pub fn member_new(id: &ProjectId) -> String {
    format!("{}/new", members(id))
}

pub fn member(id: &ProjectId, operator: &OperatorId) -> String {
    format!("{}/{}", members(id), encode(operator.as_str()))
}

pub fn project_audit(id: &ProjectId) -> String {
    format!("{}/audit", project(id))
}

/// The download of the project's log; takes the page's filters.
pub fn project_audit_csv(id: &ProjectId) -> String {
    format!("{}.csv", project_audit(id))
}

/// The simulator's page with a subscriber taken in hand.
pub fn simulated_subscriber(id: &ProjectId, chain: &str) -> String {
    format!("{}#subscriber", with_query(SIMULATOR, &[("project", id.as_str()), ("subscriber", chain)]))
}

/// The simulator's page with a purchase taken in hand.
pub fn simulated_sale(id: &ProjectId, order: &str) -> String {
    format!("{}#sale", with_query(SIMULATOR, &[("project", id.as_str()), ("order", order)]))
}

pub fn settings_nhn(id: &ProjectId) -> String {
    format!("{}/settings/nhn", project(id))
}

/// The download of the list; takes the list's filters.
pub fn payments_csv(id: &ProjectId) -> String {
    format!("{}.csv", payments(id))
}

/// The project an address is about.
pub fn project_of(path: &str) -> Option<ProjectId> {
    let segment = path.strip_prefix("/projects/")?.split('/').next()?;
    (!segment.is_empty() && segment != "new").then(|| ProjectId(segment.to_owned()))
}

/// Pages seen before anyone is signed in; they come without the frame.
pub fn is_before_sign_in(path: &str) -> bool {
    [LOGIN, LOGIN_CODE, SETUP, INVITATION].contains(&path)
}

/// An address given from outside, made our own: its path and query when it stays on this site, else the first page. It is read
/// as a browser reads it, so that no spelling of another site gets through.
pub fn local_or_home(given: Option<&str>) -> String {
    given.and_then(local).unwrap_or_else(|| HOME.into())
}

/// The path, query and part of an address that stays on this site; none of any other.
pub fn local(given: &str) -> Option<String> {
    // Some site of no meaning, so that whatever leads away is seen to do so.
    let base = url::Url::parse("https://own.invalid/").ok()?;
    let is_plain = given.starts_with('/')
        && !given.starts_with("//")
        && !given.contains(|letter: char| letter == '\\' || letter.is_control());
    let to = base.join(given).ok().filter(|_| is_plain)?;
    let is_own = to.origin() == base.origin() && to.username().is_empty() && to.password().is_none();
    let rest = &to[url::Position::BeforePath..];
    // `/.//host` has become `//host`.
    (is_own && !rest.starts_with("//")).then(|| rest.to_owned())
}

/// An address with its query; pairs without a value are left out.
pub fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut out = path.to_owned();
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        out.push(if out.contains('?') { '&' } else { '?' });
        out.push_str(name);
        out.push('=');
        out.push_str(&encode(value));
    }
    out
}

/// The first and the next page of a list by key, as far as they lead anywhere, with its filters.
pub fn pages(
    list: &str,
    filters: &[(&str, String)],
    is_later: bool,
    next_cursor: Option<&str>,
) -> (Option<String>, Option<String>) {
    let filters: Vec<(&str, &str)> = filters.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let first = is_later.then(|| with_query(list, &filters));
    let next = next_cursor.map(|cursor| {
        let with_cursor: Vec<_> = filters.iter().copied().chain([("cursor", cursor)]).collect();
        with_query(list, &with_cursor)
    });
    (first, next)
}

/// Percent-encodes all but the unreserved characters of RFC 3986.
pub fn encode(text: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(byte as char);
        } else {
            out.push('%');
            out.push(HEX[usize::from(byte >> 4)] as char);
            out.push(HEX[usize::from(byte & 15)] as char);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_what_a_segment_cannot_hold() {
        assert_eq!(user(&ProjectId("p1".into()), "kim/서울 1"), "/projects/p1/users/kim%2F%EC%84%9C%EC%9A%B8%201");
        let user = |channel| user_in_channel(&ProjectId("p1".into()), "kim", channel);
        assert_eq!(
            (user("GF").as_str(), user("A B").as_str()),
            ("/projects/p1/users/kim", "/projects/p1/users/kim?channel=A%20B")
        );
        assert_eq!(with_query("/a", &[("q", "x&y"), ("none", "")]), "/a?q=x%26y");
        assert_eq!(login_then("/projects/p1?a=b"), "/login?next=%2Fprojects%2Fp1%3Fa%3Db");
    }

    #[test]
    fn knows_the_project_of_an_address() {
        assert_eq!(project_of("/projects/p1/apps"), Some(ProjectId("p1".into())));
        assert_eq!(project_of("/projects/new"), None);
        assert_eq!(project_of("/account"), None);
    }

    #[test]
    fn redirects_stay_at_home() {
        for inside in
            ["/", "/projects/p1?x=1", "/projects/p1?next=//evil.example#part", "/a%2F%2Fevil.example", "/%09/evil.example"]
        {
            assert_eq!(local(inside).as_deref(), Some(inside));
        }
        assert_eq!(local("/projects/../login").as_deref(), Some("/login"));
        assert_eq!(local("/서울?q=\u{a0}x").as_deref(), Some("/%EC%84%9C%EC%9A%B8?q=%C2%A0x"), "it fits a header");
        for outside in [
            "",
            "//evil.example",
            "///evil.example",
            "https://evil.example",
            "https:evil.example",
            "http:/evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "\t//evil.example",
            "/\n/evil.example",
            "/\r/evil.example",
            "\r\n//evil.example",
            " //evil.example",
            "\u{1}//evil.example",
            "/\u{0}/evil.example",
            "/.//evil.example",
            "/..//evil.example",
            "/a/..//evil.example",
            "/%2e//evil.example",
            "/.//\\evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "@evil.example",
            "//user@evil.example/",
            "https://own.invalid/x",
            "//own.invalid/x",
            "evil.example",
            "?x",
            "#x",
            "/x\u{7f}",
            "/x\r\nset-cookie: a=b",
        ] {
            assert_eq!(local(outside), None, "{outside:?}");
            assert_eq!(local_or_home(Some(outside)), HOME);
        }
    }
}
