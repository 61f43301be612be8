//! Recording what the store said to an extension.

use serde_json::json;

use super::{Extend, ineligible};
use crate::audit::{self, By, Change};
use crate::error::{Error, Result};
use crate::model::{EventKind, ProjectId, Subscription, Timestamp};
use crate::payments::Remark;
use crate::state::AppState;
use crate::stores::{Denial, StoreError};
use crate::subscriptions::store_actions::remark;

pub(super) async fn record(
    state: &AppState,
    by: &By,
    project: &ProjectId,
    before: &Subscription,
    input: Extend,
    renews_at: Option<Timestamp>,
) -> Result<()> {
    let at = state.clock.now();
    let renews_at = renews_at.map(Timestamp::to_rfc3339);
    let change = Change {
        action: "subscription.extend",
        project: Some(project),
        target: format!("subscription:{}", before.subscription_id),
        before: Some(json!({ "periodEnd": before.period_end.to_rfc3339() })),
        after: Some(json!({ "renewsAt": renews_at, "extendByDays": input.days, "reason": input.reason })),
    };
    let words = format!("by {} days, {}", input.days, input.reason);
    let evidence = json!({ "extendByDays": input.days, "effectiveDate": renews_at, "reason": input.reason });
    state
        .db
        .write(async |tx| {
            let evidence = Some(evidence.clone().into());
            remark(tx, project, before, Remark { by, kind: EventKind::Extend, reason: &words, evidence, at }).await?;
            audit::record(tx, by, at, change.clone()).await
        })
        .await
}

pub(super) fn refusal(error: StoreError) -> Error {
    match error {
        StoreError::Denied(Denial::NotEligible, _) => ineligible(),
        StoreError::Denied(Denial::TooOften, _) => {
            Error::conflict("EXTENSION_LIMIT", "the store extends a subscription at most twice in 365 days")
        }
        StoreError::Denied(Denial::NotBought, _) => {
            let reason = "the store does not extend what a family member shares or an organisation assigns";
            Error::conflict("EXTENSION_FAMILY_SHARED", reason)
        }
        StoreError::NotFound(_) => Error::NotFound("subscription in the store"),
        other => other.into(),
    }
}
