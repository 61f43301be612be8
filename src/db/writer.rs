//! SQLite's group commit: waiting closures run one after another, in a savepoint each where there are several, inside one
//! transaction that is committed once. A slow disk costs one sync for many, and nobody is answered before it.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt;
use sqlx::{Connection, SqliteConnection};
use tokio::sync::{mpsc, oneshot};

use super::checkpoint::Checkpoints;
use super::health::Health;
use super::writer_guard::{Outcome, Returned, WriterGuard};
use crate::error::{Error, Result};

/// How many closures may share one commit.
const BATCH_MAX: usize = 128;
/// How many callers may wait for the writer.
const QUEUE_MAX: usize = 4096;

/// A caller waiting for the writing connection.
type Turn = oneshot::Sender<WriterGuard>;
type Answer = oneshot::Sender<Result<(), String>>;

#[derive(Clone)]
pub(super) struct Writer {
    turns: mpsc::Sender<Turn>,
}

impl Writer {
    /// Starts the writer on its own connection, and the copying of its log on another; both end when the last handle is
    /// dropped.
    pub fn start(conn: SqliteConnection, copier: SqliteConnection, health: &Arc<Health>) -> Self {
        let (turns, queue) = mpsc::channel(QUEUE_MAX);
        let (health, checkpoints) = (Arc::clone(health), Checkpoints::start(copier));
        tokio::spawn(async move {
            // Whatever it held may be half done, so it is not started again here: the process ends, and a new one begins.
            let run = AssertUnwindSafe(run(conn, queue, checkpoints, &health)).catch_unwind();
            if !run.await.unwrap_or(false) {
                health.lose("the SQLite writer has stopped");
            }
        });
        Self { turns }
    }

    /// Waits for this caller's turn.
    pub async fn guard(&self) -> Result<WriterGuard> {
        let (turn, writer_guard) = oneshot::channel();
        self.turns.send(turn).await.map_err(|_| Error::internal("the database writer has stopped"))?;
        writer_guard.await.map_err(|_| Error::internal("the database writer has stopped"))
    }

    /// Callers waiting now, for the metrics page.
    pub fn queue_depth(&self) -> usize {
        QUEUE_MAX - self.turns.capacity()
    }
}

/// False when the connection was lost, and with it the writer.
async fn run(mut conn: SqliteConnection, mut queue: mpsc::Receiver<Turn>, checkpoints: Checkpoints, health: &Health) -> bool {
    while let Some(first) = queue.recv().await {
        match batch(conn, first, &mut queue, health).await {
            Some(returned) => conn = returned,
            None => return false,
        }
        checkpoints.after_commit(&mut conn).await;
    }
    drop(conn.close().await);
    true
}

/// Runs the waiting turns in one transaction and answers all of them.
async fn batch(
    mut conn: SqliteConnection,
    first: Turn,
    queue: &mut mpsc::Receiver<Turn>,
    health: &Health,
) -> Option<SqliteConnection> {
    if let Err(error) = execute(&mut conn, "BEGIN IMMEDIATE").await {
        // The turn is dropped, so its caller hears that the writer failed; the next one tries again.
        tracing::error!(%error, "BEGIN IMMEDIATE failed");
        health.tell(false);
        if matches!(error, sqlx::Error::WorkerCrashed) {
            return None;
        }
        drop(execute(&mut conn, "ROLLBACK").await);
        return Some(conn);
    }
    let (mut answers, mut sound): (Vec<Answer>, _) = (Vec::new(), Ok(()));
    let (mut next, mut is_saved) = (Some(first), false);
    for place in 1..=BATCH_MAX {
        let Some(turn) = next.take() else { break };
        let Returned { conn: returned, outcome } = lend(conn, turn).await?;
        conn = returned;
        next = if place < BATCH_MAX { queue.try_recv().ok() } else { None };
        sound = end_turn(&mut conn, &outcome, is_saved, next.is_some()).await.map_err(|error| error.to_string());
        if let Outcome::Keep(answer) = outcome {
            answers.push(answer);
            is_saved = next.is_some();
        }
        if let Err(error) = &sound {
            tracing::error!(%error, "a transaction was lost; all that shared its commit is undone");
            break;
        }
    }
    // COMMIT closes a savepoint that is open. Where the transaction was lost, nobody is told yes.
    let committed = match sound {
        Ok(()) => execute(&mut conn, "COMMIT").await.map_err(|error| error.to_string()),
        Err(cause) => Err(cause),
    };
    if committed.is_err() {
        drop(execute(&mut conn, "ROLLBACK").await);
    }
    for answer in answers {
        drop(answer.send(committed.clone()));
    }
    Some(conn)
}

/// Ends a turn and makes ready for the next one; an error means that the transaction can't be trusted any more. A turn gets
/// a savepoint only when others share its transaction: SQLite copies every page that is changed under one.
async fn end_turn(conn: &mut SqliteConnection, outcome: &Outcome, is_saved: bool, has_next: bool) -> sqlx::Result<()> {
    match (outcome, is_saved, has_next) {
        (Outcome::Keep(_), _, false) => Ok(()),
        (Outcome::Keep(_), true, true) => execute(conn, "RELEASE turn; SAVEPOINT turn").await,
        (Outcome::Keep(_), false, true) => {
            // SQLite gives a transaction up by itself when, say, the disk is full. Inside one another can't begin.
            if execute(conn, "BEGIN").await.is_ok() {
                return Err(sqlx::Error::Protocol("the transaction was lost".into()));
            }
            execute(conn, "SAVEPOINT turn").await
        }
        // Nobody before it has written.
        (Outcome::Undo, false, _) => execute(conn, "ROLLBACK; BEGIN IMMEDIATE").await,
        // The savepoint stays open, and is the next turn's.
        (Outcome::Undo, true, _) => execute(conn, "ROLLBACK TO turn").await,
    }
}

/// Lends the connection for one turn.
async fn lend(conn: SqliteConnection, turn: Turn) -> Option<Returned> {
    let (back, returned) = oneshot::channel();
    // A caller that stopped waiting drops the guard at once, which sends the connection back.
    drop(turn.send(WriterGuard::new(conn, back)));
    returned.await.ok()
}

async fn execute(conn: &mut SqliteConnection, sql: &'static str) -> sqlx::Result<()> {
    use sqlx::Executor;
    conn.execute(sqlx::raw_sql(sql)).await.map(drop)
}

#[cfg(test)]
mod tests;
