//! What a store said of a purchase, entered into the books: the same for a client's proof, a notification, and what was found in
//! a store's history. Whatever order the words come in, the same rows stand at the end.

use super::attribute::{Lead, adopt, attribute};
use super::corrected::{Arrived, merge};
use super::event::{event, with_evidence, with_reason};
use super::import;
use crate::audit::By;
use crate::db::facts::Owner;
use crate::db::payments::{NewPayment, Settlement, TakenBack};
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::keys::random_salt;
use crate::model::{
    AccessSalt, Actor, EventKind, Finish, Payment, PaymentEvent, PaymentSeq, PaymentSource, PaymentStatus, Product, ProjectId,
    SubscriptionId, Timestamp,
};
use crate::state::AppState;
use crate::stores::{Purchase, Renewal, StoreApp};
use crate::subscriptions::{derive_chain, hold_chain};
use crate::users::User;

/// What a store said, and how it reached us.
pub(crate) struct Said<'a> {
    pub project: &'a ProjectId,
    pub app: &'a StoreApp,
    pub product: &'a Product,
    pub purchase: &'a Purchase,
    pub renewal: Option<&'a Renewal>,
    pub by: &'a By,
    pub source: PaymentSource,
    /// The store's own word for what happened, for the timeline.
    pub occasion: Option<&'a str>,
    pub at: Timestamp,
}

/// Who brings a proof, with the reservation it is for; the proof was found to fit them.
#[derive(Clone, Copy)]
pub(crate) struct Presenter<'a> {
    pub user: &'a User,
    pub account_token: &'a str,
    pub reserved: Option<&'a PaymentSeq>,
}

/// Numbers for what an entry may have to write; taken before the write.
pub(crate) struct EntryNumbers {
    payment: PaymentSeq,
    pub(super) access_salt: AccessSalt,
    subscription: SubscriptionId,
    pub(super) rows: [i64; 5],
}

impl EntryNumbers {
    pub(crate) async fn take(state: &AppState, at: Timestamp) -> Result<Self> {
        let numbers = &state.numbers;
        let rows = numbers.next_rows().await?;
        let (payment, subscription) = (numbers.next_payment(at).await?, numbers.next_subscription(at).await?);
        Ok(Self { payment, access_salt: random_salt()?, subscription, rows })
    }
}

/// The effects of an entry that made the purchase's payment.
const SETTLED: &str = "PAYMENT_SETTLED";
pub(super) const CREATED: &str = "PAYMENT_CREATED";
const WITHOUT_USER: &str = "PAYMENT_WITHOUT_USER";
const MERGED: &str = "PAYMENT_MERGED";

/// How the books stand after an entry.
#[derive(Debug, Clone)]
pub(crate) struct Entered {
    pub payment: Payment,
    /// What changed in the payment, for the notification's record.
    pub effect: &'static str,
}

/// Enters what the store said. Holds the chain, then the purchase, so that two entries of one never meet.
pub(crate) async fn enter(
    tx: &mut Tx,
    said: &Said<'_>,
    presenter: Option<Presenter<'_>>,
    numbers: &EntryNumbers,
) -> Result<Entered> {
    let purchase = said.purchase;
    let owner = Owner { project: said.project, app: said.app.app_seq };
    let chain = match purchase.is_subscription() {
        true => {
            let of = (said.project, said.app);
            Some(hold_chain(tx, of, said.product, purchase, &numbers.subscription, said.at).await?)
        }
        false => None,
    };
    let newest = db::facts::keep_purchase(tx, owner, purchase).await?;
    if let Some(renewal) = said.renewal {
        db::facts::keep_renewal(tx, owner, renewal).await?;
    }
    let lead = attribute(tx, said, chain.as_ref(), presenter).await?;
    let user = (said.project, lead.user.channel.as_str(), lead.user.key.as_str());
    db::payments::hold_users(tx, std::iter::once(user)).await?;
    let found = db::payments::find_by_order(tx, said.project, said.app.app_seq, &purchase.order_id).await?;
    let (payment, effect) = match found {
        Some(payment) => reconcile(tx, said, &newest, payment, numbers).await?,
        None => create(tx, said, &newest, (&lead, presenter), numbers).await?,
    };
    let is_new = matches!(effect, SETTLED | CREATED | WITHOUT_USER);
    let payment = if is_new || effect == MERGED { consume_if_imported(tx, said, payment, numbers).await? } else { payment };
    let mut payment = adopt(tx, said, chain.as_ref(), (payment, is_new), (&lead, presenter), numbers).await?;
    if let Some(chain) = chain {
        derive_chain(tx, said.project, &chain, numbers.rows[4], said.at).await?;
        // The period may turn out to be one that another plan took the place of.
        payment = db::payments::find(tx, said.project, &payment.payment_seq).await?.unwrap_or(payment);
    }
    Ok(Entered { payment, effect })
}

/// A purchase the books do not have: settles the reservation it was made for, else makes a payment.
async fn create(
    tx: &mut Tx,
    said: &Said<'_>,
    newest: &Purchase,
    (lead, presenter): (&Lead, Option<Presenter<'_>>),
    numbers: &EntryNumbers,
) -> Result<(Payment, &'static str)> {
    let settlement = settlement(said.app, newest);
    let reserved = reservation(tx, said, newest, lead, presenter).await?;
    let arrived = Arrived {
        settlement: &settlement,
        user: &lead.user,
        reserved: reserved.as_ref(),
        is_named: presenter.is_some_and(|presenter| presenter.reserved.is_some()),
    };
    if let Some(merged) = merge(tx, said, &arrived, numbers.rows[0]).await? {
        let (payment, _) = reconcile(tx, said, newest, merged, numbers).await?;
        return Ok((payment, MERGED));
    }
    if let Some(seq) = reserved
        && let Some(payment) = db::payments::mark_verified(tx, said.project, &seq, &settlement, said.at).await?
    {
        write_line(tx, said, &payment, Some(PaymentStatus::Reserved), numbers.rows[0]).await?;
        return Ok((payment, SETTLED));
    }
    let new = new_payment(said, lead, numbers);
    if let Some(presenter) = presenter.filter(|presenter| *presenter.user == lead.user) {
        let user = presenter.user;
        db::users::insert(tx, said.project, &user.channel, &user.key, presenter.account_token, said.at).await?;
    }
    match db::payments::insert(tx, &new, Some(&settlement)).await? {
        Some(payment) => {
            write_line(tx, said, &payment, None, numbers.rows[0]).await?;
            let effect = if payment.user_key.is_empty() { WITHOUT_USER } else { CREATED };
            Ok((payment, effect))
        }
        // A payment of that order was corrected by hand, or entered by a write that did not go through here.
        None => {
            let found = db::payments::find_by_order(tx, said.project, said.app.app_seq, &newest.order_id).await?;
            let payment = found.ok_or_else(|| Error::internal("an order is taken by nobody"))?;
            reconcile(tx, said, newest, payment, numbers).await
        }
    }
}

/// The purchase was consumed at another server, as a file said before it came.
async fn consume_if_imported(tx: &mut Tx, said: &Said<'_>, payment: Payment, numbers: &EntryNumbers) -> Result<Payment> {
    let (project, app) = (said.project, said.app.app_seq);
    let done = import::consume_if_imported(tx, (project, app), &payment, (said.at, numbers.rows[3])).await?;
    Ok(done.unwrap_or(payment))
}

pub(super) fn new_payment<'a>(said: &'a Said<'_>, lead: &'a Lead, numbers: &'a EntryNumbers) -> NewPayment<'a> {
    NewPayment {
        seq: &numbers.payment,
        project: said.project,
        app_seq: said.app.app_seq,
        store: said.app.store,
        store_app_id: &said.app.store_app_id,
        product_seq: said.product.product_seq,
        product_id: &said.product.store_product_id,
        product_name: &said.product.name,
        product_type: said.product.product_type,
        user_channel: &lead.user.channel,
        user_key: &lead.user.key,
        environment: said.app.environment,
        payload: None,
        source: said.source,
        attribution: lead.attribution,
        access_salt: numbers.access_salt,
        at: said.at,
    }
}

/// The open reservation the purchase was made for: the one presented, or the newest the user has of the product.
async fn reservation(
    tx: &mut Tx,
    said: &Said<'_>,
    newest: &Purchase,
    lead: &Lead,
    presenter: Option<Presenter<'_>>,
) -> Result<Option<PaymentSeq>> {
    // What another server granted was not bought for a reservation here.
    if newest.revoked_at.is_some() || said.app.is_before_charge(newest.purchased_at) {
        return Ok(None);
    }
    let presented = presenter.filter(|presenter| *presenter.user == lead.user).and_then(|presenter| presenter.reserved);
    if presented.is_some() {
        return Ok(presented.cloned());
    }
    if newest.is_renewal || lead.user.key.is_empty() {
        return Ok(None);
    }
    let awaited = db::payments::Awaited {
        product: said.product.product_seq,
        user_channel: &lead.user.channel,
        user_key: &lead.user.key,
        since: reserved_since(said, newest),
    };
    db::payments::find_open(tx, said.project, &awaited).await
}

/// From when on a reservation may be the purchase's. A store's clock may be ahead of ours, the simulated one by years.
pub(super) fn reserved_since(said: &Said<'_>, purchase: &Purchase) -> Timestamp {
    purchase.purchased_at.min(said.at).plus_millis(-RESERVED_BEFORE_MILLIS)
}

/// A store's sheet is not left open for longer than this.
const RESERVED_BEFORE_MILLIS: i64 = Timestamp::DAY;

/// A purchase the books have: brings its payment to what the store says now.
async fn reconcile(
    tx: &mut Tx,
    said: &Said<'_>,
    newest: &Purchase,
    payment: Payment,
    numbers: &EntryNumbers,
) -> Result<(Payment, &'static str)> {
    let (project, seq) = (said.project, &payment.payment_seq);
    // The newest word may lack what an older one, come late, has.
    if let Some(price) = said.purchase.price.as_ref().filter(|_| payment.price.is_none()) {
        db::payments::fill_price(tx, project, seq, price.price_micros, &price.currency).await?;
    }
    let moved = db::payments::update_end(tx, project, seq, newest.expires_at, said.at).await?;
    let mut effect = if moved { "PERIOD_CHANGED" } else { "NOTHING_NEW" };
    if let Some(revoked_at) = newest.revoked_at {
        let taken = TakenBack { by: Actor::Store, at: revoked_at };
        let from = PaymentStatus::Success;
        if db::payments::mark_refunded(tx, project, seq, from, taken, said.at).await? {
            let line = event(said.by, said.at, EventKind::Refund, Some(from), PaymentStatus::Refund);
            let line = with_reason(with_evidence(line, said.purchase.evidence.clone()), refund_reason(said));
            db::payment_events::insert(tx, numbers.rows[1], project, seq, &line).await?;
            effect = "PAYMENT_REFUNDED";
        } else if payment.status == PaymentStatus::Refund {
            // Apple was seen to name another date later on.
            db::payments::update_refund_time(tx, project, seq, revoked_at, said.at).await?;
        }
    } else if db::payments::mark_reversed(tx, project, seq, said.at).await? {
        let line = event(said.by, said.at, EventKind::Reverse, Some(payment.status), PaymentStatus::Success);
        let line = with_reason(with_evidence(line, said.purchase.evidence.clone()), "the store reversed its refund");
        db::payment_events::insert(tx, numbers.rows[1], project, seq, &line).await?;
        effect = "REFUND_REVERSED";
    }
    let payment = db::payments::find(tx, project, seq).await?.unwrap_or(payment);
    Ok((payment, effect))
}

fn refund_reason(said: &Said<'_>) -> String {
    let evidence = said.purchase.evidence.read();
    let occasion = said.occasion.unwrap_or("a proof");
    let kind = evidence["revocationType"].as_str().map(|kind| format!(", {kind}")).unwrap_or_default();
    let percent = evidence["revocationPercentage"].as_f64().map(|milli| format!(", {} %", milli / 1_000.0)).unwrap_or_default();
    format!("taken back by the store: {occasion}{kind}{percent}")
}

async fn write_line(tx: &mut Tx, said: &Said<'_>, payment: &Payment, from: Option<PaymentStatus>, row_no: i64) -> Result<()> {
    let line = first_line(said, from, payment.status);
    db::payment_events::insert(tx, row_no, said.project, &payment.payment_seq, &line).await
}

pub(super) fn first_line(said: &Said<'_>, from: Option<PaymentStatus>, to: PaymentStatus) -> PaymentEvent {
    let kind = match said.by {
        By::Store | By::System(_) => EventKind::Notification,
        _ => EventKind::Verify,
    };
    let line = with_evidence(event(said.by, said.at, kind, from, to), said.purchase.evidence.clone());
    match said.occasion {
        Some(occasion) => with_reason(line, occasion),
        None => line,
    }
}

/// What is kept of a purchase.
pub(super) fn settlement(app: &StoreApp, purchase: &Purchase) -> Settlement {
    Settlement {
        order_id: purchase.order_id.clone(),
        original_order_id: purchase.original_order_id.clone(),
        purchase_token: None,
        environment: purchase.environment,
        // The App Store's transactions are finished by the device, the test store's by nobody.
        finish: Finish::None,
        quantity: i64::from(purchase.quantity),
        price_micros: purchase.price.as_ref().map(|price| price.price_micros),
        currency: purchase.price.as_ref().map(|price| price.currency.clone()),
        purchased_at: purchase.purchased_at,
        expires_at: purchase.expires_at,
        revoked_at: purchase.revoked_at,
        offer: purchase.offer.clone(),
        ownership: purchase.ownership,
        store_account: purchase.store_account.clone(),
        is_before_charge: app.is_before_charge(purchase.purchased_at),
    }
}
