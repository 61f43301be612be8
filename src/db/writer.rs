//! SQLite's group commit: waiting closures run one after another, each in a savepoint, inside one
//! transaction that is committed once. A slow disk costs one sync for many, and nobody is answered before it.

use sqlx::{Connection, SqliteConnection};
use tokio::sync::{mpsc, oneshot};

use super::lease::{Lease, Outcome, Returned};
use crate::error::{Error, Result};

/// How many closures may share one commit.
const BATCH_MAX: usize = 128;
/// How many callers may wait for the writer.
const QUEUE_MAX: usize = 4096;

/// A caller waiting for the writing connection.
type Turn = oneshot::Sender<Lease>;
type Answer = oneshot::Sender<Result<(), String>>;

#[derive(Clone)]
pub(super) struct Writer {
    turns: mpsc::Sender<Turn>,
}

impl Writer {
    /// Starts the writer on its own connection; it ends when the last handle is dropped.
    pub fn start(conn: SqliteConnection) -> Self {
        let (turns, queue) = mpsc::channel(QUEUE_MAX);
        tokio::spawn(run(conn, queue));
        Self { turns }
    }

    /// Waits for this caller's turn.
    pub async fn lease(&self) -> Result<Lease> {
        let (turn, lease) = oneshot::channel();
        self.turns.send(turn).await.map_err(|_| Error::internal("the database writer has stopped"))?;
        lease.await.map_err(|_| Error::internal("the database writer has stopped"))
    }

    /// Callers waiting now, for the metrics page.
    pub fn queue_depth(&self) -> usize {
        QUEUE_MAX - self.turns.capacity()
    }
}

async fn run(mut conn: SqliteConnection, mut queue: mpsc::Receiver<Turn>) {
    while let Some(first) = queue.recv().await {
        match batch(conn, first, &mut queue).await {
            Some(returned) => conn = returned,
            None => {
                tracing::error!("the SQLite writing connection was lost");
                return;
            }
        }
    }
    drop(conn.close().await);
}

/// Runs the waiting turns in one transaction and answers all of them.
async fn batch(mut conn: SqliteConnection, first: Turn, queue: &mut mpsc::Receiver<Turn>) -> Option<SqliteConnection> {
    let mut answers: Vec<Answer> = Vec::new();
    let mut next = Some(first);
    if let Err(error) = execute(&mut conn, "BEGIN IMMEDIATE; SAVEPOINT turn").await {
        // The turn is dropped, so its caller hears that the writer failed; the next one tries again.
        tracing::error!(%error, "BEGIN IMMEDIATE failed");
        drop(execute(&mut conn, "ROLLBACK").await);
        return Some(conn);
    }
    let mut sound = Ok(());
    for _ in 0..BATCH_MAX {
        let Some(turn) = next.take() else { break };
        (conn, sound) = lend(conn, turn, &mut answers).await?;
        if sound.is_err() {
            break;
        }
        next = queue.try_recv().ok();
    }
    // COMMIT closes the savepoint that is open. A batch whose savepoint was lost has lost its transaction: nobody is told yes.
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
    // A turn taken beyond the batch's limit is put through at once in the next one.
    match next {
        Some(turn) => Box::pin(batch(conn, turn, queue)).await,
        None => Some(conn),
    }
}

/// Lends the connection for one turn, inside the savepoint that is open, and opens the next one's in the same trip. An error
/// means that the transaction can't be trusted any more.
async fn lend(conn: SqliteConnection, turn: Turn, answers: &mut Vec<Answer>) -> Option<(SqliteConnection, Result<(), String>)> {
    let (back, returned) = oneshot::channel();
    // A caller that stopped waiting drops the lease at once, which sends the connection back.
    drop(turn.send(Lease::new(conn, back)));
    let Returned { mut conn, outcome } = returned.await.ok()?;
    let done = match outcome {
        Outcome::Keep(answer) => {
            answers.push(answer);
            execute(&mut conn, "RELEASE turn; SAVEPOINT turn").await
        }
        // The savepoint stays open, and is the next turn's.
        Outcome::Undo => execute(&mut conn, "ROLLBACK TO turn").await,
    };
    if let Err(error) = &done {
        tracing::error!(%error, "a write's savepoint was lost; all that shared its commit is undone");
    }
    Some((conn, done.map_err(|error| error.to_string())))
}

async fn execute(conn: &mut SqliteConnection, sql: &'static str) -> sqlx::Result<()> {
    use sqlx::Executor;
    conn.execute(sqlx::raw_sql(sql)).await.map(drop)
}
