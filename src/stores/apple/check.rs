//! Testing an app's connection: what exactly is wrong, as far as the App Store lets one tell.

use reqwest::Method;

use super::AppleStore;
use super::api::{ApiFailure, AppleEnvironment, Attempt, Call};
use super::key::{CONNECT_KEY, KeyFault, SigningKey};
use crate::model::{Finding, FindingCode, HealthStatus, Timestamp};
use crate::stores::StoreApp;

/// An id Apple gives to nobody: who is told that it is unknown, or malformed, has been let in.
const UNKNOWN_ID: &str = "1000000000000000";
const INVALID_TRANSACTION_ID: i64 = 4_000_006;
const INVALID_APP: i64 = 4_000_002;
const NO_NOTIFICATION_URL: i64 = 4_040_007;
/// Tokens live five minutes; a clock off by less than this is not why one was refused.
const CLOCK_SKEW_MIN: i64 = 60 * Timestamp::SECOND;

/// What one environment made of the key.
enum Verdict {
    LetIn,
    Refused { skew_seconds: Option<i64> },
    Other(Finding),
}

impl AppleStore {
    /// Asks each environment the app may deal with for a transaction nobody has, then for a test notification where it was let in.
    pub(super) async fn check_connection(&self, app: &StoreApp, now: Timestamp) -> Vec<Finding> {
        if let Err(fault) = SigningKey::of(app) {
            return vec![key_finding(fault)];
        }
        let mut verdicts = Vec::new();
        for apple_environment in AppleEnvironment::of(app) {
            verdicts.push((*apple_environment, self.knock(app, *apple_environment, now).await));
        }
        let mut findings = judge(app, &verdicts);
        for (apple_environment, verdict) in &verdicts {
            if matches!(verdict, Verdict::LetIn) && AppleEnvironment::counted_for(app).contains(apple_environment) {
                findings.push(self.check_notifications(app, *apple_environment, now).await);
            }
        }
        findings.extend(self.check_catalog(app, now).await);
        if let Err(refusal) = self.roots.of(app).parse() {
            findings.push(Finding::new(FindingCode::RootsUnusable, HealthStatus::Failed).detail(refusal.reason));
        }
        findings
    }

    /// Looks for the app in App Store Connect, where the app has a key for it.
    async fn check_catalog(&self, app: &StoreApp, now: Timestamp) -> Option<Finding> {
        if !CONNECT_KEY.is_begun(app) {
            return None;
        }
        Some(match self.find_connect_app(app, now.into()).await {
            Ok(_) => Finding::new(FindingCode::CatalogReadable, HealthStatus::Ok),
            Err(failure) => Finding::new(FindingCode::CatalogUnreadable, HealthStatus::Warning).detail(failure),
        })
    }

    async fn knock(&self, app: &StoreApp, apple_environment: AppleEnvironment, now: Timestamp) -> Verdict {
        let unreachable = |failure: &ApiFailure| {
            Verdict::Other(
                Finding::new(FindingCode::Unreachable, HealthStatus::Failed).world(apple_environment.as_str()).detail(failure),
            )
        };
        let call = match Call::new("check", Method::GET, "inApps/v1/transactions/{}", &[UNKNOWN_ID]) {
            Ok(call) => call,
            Err(failure) => return unreachable(&failure),
        };
        match self.api.ask_once(app, apple_environment, &call, now).await {
            Ok(_) => Verdict::LetIn,
            Err(Attempt::Unauthorized { date }) => {
                let skew = date.map(|date| now.0 - date.0).filter(|skew| skew.abs() >= CLOCK_SKEW_MIN);
                Verdict::Refused { skew_seconds: skew.map(|skew| skew / Timestamp::SECOND) }
            }
            Err(Attempt::Paused(until)) => {
                let finding = Finding::new(FindingCode::RateLimited, HealthStatus::Warning).world(apple_environment.as_str());
                Verdict::Other(finding.detail(until.to_rfc3339()))
            }
            Err(Attempt::Final(ApiFailure::NotFound { .. })) => Verdict::LetIn,
            Err(Attempt::Final(failure)) => match failure.code() {
                Some(INVALID_TRANSACTION_ID) => Verdict::LetIn,
                Some(INVALID_APP) => {
                    let finding = Finding::new(FindingCode::AppUnknown, HealthStatus::Failed).world(apple_environment.as_str());
                    Verdict::Other(finding.detail(&app.store_app_id))
                }
                Some(_) => Verdict::Other(unexpected(apple_environment, &failure)),
                None => unreachable(&failure),
            },
            Err(Attempt::Again(failure)) => unreachable(&failure),
        }
    }

    async fn check_notifications(&self, app: &StoreApp, apple_environment: AppleEnvironment, now: Timestamp) -> Finding {
        let finding = match self.request_test_notification(app, apple_environment, now).await {
            Ok(_) => Finding::new(FindingCode::NotificationRequested, HealthStatus::Ok),
            Err(failure) if failure.code() == Some(NO_NOTIFICATION_URL) => {
                Finding::new(FindingCode::NotificationUrlMissing, HealthStatus::Warning)
            }
            Err(ApiFailure::RateLimited { retry_at }) => {
                Finding::new(FindingCode::RateLimited, HealthStatus::Warning).detail(retry_at.to_rfc3339())
            }
            Err(failure) => return unexpected(apple_environment, &failure),
        };
        finding.world(apple_environment.as_str())
    }
}

fn key_finding(fault: KeyFault) -> Finding {
    match fault {
        KeyFault::Missing(name) => Finding::new(FindingCode::CredentialMissing, HealthStatus::Failed).detail(name),
        KeyFault::Malformed(_) => Finding::new(FindingCode::KeyMalformed, HealthStatus::Failed),
    }
}

/// What the environments' verdicts mean together: a key is bad only where nobody takes it.
fn judge(app: &StoreApp, verdicts: &[(AppleEnvironment, Verdict)]) -> Vec<Finding> {
    let is_allowed = verdicts.iter().any(|(_, verdict)| matches!(verdict, Verdict::LetIn));
    let is_all_refused = verdicts.iter().all(|(_, verdict)| matches!(verdict, Verdict::Refused { .. }));
    let read = |(apple_environment, verdict): &(AppleEnvironment, Verdict)| match verdict {
        Verdict::LetIn => Some(Finding::new(FindingCode::Connected, HealthStatus::Ok).world(apple_environment.as_str())),
        Verdict::Other(finding) => Some(finding.clone()),
        Verdict::Refused { .. } if is_all_refused => None,
        // The app's own environment comes first; that the other one refuses the key is worth knowing, no more.
        Verdict::Refused { .. } => {
            let status = if is_allowed { HealthStatus::Warning } else { HealthStatus::Failed };
            Some(Finding::new(FindingCode::KeyRefusedInWorld, status).world(apple_environment.as_str()))
        }
    };
    let mut findings: Vec<Finding> = verdicts.iter().filter_map(read).collect();
    if is_all_refused {
        let skew = verdicts.iter().find_map(|(_, verdict)| match verdict {
            Verdict::Refused { skew_seconds } => *skew_seconds,
            _ => None,
        });
        findings.push(match skew {
            Some(seconds) => Finding::new(FindingCode::ClockSkewed, HealthStatus::Failed).detail(seconds),
            None => Finding::new(FindingCode::KeyRefused, HealthStatus::Failed).detail(&app.store_app_id),
        });
    }
    findings
}

fn unexpected(apple_environment: AppleEnvironment, failure: &ApiFailure) -> Finding {
    Finding::new(FindingCode::Unexpected, HealthStatus::Warning).world(apple_environment.as_str()).detail(failure)
}
