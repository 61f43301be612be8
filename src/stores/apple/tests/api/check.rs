//! The test of a connection says exactly what is wrong, as far as the store lets one tell.

use super::*;
use crate::model::{AppHealth, Finding, FindingCode, HealthStatus};
use crate::simulator::apple::Authority;

/// What each environment says: to the question of a transaction, and (the same in both) to a request of a test notification.
fn script(production: i64, sandbox: i64, notification: i64) -> impl Fn(&Seen, usize) -> Reply {
    move |seen, _| {
        let said = match seen.path.as_str() {
            path if path.ends_with("/notifications/test") => notification,
            path if path.starts_with("/p/") => production,
            _ => sandbox,
        };
        match said {
            200 => Reply::Json(200, json!({ "testNotificationToken": "t" })),
            401 => Reply::unauthorized(),
            502 => Reply::Raw(502, Vec::new(), "<html>"),
            code => Reply::error(code),
        }
    }
}

async fn checked(app: &StoreApp, script: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> Vec<Finding> {
    let fake = FakeStore::start(script).await;
    let root = Authority::generate(NOW).unwrap().root_der().to_vec();
    AppleStore::new(vec![root], hosts(&fake), QUICK).unwrap().check(app, NOW).await
}

fn codes(findings: &[Finding]) -> Vec<(FindingCode, Option<&str>)> {
    findings.iter().map(|finding| (finding.code, finding.world.as_deref())).collect()
}

const UNKNOWN: i64 = 4_040_010;

#[tokio::test]
async fn a_key_that_is_taken_is_called_connected() {
    let live = app_with_key(Environment::Live);
    let findings = checked(&live, script(UNKNOWN, UNKNOWN, 200)).await;
    let expected = [
        (FindingCode::Connected, Some("Production")),
        (FindingCode::Connected, Some("Sandbox")),
        (FindingCode::NotificationRequested, Some("Production")),
    ];
    assert_eq!(codes(&findings), expected);
    assert_eq!(AppHealth::status_of(&findings), HealthStatus::Ok);
    let review = StoreApp { accept_sandbox: true, ..live };
    assert_eq!(checked(&review, script(4_000_006, UNKNOWN, 200)).await.len(), 4, "its sandbox notifications count too");
    let simulated = app_with_key(Environment::Simulator);
    let expected = [(FindingCode::Connected, Some("Sandbox")), (FindingCode::NotificationRequested, Some("Sandbox"))];
    assert_eq!(codes(&checked(&simulated, script(401, UNKNOWN, 200)).await), expected);
}

#[tokio::test]
async fn a_key_refused_everywhere_is_bad_and_one_refused_somewhere_is_not() {
    let live = app_with_key(Environment::Live);
    let findings = checked(&live, script(401, 401, 200)).await;
    assert_eq!(codes(&findings), [(FindingCode::KeyRefused, None)]);
    assert_eq!(findings[0].detail.as_deref(), Some("game.example"));
    let findings = checked(&live, script(401, UNKNOWN, 200)).await;
    let expected = [(FindingCode::KeyRefusedInWorld, Some("Production")), (FindingCode::Connected, Some("Sandbox"))];
    assert_eq!(codes(&findings), expected);
    assert_eq!(AppHealth::status_of(&findings), HealthStatus::Warning);
}

#[tokio::test]
async fn a_wrong_clock_is_named_instead_of_the_key() {
    for (date, code) in
        [("Thu, 01 Jan 2026 00:10:05 GMT", FindingCode::ClockSkewed), ("Thu, 01 Jan 2026 00:00:30 GMT", FindingCode::KeyRefused)]
    {
        let reply = move |_: &Seen, _| Reply::Raw(401, vec![("date", date.to_owned())], "");
        let findings = checked(&app_with_key(Environment::Sandbox), reply).await;
        assert_eq!(codes(&findings), [(code, None)], "{date}");
        if code == FindingCode::ClockSkewed {
            assert_eq!(findings[0].detail.as_deref(), Some("-600"));
        }
    }
}

#[tokio::test]
async fn other_troubles_have_their_own_names() {
    let sandbox = app_with_key(Environment::Sandbox);
    for (said, notification, expected, status) in [
        (4_000_002, 200, vec![FindingCode::AppUnknown], HealthStatus::Failed),
        (502, 200, vec![FindingCode::Unreachable], HealthStatus::Failed),
        (5_000_000, 200, vec![FindingCode::Unreachable], HealthStatus::Failed),
        (4_290_000, 200, vec![FindingCode::RateLimited], HealthStatus::Warning),
        (4_990_000, 200, vec![FindingCode::Unexpected], HealthStatus::Warning),
        (UNKNOWN, 4_040_007, vec![FindingCode::Connected, FindingCode::NotificationUrlMissing], HealthStatus::Warning),
        (UNKNOWN, 4_290_000, vec![FindingCode::Connected, FindingCode::RateLimited], HealthStatus::Warning),
        (UNKNOWN, 4_990_000, vec![FindingCode::Connected, FindingCode::Unexpected], HealthStatus::Warning),
    ] {
        let findings = checked(&sandbox, script(0, said, notification)).await;
        assert_eq!(findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), expected, "{said} {notification}");
        assert_eq!(AppHealth::status_of(&findings), status, "{said} {notification}");
    }
    let missing = StoreApp { environment: Environment::Live, ..simulated_app() };
    let findings = checked(&missing, script(UNKNOWN, UNKNOWN, 200)).await;
    assert_eq!(codes(&findings), [(FindingCode::CredentialMissing, None)]);
    assert_eq!(findings[0].detail.as_deref(), Some("private_key"));
    let mut malformed = app_with_key(Environment::Live);
    malformed.secrets.insert("private_key".into(), Secret("no key".into()));
    assert_eq!(codes(&checked(&malformed, script(UNKNOWN, UNKNOWN, 200)).await), [(FindingCode::KeyMalformed, None)]);
    let fake = FakeStore::start(script(0, UNKNOWN, 200)).await;
    let rootless = AppleStore::new(Vec::new(), hosts(&fake), QUICK).unwrap();
    let findings = rootless.check(&app_with_key(Environment::Simulator), NOW).await;
    assert_eq!(findings.last().map(|finding| finding.code), Some(FindingCode::RootsUnusable));
}
