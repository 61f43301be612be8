//! First words on purchases, brought by their buyers: all that many of them write, in one trip to the database.

use std::fmt::Write;
use std::sync::LazyLock;

use sqlx::AssertSqlSafe;

use super::write::{NewPayment, Settlement, bind_payment, insert_payment};
use crate::db::facts::{Owner, Word, bind_fact, insert_fact};
use crate::db::payment_events::{self, bind_event};
use crate::db::together::{Together, renumber, rows};
use crate::db::tx::Conn;
use crate::db::{Tx, on, users};
use crate::error::Result;
use crate::model::{Actor, Finish, Money, Ownership, Payment, PaymentEvent, PaymentStatus, ProjectId};

/// The largest number of words that go together, 2 to the power of this.
const MOST_LOG2: usize = 6;
/// How many words go together at most.
pub const FIRST_WORDS_MAX: usize = 1 << MOST_LOG2;

/// The first word on a purchase, and all that is to be written of it.
#[derive(Clone)]
pub struct FirstWord {
    pub project: ProjectId,
    pub word: Word,
    /// The payment as it will stand: what `as_settled` made of `settlement`.
    pub payment: Payment,
    pub settlement: Settlement,
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
    }
}

/// The statements for 1, 2, 4, … words.
static INSERTS: LazyLock<Vec<Together>> = LazyLock::new(|| {
    let of = |count: usize| {
        let payments = format!("{} RETURNING payment_seq", rows(insert_payment!(), count));
        Together::new(&[
            &rows(insert_fact!(), count),
            &rows(users::INSERT, count),
            &rows(payment_events::INSERT, count),
            &payments,
        ])
    };
    (0..=MOST_LOG2).map(|log2| of(1 << log2)).collect()
});

/// The questions about 1, 2, 4, … words: which of them is not all there is to write. Another word may be known of the
/// purchase, its order may be a payment's, and purchases of the same store account may wait without a user.
static QUESTIONS: LazyLock<Vec<String>> = LazyLock::new(|| {
    const ONE: &str = "WHERE EXISTS (SELECT 1 FROM store_facts WHERE app_seq = $1 AND kind = 'PURCHASE' AND fact_id = $2)
            OR EXISTS (SELECT 1 FROM payments WHERE app_seq = $1 AND store_order_id = $2)
            OR EXISTS (SELECT 1 FROM payments WHERE project_id = $3 AND app_seq = $1 AND store_account = $4 AND user_key = '')";
    let of = |count: usize| {
        let (mut text, mut shift) = (String::new(), 0);
        for index in 0..count {
            let (one, width) = renumber(ONE, shift);
            shift += width;
            let union = if index == 0 { "" } else { " UNION ALL " };
            // Writing into a text can't fail.
            let _ = write!(text, "{union}SELECT CAST({index} AS BIGINT) {one}");
        }
        text
    };
    (0..=MOST_LOG2).map(|log2| of(1 << log2)).collect()
});

/// The words in runs as long as the statements there are.
fn runs<'w, 'f>(words: &'w [&'f FirstWord]) -> impl Iterator<Item = (usize, &'w [&'f FirstWord])> {
    let mut rest = words;
    std::iter::from_fn(move || {
        let log2 = usize::try_from(rest.len().checked_ilog2()?).ok()?.min(MOST_LOG2);
        let (run, after) = rest.split_at(1 << log2);
        rest = after;
        Some((log2, run))
    })
}

/// Which of the words, by their places, are not the first of their purchase, or have more to write than `insert_first` does.
pub async fn find_not_first(tx: &mut Tx, words: &[&FirstWord]) -> Result<Vec<usize>> {
    let (mut found, mut before) = (Vec::new(), 0);
    for (log2, run) in runs(words) {
        let sql = QUESTIONS[log2].as_str();
        let places: Vec<i64> = on!(tx, c => {
            let mut query = sqlx::query_scalar(AssertSqlSafe(sql));
            for word in run {
                query = query.bind(word.payment.app_seq.0).bind(word.word.id.as_str()).bind(word.project.as_str())
                    .bind(word.settlement.store_account.as_deref());
            }
            query.fetch_all(c).await?
        });
        found.extend(places.into_iter().filter_map(|place| usize::try_from(place).ok()).map(|place| before + place));
        before += run.len();
    }
    Ok(found)
}

macro_rules! bind_all {
    ($query:expr, $run:expr) => {{
        let mut query = $query;
        for one in $run {
            query = bind_fact!(query, Owner { project: &one.project, app: one.payment.app_seq }, one.word);
        }
        for FirstWord { project, payment, account_token, .. } in $run {
            let (channel, key) = (payment.user_channel.as_str(), payment.user_key.as_str());
            query = query.bind(project.as_str()).bind(channel).bind(key).bind(account_token.as_str()).bind(payment.created_at.0);
        }
        for FirstWord { project, payment, line: (line, row_no), .. } in $run {
            query = bind_event!(query, *row_no, project, payment.payment_seq, line);
        }
        for one in $run {
            query = bind_payment!(query, &one.new_payment(), Some(&one.settlement));
        }
        query
    }};
}

/// Keeps the words, registers the users, and makes the payments with the first lines of their timelines. A unique violation,
/// which undoes it all, when anything is known of a purchase already, or when two words are on the same one.
pub async fn insert_first(tx: &mut Tx, words: &[&FirstWord]) -> Result<()> {
    for (log2, run) in runs(words) {
        let sql = &INSERTS[log2];
        match tx.conn() {
            Conn::Sqlite(c) => bind_all!(sqlx::query(AssertSqlSafe(sql.sqlite.as_str())), run).execute(c).await.map(drop)?,
            Conn::Postgres(c) => bind_all!(sqlx::query(AssertSqlSafe(sql.postgres.as_str())), run).execute(c).await.map(drop)?,
        }
    }
    Ok(())
}
