//! Changes of a payment. Each asks and sets in one statement; `None` or `false` means that its condition did not hold.

use super::row::{Row, columns};
use crate::db::bulk::{self, Value};
use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{
    AccessSalt, Actor, AppSeq, Attribution, Environment, Finish, Offer, Ownership, Payment, PaymentSeq, PaymentSource,
    PaymentStatus, ProductSeq, ProductType, ProjectId, RefusalCode, StoreCode, Timestamp,
};

/// What a payment is about, known when it is made.
pub struct NewPayment<'a> {
    pub seq: &'a PaymentSeq,
    pub project: &'a ProjectId,
    pub app_seq: AppSeq,
    pub store: StoreCode,
    pub store_app_id: &'a str,
    pub product_seq: ProductSeq,
    pub product_id: &'a str,
    pub product_name: &'a str,
    pub product_type: ProductType,
    pub user_channel: &'a str,
    pub user_key: &'a str,
    pub environment: Environment,
    pub payload: Option<&'a str>,
    pub source: PaymentSource,
    pub attribution: Attribution,
    pub access_salt: AccessSalt,
    pub at: Timestamp,
}

/// What the store's proof settled.
#[derive(Clone)]
pub struct Settlement {
    pub order_id: String,
    pub original_order_id: String,
    pub purchase_token: Option<String>,
    pub environment: Environment,
    pub finish: Finish,
    pub quantity: i64,
    pub price_micros: Option<i64>,
    pub currency: Option<String>,
    pub purchased_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    /// When the store took it back, if it is told of only now.
    pub revoked_at: Option<Timestamp>,
    pub offer: Option<Offer>,
    pub ownership: Ownership,
    pub store_account: Option<String>,
    /// Bought before the app's date; the database tells it from `purchased_at`.
    pub is_before_charge: bool,
}

impl Settlement {
    /// Where a payment stands that is settled so.
    pub fn status(&self) -> PaymentStatus {
        if self.revoked_at.is_some() { PaymentStatus::Refund } else { PaymentStatus::Success }
    }

    pub(super) fn offer_columns(&self) -> (Option<&str>, Option<&str>, Option<&str>) {
        self.offer.as_ref().map_or((None, None, None), |offer| {
            (Some(offer.offer_type.as_str()), offer.offer_id.as_deref(), offer.discount_type.as_deref())
        })
    }
}

macro_rules! insert_payment {
    () => {
        "INSERT INTO payments (payment_seq, project_id, app_seq, store, store_app_id, product_seq, store_product_id,
             product_name, product_type, user_channel, user_key, status, finish, environment, store_order_id,
             original_order_id, purchase_token, quantity, price_micros, currency, payload, created_at, updated_at,
             purchased_at, verified_at, expires_at, source, attribution, ownership, store_account, offer_type, offer_id,
             offer_discount, refunded_at, refunded_by, access_salt)
         SELECT * FROM {rows}"
    };
}

/// Makes payments whose numbers and orders nobody has; of `values`.
pub(super) const INSERT: &str = insert_payment!();

pub(super) fn values<'a>(new: &NewPayment<'a>, settled: Option<&'a Settlement>) -> [Value<'a>; 36] {
    let (offer_type, offer_id, offer_discount) = settled.map_or((None, None, None), Settlement::offer_columns);
    let revoked_at = settled.and_then(|settled| settled.revoked_at);
    [
        new.seq.as_str().into(),
        new.project.as_str().into(),
        new.app_seq.0.into(),
        new.store.as_str().into(),
        new.store_app_id.into(),
        new.product_seq.0.into(),
        new.product_id.into(),
        new.product_name.into(),
        new.product_type.as_str().into(),
        new.user_channel.into(),
        new.user_key.into(),
        settled.map_or(PaymentStatus::Reserved, Settlement::status).as_str().into(),
        settled.map_or(Finish::None, |settled| settled.finish).as_str().into(),
        settled.map_or(new.environment, |settled| settled.environment).as_str().into(),
        settled.map(|settled| settled.order_id.as_str()).into(),
        settled.map(|settled| settled.original_order_id.as_str()).into(),
        settled.and_then(|settled| settled.purchase_token.as_deref()).into(),
        settled.map_or(1, |settled| settled.quantity).into(),
        settled.and_then(|settled| settled.price_micros).into(),
        settled.and_then(|settled| settled.currency.as_deref()).into(),
        new.payload.into(),
        new.at.0.into(),
        new.at.0.into(),
        settled.map(|settled| settled.purchased_at.0).into(),
        settled.map(|_| new.at.0).into(),
        settled.and_then(|settled| settled.expires_at).map(|at| at.0).into(),
        new.source.as_str().into(),
        new.attribution.as_str().into(),
        settled.map_or(Ownership::Purchased, |settled| settled.ownership).as_str().into(),
        settled.and_then(|settled| settled.store_account.as_deref()).into(),
        offer_type.into(),
        offer_id.into(),
        offer_discount.into(),
        revoked_at.map(|at| at.0).into(),
        revoked_at.map(|_| Actor::Store.as_str()).into(),
        new.access_salt.0.into(),
    ]
}

/// Inserts a payment: RESERVED without a settlement, SUCCESS with one, REFUND when the store has taken it back. `None` when
/// the store order is already another's.
pub async fn insert(tx: &mut Tx, new: &NewPayment<'_>, settled: Option<&Settlement>) -> Result<Option<Payment>> {
    const SQL: &str = concat!(insert_payment!(), " WHERE TRUE ON CONFLICT DO NOTHING RETURNING ", columns!());
    let rows: Vec<Row> = bulk::fetch(tx, (SQL, [values(new, settled)].into_iter().collect())).await?;
    rows.into_iter().next().map(Payment::try_from).transpose()
}

/// Makes an open payment SUCCESS. `None` when it is not open; a unique violation when the order is already another's.
pub async fn mark_verified(
    tx: &mut Tx,
    project: &ProjectId,
    seq: &PaymentSeq,
    settled: &Settlement,
    at: Timestamp,
) -> Result<Option<Payment>> {
    const SQL: &str = concat!(
        "UPDATE payments SET status = 'SUCCESS', refusal = NULL, finish = $3, environment = $4, store_order_id = $5,
             original_order_id = $6, purchase_token = $7, quantity = $8, price_micros = $9, currency = $10,
             purchased_at = $11, expires_at = $12, verified_at = $13, updated_at = $13, ownership = $14,
             store_account = $15, offer_type = $16, offer_id = $17, offer_discount = $18
         WHERE payment_seq = $2 AND project_id || '' = $1 AND status IN ('RESERVED', 'PENDING', 'FAILURE', 'USER_CLOSE')
         RETURNING ",
        columns!()
    );
    let (offer_type, offer_id, offer_discount) = settled.offer_columns();
    let row: Option<Row> = on!(tx, c => {
        sqlx::query_as(SQL)
            .bind(project.as_str()).bind(seq.as_str()).bind(settled.finish.as_str()).bind(settled.environment.as_str())
            .bind(&settled.order_id).bind(&settled.original_order_id).bind(settled.purchase_token.as_deref())
            .bind(settled.quantity).bind(settled.price_micros).bind(settled.currency.as_deref())
            .bind(settled.purchased_at.0).bind(settled.expires_at.map(|at| at.0)).bind(at.0)
            .bind(settled.ownership.as_str()).bind(settled.store_account.as_deref())
            .bind(offer_type).bind(offer_id).bind(offer_discount)
            .fetch_optional(c).await?
    });
    row.map(Payment::try_from).transpose()
}

/// How a verify that did not succeed leaves an open payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Refused(RefusalCode),
    /// The store waits for the money.
    Pending,
}

/// Notes a verify that did not succeed; false when the payment is no longer open.
pub async fn mark_refused(tx: &mut Tx, project: &ProjectId, seq: &PaymentSeq, verdict: Verdict, at: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE payments SET status = $3, refusal = $4, updated_at = $5
         WHERE payment_seq = $2 AND project_id || '' = $1 AND status IN ('RESERVED', 'PENDING', 'FAILURE', 'USER_CLOSE')";
    let (status, refusal) = match verdict {
        Verdict::Refused(code) => (PaymentStatus::Failure, Some(code.as_str())),
        Verdict::Pending => (PaymentStatus::Pending, None),
    };
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project.as_str()).bind(seq.as_str()).bind(status.as_str()).bind(refusal).bind(at.0)
            .execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// The player cancelled; false when the payment is no longer open for it.
pub async fn mark_closed(tx: &mut Tx, project: &ProjectId, seq: &PaymentSeq, at: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE payments SET status = 'USER_CLOSE', updated_at = $3
         WHERE payment_seq = $2 AND project_id || '' = $1 AND status IN ('RESERVED', 'PENDING')";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project.as_str()).bind(seq.as_str()).bind(at.0).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}

/// Who took a payment back, and when.
#[derive(Debug, Clone, Copy)]
pub struct TakenBack {
    pub by: Actor,
    pub at: Timestamp,
}

/// Takes the payment back; false when its status is not the one given.
pub async fn mark_refunded(
    tx: &mut Tx,
    project: &ProjectId,
    seq: &PaymentSeq,
    from: PaymentStatus,
    taken: TakenBack,
    at: Timestamp,
) -> Result<bool> {
    const SQL: &str = "UPDATE payments SET status = 'REFUND', refunded_at = $4, refunded_by = $5, updated_at = $6
         WHERE payment_seq = $2 AND project_id || '' = $1 AND status = $3";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project.as_str()).bind(seq.as_str()).bind(from.as_str()).bind(taken.at.0)
            .bind(taken.by.as_str()).bind(at.0).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}
