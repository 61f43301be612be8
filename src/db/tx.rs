//! A connection of either database, and the dispatch over the two.

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection};

use super::postgres::PgWrite;
use super::writer_guard::WriterGuard;

/// A lent connection: to read from, or inside a write's transaction.
pub enum Tx {
    SqliteRead(PoolConnection<Sqlite>),
    SqliteWrite(WriterGuard),
    PostgresRead(PoolConnection<Postgres>),
    PostgresWrite(PgWrite),
}

/// The native connection behind a `Tx`.
pub enum Conn<'t> {
    Sqlite(&'t mut SqliteConnection),
    Postgres(&'t mut PgConnection),
}

impl Tx {
    pub fn conn(&mut self) -> Conn<'_> {
        match self {
            Self::SqliteRead(inner) => Conn::Sqlite(inner),
            Self::SqliteWrite(inner) => Conn::Sqlite(inner),
            Self::PostgresRead(inner) => Conn::Postgres(inner),
            Self::PostgresWrite(inner) => Conn::Postgres(inner),
        }
    }
}

/// Runs the same body on whichever database the transaction is of, so that both always compile.
macro_rules! on {
    ($tx:expr, $c:ident => $body:expr) => {
        match $tx.conn() {
            $crate::db::tx::Conn::Sqlite($c) => $body,
            $crate::db::tx::Conn::Postgres($c) => $body,
        }
    };
}

pub(crate) use on;
