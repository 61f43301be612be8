//! Making a paid period longer at the store's own door. The store decides; what it answers is audited, entered, and stands in
//! the timeline of the period's payment.

use serde_json::json;

use crate::audit::{self, By, Change};
use crate::db;
use crate::error::{Error, Result};
use crate::keys::hash_secret;
use crate::model::{EXTENSION_DAYS_MAX, EventKind, ExtensionReason, ProjectId, Subscription, SubscriptionId, Timestamp};
use crate::notifications;
use crate::payments::{Remark, write_remark};
use crate::projects;
use crate::state::AppState;
use crate::stores::apple::api::{ApiFailure, Extension, ExtensionAnswer};
use crate::stores::{Asking, Refusal};

const INELIGIBLE: i64 = 4_030_004;
const TOO_OFTEN: i64 = 4_030_005;
const OF_FAMILY: i64 = 4_030_007;
const ASSIGNED: i64 = 4_030_028;

/// What is asked of the store.
#[derive(Debug, Clone, Copy)]
pub struct Extend {
    /// 1 to 90.
    pub days: u32,
    pub reason: ExtensionReason,
}

/// A subscription after the store extended it.
#[derive(Debug, Clone)]
pub struct Extended {
    pub subscription: Subscription,
    /// When it renews now, as the store answered.
    pub renews_at: Option<Timestamp>,
}

/// Has the store extend the present period. The same number of days for the same period extends once, however often it is
/// asked for. Asks for the CONFIGURE right, or a secret key, at the edge.
pub async fn extend(state: &AppState, by: &By, project: &ProjectId, id: &SubscriptionId, input: Extend) -> Result<Extended> {
    if !(1..=EXTENSION_DAYS_MAX).contains(&input.days) {
        return Err(Error::invalid("extendByDays", format!("must be 1 to {EXTENSION_DAYS_MAX}")));
    }
    let before = super::get(state, project, id).await?;
    if !before.can_extend() {
        return Err(ineligible());
    }
    let app = projects::store_app_of(state, project, before.app_seq).await?;
    let extension = Extension {
        extend_by_days: input.days,
        extend_reason_code: input.reason.code(),
        request_identifier: hash_secret(&format!("extend {} {} {}", before.chain_id, before.order_id, input.days)),
    };
    let asked =
        state.stores.apple().extend_renewal(&app, &before.chain_id, &extension, Asking::of(by.actor(), state.clock.now())).await;
    let answer = asked.map_err(refusal)?;
    if !answer.success {
        return Err(ineligible());
    }
    record(state, by, project, &before, (input, &answer)).await?;
    // The store's notification follows too; should it not answer now, the extension stands all the same.
    if let Err(error) = notifications::refetch_subscription(state, by, project, before.app_seq, &before.chain_id).await {
        tracing::warn!(subscription = %id, %error, "an extended subscription could not be re-checked yet");
    }
    Ok(Extended { subscription: super::get(state, project, id).await?, renews_at: answer.effective_date })
}

async fn record(
    state: &AppState,
    by: &By,
    project: &ProjectId,
    before: &Subscription,
    (input, answer): (Extend, &ExtensionAnswer),
) -> Result<()> {
    let at = state.clock.now();
    let renews_at = answer.effective_date.map(Timestamp::to_rfc3339);
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
            if let Some(payment) = db::payments::find_by_order(tx, project, before.app_seq, &before.order_id).await? {
                let (kind, evidence) = (EventKind::Extend, Some(evidence.clone().into()));
                let remark = Remark { by, kind, reason: &words, evidence, at };
                write_remark(tx, project, &payment, remark).await?;
            }
            audit::record(tx, by, at, change.clone()).await
        })
        .await
}

fn ineligible() -> Error {
    let reason = "the store extends only a running, paid period of the player's own: no free trial, billing retry or grace";
    Error::conflict("EXTENSION_INELIGIBLE", reason)
}

fn refusal(failure: ApiFailure) -> Error {
    match (failure.code(), &failure) {
        (Some(INELIGIBLE), _) => ineligible(),
        (Some(TOO_OFTEN), _) => Error::conflict("EXTENSION_LIMIT", "the store extends a subscription at most twice in 365 days"),
        (Some(OF_FAMILY | ASSIGNED), _) => {
            let reason = "the store does not extend what a family member shares or an organisation assigns";
            Error::conflict("EXTENSION_FAMILY_SHARED", reason)
        }
        (_, ApiFailure::NotFound { .. }) => Error::NotFound("subscription in the store"),
        _ => Refusal::from(failure).into(),
    }
}
