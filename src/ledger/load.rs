//! Reads everything that may matter to a report. What it reads is held to the end of the write: the purchase and its
//! subscription against other reports, the owner against corrections by hand.

use super::known::Known;
use super::owner::Owner;
use super::report::{Claimant, StoreReport};
use crate::db::payments::OpenReservations;
use crate::db::{self, Tx, purchases};
use crate::error::{Error, Result};
use crate::model::{Attribution, EventKind, Payment, PaymentSource, Purchase, Timestamp};
use crate::users::User;

/// More purchases without a user than any store account leaves behind.
const NEIGHBOURS_MAX: u32 = 200;
/// More corrections by hand of one user than staff make in the time a purchase may come late.
const CORRECTED_MAX: i64 = 50;
/// A store's sheet is not left open for longer than this.
const RESERVED_BEFORE_MILLIS: i64 = Timestamp::DAY;
/// How far a store's clock may be behind ours.
const CLOCK_MILLIS: i64 = 5 * Timestamp::MINUTE;

/// Reads what is known about a report's purchase.
pub(super) async fn load(tx: &mut Tx, report: &StoreReport<'_>, claimant: Option<Claimant<'_>>) -> Result<Known> {
    let (scope, purchase) = (report.scope(), report.purchase);
    let mut known = Known { stored: purchases::find_stored(tx, scope, purchase).await?, ..Known::default() };
    if purchase.is_subscription() {
        for chain_id in known.chains_said(purchase) {
            let head = purchases::find_head(tx, scope, &chain_id).await?;
            known.heads.insert(chain_id, head);
        }
        let ids = known.chain_ids(report);
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let mut chains = purchases::list_chains(tx, scope, &ids, report.product).await?.into_iter();
        (known.chain, known.left) = (chains.next(), chains.collect());
        // The chains are held by now. One that moved while we waited for it is another's, and what was read of it is old.
        for (chain_id, head) in &known.heads {
            if purchases::find_head(tx, scope, chain_id).await? != *head {
                return Err(Error::lost_race());
            }
        }
    }
    known.payment = purchases::find_payment(tx, scope, purchase).await?;
    if let (None, Some(token)) = (&known.payment, &purchase.purchase_token) {
        let mut waiting = db::payments::list_pending(tx, scope, token, report.product.product_seq).await?.into_iter();
        (known.pending, known.also_pending) = (waiting.next(), waiting.collect());
    }
    known.imported_at = purchases::find_imported(tx, scope, known.order_ids(purchase)).await?;
    let own = claimant.map(|claimant| (claimant.account_token.to_ascii_lowercase(), claimant.user.clone()));
    let users = purchases::list_token_users(tx, scope.project, known.tokens(purchase, claimant)).await?;
    let users = users.into_iter().map(|(token, (channel, key))| (token, User { channel, key }));
    // The claimant's own token, which is computed from who they are, was given to nobody else.
    known.token_users = users.chain(own).collect();
    if let Some(account) = &purchase.store_account {
        let users = db::payments::list_users_of_account(tx, scope.project, scope.app, account).await?;
        known.account_users = users.into_iter().map(|(channel, key)| User { channel, key }).collect();
        known.account_waiting =
            db::payments::list_without_user_of_account(tx, scope.project, scope.app, account, NEIGHBOURS_MAX).await?;
    }
    if let Some(seq) = claimant.and_then(|claimant| claimant.reserved) {
        known.named = Some(db::payments::find(tx, scope.project, seq).await?.ok_or(Error::NotFound("payment"))?);
        if let Some(payment) = known.payment.as_ref().filter(|payment| payment.source == PaymentSource::Reservation) {
            let brought = db::payment_events::count(tx, scope.project, &payment.payment_seq, EventKind::Verify).await?;
            known.is_guessed = brought == 0;
        }
    }
    load_owner(tx, report, claimant, &mut known).await?;
    Ok(known)
}

/// Reads what is known about the purchase's owner: their reservations, and what staff corrected for them.
async fn load_owner(tx: &mut Tx, report: &StoreReport<'_>, claimant: Option<Claimant<'_>>, known: &mut Known) -> Result<()> {
    known.claim = match claimant {
        Some(claimant) => Some(load_claim(tx, report, claimant, known).await?),
        None => None,
    };
    let Some(owner) = known.resolve(report).owner else { return Ok(()) };
    let user = (report.project, owner.user.channel.as_str(), owner.user.key.as_str());
    db::payments::hold_users(tx, std::iter::once(user)).await?;
    let names = (owner.user.channel.as_str(), owner.user.key.as_str());
    known.corrected = db::payments::list_hand_corrected(tx, report.scope(), names, CORRECTED_MAX).await?;
    if known.claim.as_ref().is_none_or(|claim| claim.user != owner.user) {
        known.reservation = find_reservation(tx, report, &owner.user, known).await?;
    }
    Ok(())
}

/// The claimant, with the reservation they named or the newest they may have made for the purchase.
async fn load_claim(tx: &mut Tx, report: &StoreReport<'_>, claimant: Claimant<'_>, known: &mut Known) -> Result<Owner> {
    known.reservation = match known.named.take() {
        // One that another purchase settled is not this one's.
        Some(named) if known.payment.is_some() || named.status.can_verify() || named.hand_corrected_at.is_some() => Some(named),
        _ => find_reservation(tx, report, claimant.user, known).await?,
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
async fn find_reservation(tx: &mut Tx, report: &StoreReport<'_>, user: &User, known: &Known) -> Result<Option<Payment>> {
    let (purchase, recorded) = (report.purchase, known.payment.as_ref());
    // The reservation that waits for this very purchase to be paid for.
    let is_users = |pending: &&Payment| pending.user_key == user.key && pending.user_channel == user.channel;
    if let Some(pending) = known.pending.as_ref().filter(is_users) {
        return Ok(Some(pending.clone()));
    }
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
        purchase_token: purchase.purchase_token.as_deref(),
    };
    db::payments::find_open(tx, report.project, &of).await
}

/// From when on a reservation may be the purchase's. A store's clock may be ahead of ours, the simulated one by years.
pub(super) fn reserved_since(report: &StoreReport<'_>, purchase: &Purchase) -> Timestamp {
    purchase.purchased_at.min(report.at).plus_millis(-RESERVED_BEFORE_MILLIS)
}
