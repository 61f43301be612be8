//! Testing an app's connection: which step of the set-up is missing, as far as Google lets one tell.

use super::GoogleStore;
use super::api::{ApiFailure, Credential, CredentialFault};
use crate::model::{Finding, FindingCode, HealthStatus, Timestamp};
use crate::stores::StoreApp;

/// A token and an order Google gives to nobody: who is told that they are unknown, or malformed, has been let in.
const UNKNOWN_TOKEN: &str = "aaaaaaaaaaaaaaaaaaaaaaaa.AO-J1O-connection-test";
const UNKNOWN_ORDER: &str = "GPA.0000-0000-0000-00000";
/// Google's words for an API that the account's project has not switched on.
const DISABLED_REASONS: [&str; 3] = ["accessNotConfigured", "SERVICE_DISABLED", "projectNotLinked"];

impl GoogleStore {
    /// Signs in, then asks for a subscription and an order nobody has: each answer tells of one step. What a failed step hides is not
    /// asked for.
    pub(super) async fn check_connection(&self, app: &StoreApp, now: Timestamp) -> Vec<Finding> {
        let mut findings = self.check_access(app, now).await;
        if app.settings.get("push_service_account").is_none_or(String::is_empty) {
            findings.push(Finding::new(FindingCode::PushAccountMissing, HealthStatus::Warning));
        }
        findings
    }

    async fn check_access(&self, app: &StoreApp, now: Timestamp) -> Vec<Finding> {
        if let Err(fault) = Credential::of(app) {
            return vec![credential_finding(fault)];
        }
        if let Err(failure) = self.api.sign_in(app, now).await {
            return vec![failed(app, &failure)];
        }
        let mut findings = vec![Finding::new(FindingCode::SignedIn, HealthStatus::Ok)];
        if let Some(failure) = not_let_in(self.get_subscription(app, UNKNOWN_TOKEN, now.into()).await) {
            findings.push(failed(app, &failure));
            return findings;
        }
        findings.push(Finding::new(FindingCode::PurchasesReadable, HealthStatus::Ok));
        findings.push(match not_let_in(self.get_order(app, UNKNOWN_ORDER, now.into()).await) {
            None => Finding::new(FindingCode::OrdersReadable, HealthStatus::Ok),
            Some(failure @ ApiFailure::NotPermitted { .. }) => {
                Finding::new(FindingCode::OrdersForbidden, HealthStatus::Warning).detail(failure)
            }
            Some(failure) => failed(app, &failure),
        });
        findings
    }
}

/// Why a probe was not let in; that there is no such purchase is what it hoped to hear.
fn not_let_in<T>(answer: Result<T, ApiFailure>) -> Option<ApiFailure> {
    answer.err().filter(|failure| !matches!(failure, ApiFailure::NotFound { .. } | ApiFailure::Refused { .. }))
}

fn credential_finding(fault: CredentialFault) -> Finding {
    match fault {
        CredentialFault::Missing(name) => Finding::new(FindingCode::CredentialMissing, HealthStatus::Failed).detail(name),
        CredentialFault::Malformed => Finding::new(FindingCode::AccountKeyMalformed, HealthStatus::Failed),
    }
}

fn failed(app: &StoreApp, failure: &ApiFailure) -> Finding {
    let finding = |code| Finding::new(code, HealthStatus::Failed).detail(failure);
    match failure {
        ApiFailure::Incomplete(failure) => failed(app, failure),
        ApiFailure::Credentials { .. } => finding(FindingCode::AccountRefused),
        ApiFailure::NotPermitted { reason, .. } => {
            let is_disabled = reason.as_deref().is_some_and(|reason| DISABLED_REASONS.contains(&reason));
            finding(if is_disabled { FindingCode::ApiDisabled } else { FindingCode::PurchasesForbidden })
        }
        ApiFailure::AppUnknown { .. } => {
            Finding::new(FindingCode::PackageUnknown, HealthStatus::Failed).detail(&app.store_app_id)
        }
        ApiFailure::RateLimited { retry_at } => {
            Finding::new(FindingCode::RateLimited, HealthStatus::Warning).detail(retry_at.to_rfc3339())
        }
        ApiFailure::Unavailable { .. } | ApiFailure::Busy => finding(FindingCode::Unreachable),
        ApiFailure::Conflict { .. } | ApiFailure::NotFound { .. } | ApiFailure::Refused { .. } => {
            finding(FindingCode::Unexpected)
        }
    }
}
