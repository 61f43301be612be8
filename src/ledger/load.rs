//! Reads everything that may matter to a report. What it reads is held to the end of the write: the purchase and its
//! subscription against other reports, the owner against corrections by hand.

use super::known::{Known, KnownChain};
use super::owner::Owner;
use super::report::{Claimant, StoreReport};
use crate::db::payments::OpenReservations;
use crate::db::store_snapshots;
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::model::{Attribution, EventKind, Payment, PaymentSource, Purchase, Timestamp};
use crate::users::User;

/// More purchases without a user than any store account leaves behind.
const NEIGHBOURS_MAX: u32 = 200;
/// More periods of a subscription than its present state could depend on.
const PERIODS_MAX: u32 = 200;
/// More corrections by hand of one user than staff make in the time a purchase may come late.
const CORRECTED_MAX: i64 = 50;
/// Different account tokens of one subscription that are looked up, newest first.
const TOKENS_MAX: usize = 50;
/// A store's sheet is not left open for longer than this.
const RESERVED_BEFORE_MILLIS: i64 = Timestamp::DAY;
/// How far a store's clock may be behind ours.
const CLOCK_MILLIS: i64 = 5 * Timestamp::MINUTE;

/// Reads what is known about a report's purchase.
pub(super) async fn load(tx: &mut Tx, report: &StoreReport<'_>, claimant: Option<Claimant<'_>>) -> Result<Known> {
    let (scope, purchase) = (report.scope(), report.purchase);
    let mut known = Known { stored: load_stored(tx, report).await?, ..Known::default() };
    load_chains(tx, report, &mut known).await?;
    known.payment = find_payment(tx, report).await?;
    known.imported_at = find_imported(tx, report, &known).await?;
    load_users(tx, report, claimant, &mut known).await?;
    known.claim = match claimant {
        Some(claimant) => Some(load_claim(tx, report, claimant, &mut known).await?),
        None => None,
    };
    if let Some(account) = &purchase.store_account {
        let users = db::payments::list_users_of_account(tx, scope.project, scope.app, account).await?;
        known.account_users = users.into_iter().map(|(channel, key)| User { channel, key }).collect();
        known.account_waiting =
            db::payments::list_without_user_of_account(tx, scope.project, scope.app, account, NEIGHBOURS_MAX).await?;
    }
    let Some(owner) = known.resolve(report).owner else { return Ok(known) };
    let user = (scope.project, owner.user.channel.as_str(), owner.user.key.as_str());
    db::payments::hold_users(tx, std::iter::once(user)).await?;
    let names = (owner.user.channel.as_str(), owner.user.key.as_str());
    known.corrected = db::payments::list_hand_corrected(tx, scope, names, CORRECTED_MAX).await?;
    if known.claim.as_ref().is_none_or(|claim| claim.user != owner.user) {
        known.reservation = find_reservation(tx, report, &owner.user, known.payment.as_ref()).await?;
    }
    Ok(known)
}

/// What is kept of the purchase: under its identity, or under its own number from before the period's id was known.
async fn load_stored(tx: &mut Tx, report: &StoreReport<'_>) -> Result<Option<(String, Purchase)>> {
    let (scope, identity) = (report.scope(), report.purchase.identity());
    db::payments::hold_purchase(tx, scope.app, &identity).await?;
    for id in [&identity, &report.purchase.order_id] {
        if let Some(stored) = store_snapshots::find_purchase(tx, scope, id).await? {
            return Ok(Some((id.clone(), stored)));
        }
    }
    Ok(None)
}

/// The subscription the purchase belongs to by the newest snapshot, and the one it moved away from.
async fn load_chains(tx: &mut Tx, report: &StoreReport<'_>, known: &mut Known) -> Result<()> {
    if !report.purchase.is_subscription() {
        return Ok(());
    }
    let newest = known.newest(report);
    let chain_id = newest.original_order_id;
    let earlier = known.stored.as_ref().map(|(_, stored)| stored.original_order_id.clone());
    let left = [earlier, newest.previous_chain_id].into_iter().flatten().find(|left| *left != chain_id);
    let mut held: Vec<&str> = [Some(chain_id.as_str()), left.as_deref()].into_iter().flatten().collect();
    // In one order everywhere, so that two writes never wait for each other.
    held.sort_unstable();
    for chain_id in held {
        db::payments::hold_purchase(tx, report.scope().app, &format!("chain:{chain_id}")).await?;
    }
    known.chain = Some(load_chain(tx, report, chain_id).await?);
    if let Some(left) = left {
        known.left = Some(load_chain(tx, report, left).await?);
    }
    Ok(())
}

async fn load_chain(tx: &mut Tx, report: &StoreReport<'_>, chain_id: String) -> Result<KnownChain> {
    let scope = report.scope();
    let (project, app) = (scope.project, scope.app);
    let subscription = db::subscriptions::find_by_chain(tx, project, app, &chain_id).await?;
    if subscription.is_none() {
        return Ok(KnownChain { chain_id, ..KnownChain::default() });
    }
    let (periods, renewal) = store_snapshots::list_of_chain(tx, scope, &chain_id).await?;
    let payments = db::payments::list_of_chain(tx, project, app, &chain_id, PERIODS_MAX).await?;
    let other_ids = db::payments::list_other_ids_of_chain(tx, scope, &chain_id).await?.into_iter().collect();
    let mut products = Vec::new();
    for period in &periods {
        let is_known = |id: &str| id == report.product.store_product_id;
        if is_known(&period.product_id)
            || products.iter().any(|product: &crate::model::Product| product.store_product_id == period.product_id)
        {
            continue;
        }
        products.extend(db::products::find_in_app(tx, project, app, &period.product_id).await?);
    }
    Ok(KnownChain { chain_id, subscription, periods, renewal, payments, other_ids, products })
}

/// The purchase's payment, by any of its numbers.
async fn find_payment(tx: &mut Tx, report: &StoreReport<'_>) -> Result<Option<Payment>> {
    let (scope, identity) = (report.scope(), report.purchase.identity());
    let by_order = db::payments::find_by_order(tx, scope.project, scope.app, &report.purchase.order_id).await?;
    if by_order.is_some() || identity == report.purchase.order_id {
        return Ok(by_order);
    }
    match db::payments::find_by_other_id(tx, scope, &identity).await? {
        Some(seq) => db::payments::find(tx, scope.project, &seq).await,
        None => Ok(None),
    }
}

/// When the purchase was consumed at another server, by any of the numbers it was seen with.
async fn find_imported(tx: &mut Tx, report: &StoreReport<'_>, known: &Known) -> Result<Option<Timestamp>> {
    let payment = known.payment.as_ref();
    let of_payment = known.chain.iter().flat_map(|chain| chain.other_ids.iter());
    let of_payment = of_payment.filter(|(_, seq)| payment.is_some_and(|payment| payment.payment_seq == **seq)).map(|(id, _)| id);
    let stored = known.stored.as_ref().map(|(_, stored)| &stored.order_id);
    let first = payment.and_then(|payment| payment.store_order_id.as_ref());
    let mut ids: Vec<&String> = std::iter::once(&report.purchase.order_id).chain(stored).chain(first).chain(of_payment).collect();
    ids.sort_unstable();
    ids.dedup();
    for id in ids {
        if let Some(at) = db::imported_orders::find(tx, report.scope().app, id).await? {
            return Ok(Some(at));
        }
    }
    Ok(None)
}

/// The users whom the account tokens of the purchase and its subscription's periods were given to.
async fn load_users(tx: &mut Tx, report: &StoreReport<'_>, claimant: Option<Claimant<'_>>, known: &mut Known) -> Result<()> {
    let periods = [&known.chain, &known.left].into_iter().flatten().flat_map(|chain| chain.periods.iter());
    let stored = known.stored.as_ref().map(|(_, stored)| stored);
    let said = std::iter::once(report.purchase).chain(stored).chain(periods);
    let mut tokens: Vec<String> =
        said.filter_map(|purchase| purchase.account_token.as_ref()).map(|token| token.to_ascii_lowercase()).collect();
    tokens.dedup();
    tokens.truncate(TOKENS_MAX);
    for token in tokens {
        if known.token_users.contains_key(&token) {
            continue;
        }
        // The claimant's own token, which is computed from who they are, was given to nobody else.
        let own = claimant.filter(|claimant| claimant.account_token.eq_ignore_ascii_case(&token));
        let user = match own {
            Some(claimant) => Some(claimant.user.clone()),
            None => {
                db::users::find_by_account_token(tx, report.project, &token).await?.map(|(channel, key)| User { channel, key })
            }
        };
        known.token_users.extend(user.map(|user| (token, user)));
    }
    Ok(())
}

/// The claimant, with the reservation they named or the newest they may have made for the purchase.
async fn load_claim(tx: &mut Tx, report: &StoreReport<'_>, claimant: Claimant<'_>, known: &mut Known) -> Result<Owner> {
    let named = match claimant.reserved {
        Some(seq) => Some(db::payments::find(tx, report.project, seq).await?.ok_or(Error::NotFound("payment"))?),
        None => None,
    };
    if let (Some(payment), Some(_)) = (&known.payment, &named) {
        let count = db::payment_events::count(tx, report.project, &payment.payment_seq, EventKind::Verify).await?;
        known.is_guessed = count == 0 && payment.source == PaymentSource::Reservation;
    }
    known.reservation = match named {
        // One that another purchase settled is not this one's.
        Some(named) if known.payment.is_some() || named.status.can_verify() || named.hand_corrected_at.is_some() => Some(named),
        _ => find_reservation(tx, report, claimant.user, known.payment.as_ref()).await?,
    };
    // Whoever names a reservation made after the purchase was recorded only presents it.
    let is_reserved = known
        .reservation
        .as_ref()
        .is_some_and(|reservation| known.payment.as_ref().is_none_or(|payment| reservation.created_at <= payment.created_at));
    let attribution = if is_reserved { Attribution::Reservation } else { Attribution::Presenter };
    Ok(Owner { user: claimant.user.clone(), attribution })
}

/// The newest reservation of a user that the purchase may have been made for (docs/rules.md, Reservations). One made after the purchase was
/// recorded is for another.
async fn find_reservation(
    tx: &mut Tx,
    report: &StoreReport<'_>,
    user: &User,
    recorded: Option<&Payment>,
) -> Result<Option<Payment>> {
    let purchase = report.purchase;
    // What another server granted was not bought for a reservation here.
    if purchase.is_renewal || report.app.is_before_charge(purchase.purchased_at) {
        return Ok(None);
    }
    let latest = purchase.purchased_at.plus_millis(CLOCK_MILLIS);
    let of = OpenReservations {
        product: report.product.product_seq,
        user_channel: &user.channel,
        user_key: &user.key,
        since: reserved_since(report, purchase),
        until: recorded.map_or(latest, |payment| latest.min(payment.created_at)),
    };
    db::payments::find_open(tx, report.project, &of).await
}

/// From when on a reservation may be the purchase's. A store's clock may be ahead of ours, the simulated one by years.
pub(super) fn reserved_since(report: &StoreReport<'_>, purchase: &Purchase) -> Timestamp {
    purchase.purchased_at.min(report.at).plus_millis(-RESERVED_BEFORE_MILLIS)
}
