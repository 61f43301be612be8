//! Making a paid period longer at the store's own door. The store decides; what it answers is audited, entered, and stands in
//! the timeline of the period's payment.

mod record;

use crate::audit::By;
use crate::error::{Error, Result};
use crate::keys::hash_secret;
use crate::model::{Ability, EXTENSION_DAYS_MAX, ExtensionReason, ProjectId, Reason, Subscription, SubscriptionId, Timestamp};
use crate::notifications;
use crate::projects;
use crate::state::AppState;
use crate::stores::{Action, ActionOutcome, Asking, Subject};
use record::{record, refusal};

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
        return Err(Error::invalid("extendByDays", Reason::range(1, EXTENSION_DAYS_MAX)));
    }
    let before = super::get(state, project, id).await?;
    let store = state.stores.of(before.store);
    if !store.can(Ability::Extend) || !before.can_extend() {
        return Err(ineligible());
    }
    let app = projects::store_app_of(state, project, before.app_seq).await?;
    let action = Action::Extend {
        days: input.days,
        reason: input.reason,
        request_id: hash_secret(&format!("extend {} {} {}", before.chain_id, before.order_id, input.days)),
    };
    let asking = Asking::of(by.actor(), state.clock.now());
    let ActionOutcome { renews_at, .. } =
        store.act(&app, Subject::of(&before.chain_id), &action, asking).await.map_err(refusal)?;
    record(state, by, project, &before, input, renews_at).await?;
    // The store's notification follows too; should it not answer now, the extension stands all the same.
    if let Err(error) = notifications::refetch_subscription(state, by, project, before.app_seq, &before.chain_id).await {
        tracing::warn!(subscription = %id, %error, "an extended subscription could not be re-checked yet");
    }
    Ok(Extended { subscription: super::get(state, project, id).await?, renews_at })
}

fn ineligible() -> Error {
    let reason = "the store extends only a running, paid period of the player's own: no free trial, billing retry or grace";
    Error::conflict("EXTENSION_INELIGIBLE", reason)
}
