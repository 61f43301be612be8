//! The first word on a purchase, brought by its buyer: all that it writes, in one trip to the database.

use std::sync::LazyLock;

use sqlx::AssertSqlSafe;

use super::row::{Row, columns};
use super::write::{NewPayment, Settlement, bind_payment, insert_payment};
use crate::db::facts::{self, Owner, bind_fact, insert_fact};
use crate::db::payment_events::{self, bind_event};
use crate::db::together::Together;
use crate::db::tx::Conn;
use crate::db::{Tx, users};
use crate::error::Result;
use crate::model::{Actor, Finish, Ownership, Payment, PaymentEvent, PaymentStatus};
use crate::stores::Purchase;

/// What is written.
pub struct FirstWord<'a> {
    pub said: &'a Purchase,
    pub payment: &'a NewPayment<'a>,
    pub settlement: &'a Settlement,
    /// The token that leads back to the payment's user.
    pub account_token: &'a str,
    /// The timeline's first line, and its number.
    pub line: (&'a PaymentEvent, i64),
}

static SQL: LazyLock<Together> = LazyLock::new(|| {
    let payment = concat!(insert_payment!(), " RETURNING ", columns!());
    Together::new(&[insert_fact!(), users::INSERT, payment_events::INSERT, payment])
});

macro_rules! bind_all {
    ($query:expr, $first:expr, $owner:expr, $word:expr) => {{
        let (new, (line, row_no)) = ($first.payment, $first.line);
        let query = bind_fact!($query, $owner, $word);
        let query = query.bind(new.project.as_str()).bind(new.user_channel).bind(new.user_key).bind($first.account_token);
        let query = bind_event!(query.bind(new.at.0), row_no, new.project, new.seq, line);
        bind_payment!(query, new, Some($first.settlement))
    }};
}

/// Keeps the word, registers the user, and makes the payment with the first line of its timeline. A unique violation, which
/// undoes it all, when anything is known of the purchase already.
pub async fn insert_first(tx: &mut Tx, first: &FirstWord<'_>) -> Result<Payment> {
    let owner = Owner { project: first.payment.project, app: first.payment.app_seq };
    let word = facts::word(first.said)?;
    let row: Row = match tx.conn() {
        Conn::Sqlite(c) => bind_all!(sqlx::query_as(AssertSqlSafe(SQL.sqlite.as_str())), first, owner, word).fetch_one(c).await?,
        Conn::Postgres(c) => {
            bind_all!(sqlx::query_as(AssertSqlSafe(SQL.postgres.as_str())), first, owner, word).fetch_one(c).await?
        }
    };
    row.try_into()
}
