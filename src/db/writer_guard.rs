//! SQLite's one writing connection, lent to one closure after another.

use std::ops::{Deref, DerefMut};

use sqlx::SqliteConnection;
use tokio::sync::oneshot;

/// What a borrower did with the connection.
pub(super) enum Outcome {
    /// Keep its changes; the sender is answered after the commit.
    Keep(oneshot::Sender<Result<(), String>>),
    /// Undo its changes (it failed, or its caller went away).
    Undo,
}

/// The connection on its way back to the writer.
pub(super) struct Returned {
    pub conn: SqliteConnection,
    pub outcome: Outcome,
}

/// The writing connection in a borrower's hands; dropped without `keep`, its changes are undone.
pub struct WriterGuard {
    inner: Option<(SqliteConnection, oneshot::Sender<Returned>)>,
}

impl WriterGuard {
    pub(super) fn new(conn: SqliteConnection, back: oneshot::Sender<Returned>) -> Self {
        Self { inner: Some((conn, back)) }
    }

    /// Gives the connection back with the changes kept; the receiver hears of the commit.
    pub(super) fn keep(mut self) -> oneshot::Receiver<Result<(), String>> {
        let (answer, committed) = oneshot::channel();
        self.give_back(Outcome::Keep(answer));
        committed
    }

    /// Takes the connection away from the writer, as nothing else here does.
    #[cfg(test)]
    pub(super) fn lose(mut self) {
        self.inner = None;
    }

    fn give_back(&mut self, outcome: Outcome) {
        if let Some((conn, back)) = self.inner.take() {
            // When the writer is gone the process is stopping; SQLite undoes the open transaction.
            drop(back.send(Returned { conn, outcome }));
        }
    }
}

impl Drop for WriterGuard {
    fn drop(&mut self) {
        self.give_back(Outcome::Undo);
    }
}

impl Deref for WriterGuard {
    type Target = SqliteConnection;
    fn deref(&self) -> &SqliteConnection {
        &self.inner.as_ref().expect("given back only by keep and drop, which consume the lease").0
    }
}

impl DerefMut for WriterGuard {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.inner.as_mut().expect("given back only by keep and drop, which consume the lease").0
    }
}
