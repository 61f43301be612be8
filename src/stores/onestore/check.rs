//! Testing an app's connection: which step of the set-up is missing, as far as ONE store lets one tell.

use super::OneStore;
use super::api::{ApiFailure, VoidedQuery};
use super::lookup::Named;
use super::world::{World, worlds_of};
use crate::model::{Finding, FindingCode, HealthStatus, Timestamp};
use crate::stores::{StoreApp, StoreError};

/// A purchase ONE store gave to nobody: who is told that it is unknown has been let in.
const UNKNOWN: Named<'static> = Named { token: "purser00connection00", product_id: "purser_connection_test" };

impl OneStore {
    /// In each of the app's environments: signs in, then asks for a purchase nobody has, then for the voided ones. What a failed step
    /// hides is not asked for.
    pub(super) async fn check_connection(&self, app: &StoreApp, now: Timestamp) -> Vec<Finding> {
        if app.secrets.get("client_secret").is_none_or(|secret| secret.reveal().is_empty()) {
            return vec![Finding::new(FindingCode::CredentialMissing, HealthStatus::Failed).detail("client_secret")];
        }
        let worlds = worlds_of(app);
        let mut findings = Vec::new();
        for world in worlds {
            let found = self.check_world(app, *world, now).await.into_iter();
            // Which environment is meant is only worth saying where there are two.
            findings.extend(found.map(|finding| if worlds.len() > 1 { finding.world(world.as_str()) } else { finding }));
        }
        if app.license_keys().next().is_none() {
            findings.push(Finding::new(FindingCode::LicenseKeyMissing, HealthStatus::Warning));
        }
        findings
    }

    async fn check_world(&self, app: &StoreApp, world: World, now: Timestamp) -> Vec<Finding> {
        if let Err(failure) = self.api.sign_in(app, world, now).await {
            return vec![failed(app, failure)];
        }
        let mut findings = vec![Finding::new(FindingCode::SignedIn, HealthStatus::Ok)];
        match self.get_purchase(app, world, UNKNOWN, now.into()).await {
            Ok(_) | Err(ApiFailure::NotFound { .. }) => {
                findings.push(Finding::new(FindingCode::PurchasesReadable, HealthStatus::Ok));
            }
            Err(failure) => {
                findings.push(failed(app, failure));
                return findings;
            }
        }
        let query = VoidedQuery { from: now.plus_millis(-Timestamp::HOUR), continuation_key: None };
        findings.push(match self.list_voided(app, world, query, now.into()).await {
            Ok(_) | Err(ApiFailure::NotFound { .. }) => Finding::new(FindingCode::RefundsReadable, HealthStatus::Ok),
            Err(failure) => Finding::new(FindingCode::RefundsUnreadable, HealthStatus::Warning).detail(StoreError::from(failure)),
        });
        findings
    }
}

fn failed(app: &StoreApp, failure: ApiFailure) -> Finding {
    let finding = |code| Finding::new(code, HealthStatus::Failed).detail(&failure);
    match &failure {
        ApiFailure::Credentials { .. } => finding(FindingCode::ClientRefused),
        ApiFailure::NotPermitted { .. } => finding(FindingCode::ClientNotPermitted),
        ApiFailure::AppUnknown { .. } => {
            let detail = format!("{} ({})", app.client_id(), app.market_code());
            Finding::new(FindingCode::ClientUnknown, HealthStatus::Failed).detail(detail)
        }
        ApiFailure::RateLimited { retry_at } => {
            Finding::new(FindingCode::RateLimited, HealthStatus::Warning).detail(retry_at.to_rfc3339())
        }
        ApiFailure::Unavailable { .. } | ApiFailure::Busy => finding(FindingCode::Unreachable),
        ApiFailure::NotFound { .. } | ApiFailure::State { .. } | ApiFailure::Refused { .. } => finding(FindingCode::Unexpected),
    }
}
