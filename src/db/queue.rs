//! Tables whose rows are worked by lease (columns `due_at`, `leased_until`, `lease`), and the one way to claim rows of them.

use sqlx::FromRow;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;

use super::due;
use super::{Tx, on};
use crate::error::Result;
use crate::model::Timestamp;

/// A worker's hold on the rows it claims: nobody else works them until it ends.
#[derive(Debug, Clone)]
pub struct Lease {
    /// No two leases have the same.
    pub name: String,
    pub at: Timestamp,
    pub until: Timestamp,
    /// Rows that are due by then are claimed: now, except where rows are due by a clock of their own.
    pub due_by: Timestamp,
    /// Whether rows are looked for that a clock which was set back since holds up. Every row that waits is looked at for it.
    pub is_thorough: bool,
}

impl Lease {
    /// A thorough lease from `at` to `until`.
    pub fn new(name: impl Into<String>, at: Timestamp, until: Timestamp) -> Self {
        Self { name: name.into(), at, until, due_by: at, is_thorough: true }
    }
}

/// A table that is worked by lease: the statements that claim rows of it.
pub(super) struct LeasedTable {
    pub quick: &'static str,
    pub thorough: &'static str,
    /// The longest a row waits for its next time; none where rows are due by a clock of their own.
    pub wait_millis_max: Option<i64>,
}

/// Builds a `LeasedTable`. `set` is what else a claim sets; `kind` restricts rows to one kind (placeholder `$6`); `written` is the
/// column of when `due_at` was written, with what makes it that; `picked` is which rows that are ready are claimed:
/// `first` (the first so many), or `key` (one row, by its key).
macro_rules! leased_table {
    (table: $table:literal, key: $key:literal, kind: $kind:literal, set: $set:literal, written: $written:literal,
     returning: $returning:literal, picked: $picked:ident, wait_millis_max: $max:expr) => {
        $crate::db::queue::LeasedTable {
            quick: concat!(
                $crate::db::queue::update!($table, $kind, $set),
                $crate::db::due::is_ready!("due_at + 0", "$2", "$4"),
                $crate::db::queue::picked!($picked, $table, $key, $kind, $crate::db::due::is_ready!("due_at", "$2", "$4")),
                " RETURNING ",
                $returning
            ),
            thorough: concat!(
                $crate::db::queue::update!($table, $kind, $set),
                $crate::db::due::is_ready_or_held_up!("due_at + 0", $written, "$2", "$4", "$9", "$8", "$7"),
                $crate::db::queue::picked!(
                    $picked,
                    $table,
                    $key,
                    $kind,
                    $crate::db::due::is_ready_or_held_up!("due_at", $written, "$2", "$4", "$9", "$8", "$7")
                ),
                " RETURNING ",
                $returning
            ),
            wait_millis_max: $max,
        }
    };
}

/// `$1` is the lease, `$2` now, `$3` until when, `$4` by when rows are due, `$5` how many or the key, `$6` the kind.
macro_rules! update {
    ($table:literal, $kind:literal, $set:literal) => {
        // What follows stands outside of the subselect too: PostgreSQL would otherwise let two workers take the same row. As
        // `due_at + 0` it is only checked: rows are found by their keys, not by the index of all that are due.
        concat!("UPDATE ", $table, " SET lease = $1, leased_until = $3", $set, " WHERE ", $kind, " AND ")
    };
}

macro_rules! picked {
    (first, $table:literal, $key:literal, $kind:literal, $($ready:tt)+) => {
        concat!(
            " AND ", $key, " IN (SELECT ", $key, " FROM ", $table, " WHERE ", $kind, " AND ", $($ready)+,
            " ORDER BY due_at, ", $key, " LIMIT $5)"
        )
    };
    (key, $table:literal, $key:literal, $kind:literal, $($ready:tt)+) => {
        concat!(" AND ", $key, " = $5")
    };
}

pub(super) use {leased_table, picked, update};

/// A row of either database.
pub(super) trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

impl<R> Row for R where R: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// Binds what every claim takes; `$5` is a number of rows or a key.
macro_rules! claim {
    ($table:expr, $kind:expr, $lease:expr, $picked:expr) => {{
        let (table, lease) = ($table, $lease);
        let query = sqlx::query_as(if lease.is_thorough { table.thorough } else { table.quick });
        let query = query.bind(&lease.name).bind(lease.at).bind(lease.until).bind(lease.due_by).bind($picked).bind($kind);
        match lease.is_thorough {
            true => query.bind(due::lease_too_far(lease.until)).bind(table.too_far(lease.at)).bind(table.future(lease.at)),
            false => query,
        }
    }};
}

impl LeasedTable {
    fn too_far(&self, at: Timestamp) -> i64 {
        self.wait_millis_max.map_or(i64::MAX, |longest_millis| due::too_far(at, longest_millis))
    }

    fn future(&self, at: Timestamp) -> i64 {
        self.wait_millis_max.map_or(i64::MAX, |_| due::future(at))
    }

    /// Claims rows of a kind that are due and in nobody's hands, the first due first. A worker's query, over all projects.
    pub async fn claim<R: Row>(&self, tx: &mut Tx, kind: &str, lease: &Lease, limit: i64) -> Result<Vec<R>> {
        on!(tx, c => Ok(claim!(self, kind, lease, limit).fetch_all(c).await?))
    }

    /// Claims one row, if it is due and in nobody's hands.
    pub async fn claim_one<R: Row>(&self, tx: &mut Tx, key: &str, lease: &Lease) -> Result<Option<R>> {
        on!(tx, c => Ok(claim!(self, "", lease, key).fetch_optional(c).await?))
    }
}
