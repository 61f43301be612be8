//! A chain's row within a write: held while words on the chain are entered, then derived anew.

use super::merge::stand;
use crate::audit::By;
use crate::db::facts::Owner;
use crate::db::subscriptions::{Derived, NewChain};
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::model::{EventKind, Payment, PaymentEvent, Product, ProjectId, Subscription, SubscriptionId, Timestamp};
use crate::stores::{Purchase, StoreApp};

/// Makes the chain of a purchase known, and holds it to the end of the write. `id` is its number if it is new.
pub(crate) async fn hold_chain(
    tx: &mut Tx,
    (project, app): (&ProjectId, &StoreApp),
    product: &Product,
    purchase: &Purchase,
    id: &SubscriptionId,
    at: Timestamp,
) -> Result<Subscription> {
    let new = NewChain {
        id,
        project,
        app: app.app_seq,
        store: app.store,
        store_app_id: &app.store_app_id,
        environment: purchase.environment,
        chain_id: &purchase.original_order_id,
        order_id: &purchase.order_id,
        product,
        started_at: purchase.started_at.unwrap_or(purchase.purchased_at),
        at,
    };
    db::subscriptions::hold(tx, &new).await
}

/// Derives a held chain from everything that is known of it. `row_no` numbers the timelines' lines.
pub(crate) async fn derive_chain(
    tx: &mut Tx,
    project: &ProjectId,
    chain: &Subscription,
    row_no: i64,
    at: Timestamp,
) -> Result<()> {
    let owner = Owner { project, app: chain.app_seq };
    let (purchases, renewal) = db::facts::list_of_chain(tx, owner, &chain.chain_id).await?;
    let standing = stand(&purchases, renewal.as_ref()).ok_or_else(|| Error::internal("a chain without a period"))?;
    let product = db::products::find_in_app(tx, project, chain.app_seq, &standing.product_id).await?;
    let product = product.ok_or_else(|| Error::internal("a period of a product that is gone"))?;
    let derived = Derived {
        product: &product,
        environment: standing.environment,
        group_id: standing.group_id.as_deref(),
        next_product_id: standing.next_product_id.as_deref(),
        order_id: &standing.order_id,
        started_at: standing.started_at,
        period_start: standing.period_start,
        period_end: standing.period_end,
        grace_end: standing.grace_end,
        auto_renew: standing.auto_renew,
        in_retry: standing.in_retry,
        is_paused: standing.is_paused,
        next_price: standing.next_price.as_ref(),
        expiration_reason: standing.expiration_reason,
        price_consent: standing.price_consent,
        offer: standing.offer.as_ref(),
        ownership: standing.ownership,
        revoked_at: standing.revoked_at,
        purchase_signed_at: standing.purchase_signed_at,
        renewal_signed_at: standing.renewal_signed_at,
    };
    db::subscriptions::update_derived(tx, project, &chain.subscription_id, &derived, at).await?;
    let state = standing.state_at(at);
    db::subscriptions::set_state(tx, project, &chain.subscription_id, state, standing.next_change(at)).await?;
    for (order_id, superseded_at) in &standing.superseded {
        let changed = db::payments::mark_superseded(tx, project, chain.app_seq, order_id, *superseded_at, at).await?;
        if let Some(payment) = changed {
            let line = superseded_line(&payment, at);
            db::payment_events::insert(tx, row_no, project, &payment.payment_seq, &line).await?;
        }
    }
    Ok(())
}

fn superseded_line(payment: &Payment, at: Timestamp) -> PaymentEvent {
    PaymentEvent {
        at,
        actor: By::Store.actor(),
        actor_name: None,
        kind: EventKind::Supersede,
        from: Some(payment.status),
        to: payment.status,
        reason: Some("another plan took the place of this period".into()),
        evidence: None,
    }
}
