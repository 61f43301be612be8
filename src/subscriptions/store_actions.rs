//! Ending, refunding, deferring and taking up again a subscription at its store, where the store lets a server do it. The store decides; what was
//! asked is audited and stands in the timeline of the period's payment, and what it came to is what the store says next.

use serde_json::json;

use crate::audit::{self, By, Change};
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::model::{Ability, EventKind, Payment, ProjectId, Reason, Subscription, SubscriptionId, Timestamp};
use crate::notifications;
use crate::payments::{Remark, store_refusal, write_remark};
use crate::projects;
use crate::state::AppState;
use crate::stores::{Action, Asking, RevokeRefund, Subject};

/// The longest a store defers in one go.
const DEFER_DAYS_MAX: u32 = 365;

/// What a store is asked to do about a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreAction {
    /// Stop its renewal: the paid period runs to its end.
    Cancel,
    /// Take a cancellation back while the paid period still runs: it renews again.
    Reactivate,
    /// End it now, and give the last payment back: all of it, or the share of the rest of the period.
    Revoke { is_prorated: bool },
    /// Move the next charge into the future, for free: 1 to 365 days.
    /// `shown_end` is the period's end as the caller saw it: a period that was moved since is not moved again.
    Defer { days: u32, shown_end: Option<Timestamp> },
}

impl StoreAction {
    /// Ending it with a refund as callers name it: `FULL`, which is taken when none is named, or `PRORATED`.
    pub fn revoke(refund: Option<&str>) -> Result<Self> {
        match refund {
            None | Some("FULL") => Ok(Self::Revoke { is_prorated: false }),
            Some("PRORATED") => Ok(Self::Revoke { is_prorated: true }),
            Some(_) => Err(Error::invalid("refund", Reason::one_of(["FULL", "PRORATED"]))),
        }
    }

    const fn ability(self) -> Ability {
        match self {
            Self::Cancel => Ability::Cancel,
            Self::Reactivate => Ability::Reactivate,
            Self::Revoke { .. } => Ability::Revoke,
            Self::Defer { .. } => Ability::Defer,
        }
    }

    const fn audited_as(self) -> &'static str {
        match self {
            Self::Cancel => "subscription.cancel",
            Self::Reactivate => "subscription.reactivate",
            Self::Revoke { .. } => "subscription.revoke",
            Self::Defer { .. } => "subscription.defer",
        }
    }

    fn to_port(self, one: &Subscription) -> Action {
        match self {
            Self::Cancel => Action::Cancel,
            Self::Reactivate => Action::Reactivate,
            Self::Revoke { is_prorated: true } => Action::Revoke { refund: RevokeRefund::Prorated },
            Self::Revoke { is_prorated: false } => Action::Revoke { refund: RevokeRefund::Full },
            Self::Defer { days, .. } => Action::Defer { days, from: one.period_end },
        }
    }

    /// For the timeline.
    fn words(self) -> String {
        match self {
            Self::Cancel => "the store was asked to stop the renewal".to_owned(),
            Self::Reactivate => "the store was asked to renew it again".to_owned(),
            Self::Revoke { is_prorated: true } => {
                "the store was asked to end it now and give the rest of the period back".to_owned()
            }
            Self::Revoke { is_prorated: false } => "the store was asked to end it now and give the payment back".to_owned(),
            Self::Defer { days, .. } => format!("the store was asked to charge {days} days later"),
        }
    }

    /// Whether a subscription is in a state for it.
    fn fits(self, one: &Subscription) -> bool {
        match self {
            Self::Cancel => one.auto_renew && one.revoked_at.is_none(),
            Self::Reactivate => !one.auto_renew && one.state.gives_access(),
            Self::Revoke { .. } => one.state.gives_access(),
            Self::Defer { .. } => one.auto_renew && one.state.gives_access(),
        }
    }
}

/// Has the store do something about a subscription, and gives it as it stands then. Asks for the right, or a secret key, at the edge.
pub async fn act(
    state: &AppState,
    by: &By,
    project: &ProjectId,
    id: &SubscriptionId,
    action: StoreAction,
) -> Result<Subscription> {
    if let StoreAction::Defer { days, .. } = action
        && !(1..=DEFER_DAYS_MAX).contains(&days)
    {
        return Err(Error::invalid("days", Reason::range(1, DEFER_DAYS_MAX)));
    }
    let before = super::get(state, project, id).await?;
    let store = state.stores.of(before.store);
    if !store.can(action.ability()) {
        return Err(Error::conflict("NOT_OFFERED_BY_STORE", "the subscription's store lets no server do this"));
    }
    if !action.fits(&before) {
        let reason = format!("a subscription that is {} is in no state for this", before.state);
        return Err(Error::conflict("SUBSCRIPTION_INELIGIBLE", reason));
    }
    let app = projects::store_app_of(state, project, before.app_seq).await?;
    let asking = Asking::of(by.actor(), state.clock.now());
    if let StoreAction::Defer { shown_end, .. } = action {
        confirm_period(state, by, project, &before, shown_end.unwrap_or(before.period_end)).await?;
    }
    // Written down before: an answer that is lost on its way leaves a trace.
    record(state, by, project, &before, action).await?;
    let subject = Subject { id: &before.chain_id, product_id: Some(&before.product_id) };
    if let Err(failure) = store.act(&app, subject, &action.to_port(&before), asking).await {
        let words = format!("the store did not do it, or its answer was lost: {failure}");
        let at = state.clock.now();
        let write = state.db.write(async |tx| {
            remark(tx, project, &before, Remark { by, kind: EventKind::Note, reason: &words, evidence: None, at }).await
        });
        write.await?;
        return Err(store_refusal(failure));
    }
    // The store's notification follows too; should it not answer now, what was done stands all the same.
    if let Err(error) = notifications::refetch_subscription(state, by, project, before.app_seq, &before.chain_id).await {
        tracing::warn!(subscription = %id, %error, "a subscription could not be re-checked yet after the store acted on it");
    }
    super::get(state, project, id).await
}

/// Refuses to defer a subscription whose period is no longer what the caller was shown: an earlier request may have been carried
/// out though its answer was lost.
async fn confirm_period(
    state: &AppState,
    by: &By,
    project: &ProjectId,
    before: &Subscription,
    shown_end: Timestamp,
) -> Result<()> {
    notifications::refetch_subscription(state, by, project, before.app_seq, &before.chain_id).await?;
    let now = super::get(state, project, &before.subscription_id).await?;
    if now.period_end == shown_end {
        return Ok(());
    }
    let (end, shown_end) = (now.period_end.to_rfc3339(), shown_end.to_rfc3339());
    let reason = format!("the period ends {end} at the store, not {shown_end}: look again");
    Err(Error::conflict("SUBSCRIPTION_CHANGED", reason))
}

/// The same by any payment of the subscription.
pub async fn act_by_payment(
    state: &AppState,
    by: &By,
    project: &ProjectId,
    payment: &Payment,
    action: StoreAction,
) -> Result<Subscription> {
    let chain_id = payment.original_order_id.as_deref().ok_or(Error::NotFound("subscription"))?;
    let found = db::subscriptions::find_by_chain(&mut state.db.read().await?, project, payment.app_seq, chain_id).await?;
    let id = found.ok_or(Error::NotFound("subscription"))?.subscription_id;
    act(state, by, project, &id, action).await
}

async fn record(state: &AppState, by: &By, project: &ProjectId, before: &Subscription, action: StoreAction) -> Result<()> {
    let at = state.clock.now();
    let words = action.words();
    let change = Change {
        action: action.audited_as(),
        project: Some(project),
        target: format!("subscription:{}", before.subscription_id),
        before: Some(json!({ "state": before.state, "periodEnd": before.period_end.to_rfc3339() })),
        after: Some(json!({ "asked": words })),
    };
    let write = state.db.write(async |tx| {
        remark(tx, project, before, Remark { by, kind: EventKind::Note, reason: &words, evidence: None, at }).await?;
        audit::record(tx, by, at, change.clone()).await
    });
    write.await
}

/// Writes a line into the timeline of the present period's payment.
pub(super) async fn remark(tx: &mut Tx, project: &ProjectId, one: &Subscription, remark: Remark<'_>) -> Result<()> {
    match db::payments::find_by_order(tx, project, one.app_seq, &one.order_id).await? {
        Some(payment) => write_remark(tx, project, &payment, remark).await,
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_action_has_an_ability_and_a_name_of_its_own() {
        let all = [
            StoreAction::Cancel,
            StoreAction::Reactivate,
            StoreAction::Revoke { is_prorated: false },
            StoreAction::Defer { days: 1, shown_end: None },
        ];
        let names: std::collections::HashSet<_> = all.iter().map(|action| action.audited_as()).collect();
        assert_eq!(names.len(), all.len());
        assert_eq!(all.map(StoreAction::ability), [Ability::Cancel, Ability::Reactivate, Ability::Revoke, Ability::Defer]);
    }
}
