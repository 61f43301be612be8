//! First words on purchases, brought by their buyers: all that many of them write, in one trip to the database.

use super::write::{self, NewPayment, Settlement};
use crate::db::bulk::{self, Rows};
use crate::db::facts::{self, Owner, Word};
use crate::db::{Tx, payment_events, users};
use crate::error::Result;
use crate::model::{AccessSalt, Money, Payment, PaymentEvent, ProjectId, Timestamp};

/// The first word on a purchase, and all that is to be written of it.
#[derive(Clone)]
pub struct FirstWord {
    pub project: ProjectId,
    pub word: Word,
    /// The payment as it will stand: what `as_settled` made of `settlement`.
    pub payment: Payment,
    pub settlement: Settlement,
    pub access_salt: AccessSalt,
    /// A reservation made from then on may be the purchase's.
    pub reserved_since: Timestamp,
    /// The token that leads back to the payment's user.
    pub account_token: String,
    /// The timeline's first line, and its number.
    pub line: (PaymentEvent, i64),
}

impl FirstWord {
    fn new_payment(&self) -> NewPayment<'_> {
        let payment = &self.payment;
        NewPayment {
            seq: &payment.payment_seq,
            project: &self.project,
            app_seq: payment.app_seq,
            store: payment.store,
            store_app_id: &payment.store_app_id,
            product_seq: payment.product_seq,
            product_id: &payment.product_id,
            product_name: &payment.product_name,
            product_type: payment.product_type,
            user_channel: &payment.user_channel,
            user_key: &payment.user_key,
            environment: payment.environment,
            payload: payment.payload.as_deref(),
            source: payment.source,
            attribution: payment.attribution,
            access_salt: self.access_salt,
            at: payment.created_at,
        }
    }
}

/// The payment that `insert` makes of a settlement, without asking for it.
pub fn as_settled(new: &NewPayment<'_>, settled: &Settlement) -> Payment {
    let price = settled.price_micros.zip(settled.currency.clone());
    Payment {
        payment_seq: new.seq.clone(),
        app_seq: new.app_seq,
        store: new.store,
        store_app_id: new.store_app_id.to_owned(),
        product_seq: new.product_seq,
        product_id: new.product_id.to_owned(),
        product_name: new.product_name.to_owned(),
        product_type: new.product_type,
        user_channel: new.user_channel.to_owned(),
        user_key: new.user_key.to_owned(),
        attribution: new.attribution,
        status: settled.status(),
        finish: settled.finish,
        environment: settled.environment,
        store_order_id: Some(settled.order_id.clone()),
        original_order_id: Some(settled.original_order_id.clone()),
        purchase_token: settled.purchase_token.clone(),
        quantity: settled.quantity,
        price: price.map(|(price_micros, currency)| Money { price_micros, currency }),
        payload: new.payload.map(str::to_owned),
        refusal: None,
        source: new.source,
        offer: settled.offer.clone(),
        ownership: settled.ownership,
        created_at: new.at,
        updated_at: new.at,
        purchased_at: Some(settled.purchased_at),
        verified_at: Some(new.at),
        expires_at: settled.expires_at,
        superseded_at: None,
        refunded_at: settled.revoked_at,
        consumed_at: None,
        is_before_charge: settled.is_before_charge,
        hand_corrected_at: None,
        access_salt: Some(new.access_salt),
    }
}

/// Which of the words, by their places, are not all there is to write: another word may be known of the purchase, its order
/// may be a payment's or was consumed elsewhere,
/// purchases of the same store account may wait without a user, a corrected payment of its user for its transaction, and a
/// reservation of its user for the purchase.
pub async fn find_not_first(tx: &mut Tx, words: &[&FirstWord]) -> Result<Vec<usize>> {
    // `product_seq + 0` keeps SQLite from walking all payments of a product. Asked so, and not by EXISTS, which PostgreSQL may
    // answer by reading all of a table that was small when it made its plan.
    const SQL: &str = "SELECT given.column1 FROM {rows} WHERE
            (SELECT 1 FROM store_facts WHERE app_seq = given.column2 AND kind = 'PURCHASE' AND fact_id = given.column3) IS NOT NULL
         OR (SELECT 1 FROM payments WHERE app_seq = given.column2 AND store_order_id = given.column3) IS NOT NULL
         OR (SELECT 1 FROM payments WHERE project_id || '' = given.column4 AND app_seq = given.column2
                AND store_account = given.column5 AND user_key = '' LIMIT 1) IS NOT NULL
         OR (SELECT 1 FROM imported_orders WHERE app_seq = given.column2 AND order_id = given.column3) IS NOT NULL
         OR (SELECT 1 FROM payments WHERE app_seq = given.column2 AND user_key = given.column6
                AND hand_corrected_at IS NOT NULL LIMIT 1) IS NOT NULL
         OR (SELECT 1 FROM payments WHERE project_id = given.column4 AND user_key = given.column6 AND created_at >= given.column7
                AND product_seq + 0 = given.column8 AND status || '' IN ('RESERVED', 'PENDING', 'FAILURE', 'USER_CLOSE')
                LIMIT 1) IS NOT NULL";
    let asked: Rows<'_> = (0_i64..)
        .zip(words)
        .map(|(place, one)| {
            let (app, account) = (one.payment.app_seq.0, one.settlement.store_account.as_deref());
            let (user, product) = (one.payment.user_key.as_str(), one.payment.product_seq.0);
            let (id, project, since) = (one.word.id.as_str(), one.project.as_str(), one.reserved_since.0);
            [place.into(), app.into(), id.into(), project.into(), account.into(), user.into(), since.into(), product.into()]
        })
        .collect();
    let places: Vec<(i64,)> = bulk::fetch(tx, (SQL, asked)).await?;
    Ok(places.into_iter().filter_map(|(place,)| usize::try_from(place).ok()).collect())
}

/// Keeps the words, registers the users, and makes the payments with the first lines of their timelines. A unique violation,
/// which undoes it all, when anything is known of a purchase already, or when two words are on the same one.
pub async fn insert_first(tx: &mut Tx, words: &[&FirstWord]) -> Result<()> {
    let facts = words.iter().map(|one| facts::values(Owner { project: &one.project, app: one.payment.app_seq }, &one.word));
    let users = words.iter().map(|one| {
        let payment = &one.payment;
        users::values(&one.project, (&payment.user_channel, &payment.user_key), &one.account_token, payment.created_at)
    });
    let lines = words.iter().map(|one| {
        let (line, row_no) = &one.line;
        payment_events::values(*row_no, &one.project, &one.payment.payment_seq, line)
    });
    let payments = words.iter().map(|one| write::values(&one.new_payment(), Some(&one.settlement)));
    let statements = [
        (facts::INSERT, facts.collect()),
        (users::INSERT, users.collect()),
        (payment_events::INSERT, lines.collect()),
        (write::INSERT, payments.collect()),
    ];
    bulk::execute(tx, &statements).await
}
