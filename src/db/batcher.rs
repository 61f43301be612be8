//! What comes at the same time is written together: one write costs little more for many than for one.

use std::sync::Arc;

use tokio::sync::{Mutex, mpsc, oneshot};

use super::Db;
use crate::error::{Error, Result};

/// How many may wait before the next one waits to be let in.
const WAITING_MAX: usize = 4_096;

type Waiting<T, R> = (T, oneshot::Sender<R>);

/// Where items are handed in and come out as results. Ends with its last handle.
pub struct Batcher<T, R> {
    queue: mpsc::Sender<Waiting<T, R>>,
}

impl<T, R> Clone for Batcher<T, R> {
    fn clone(&self) -> Self {
        Self { queue: self.queue.clone() }
    }
}

impl<T: Send + 'static, R: Send + 'static> Batcher<T, R> {
    /// `work` is given what waits, at most so many at a time as go together to good use, and answers each, in their order.
    pub fn start<F: Future<Output = Vec<R>> + Send + 'static>(
        db: &Db,
        work: impl Fn(Db, Vec<T>) -> F + Copy + Send + Sync + 'static,
    ) -> Self {
        let most = db.write_batch_max();
        let (queue, waiting) = mpsc::channel::<Waiting<T, R>>(WAITING_MAX);
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..db.write_lanes() {
            let (db, waiting) = (db.clone(), waiting.clone());
            tokio::spawn(async move {
                let mut batch = Vec::with_capacity(most);
                while waiting.lock().await.recv_many(&mut batch, most).await > 0 {
                    let (items, answers): (Vec<T>, Vec<oneshot::Sender<R>>) = batch.drain(..).unzip();
                    // A task of its own: if it panics, these hear that it failed, and the next ones are written.
                    let db = db.clone();
                    let results = tokio::spawn(async move { work(db, items).await }).await.unwrap_or_else(|error| {
                        tracing::error!(%error, "what was gathered was not written");
                        metrics::counter!("purser_worker_panics_total", "loop" => "gather").increment(1);
                        Vec::new()
                    });
                    for (answer, result) in answers.into_iter().zip(results) {
                        // Who stopped waiting finds out by asking again.
                        drop(answer.send(result));
                    }
                }
            });
        }
        Self { queue }
    }

    /// Waits for the item's result.
    pub async fn hand_in(&self, item: T) -> Result<R> {
        let stopped = || Error::internal("what was gathered was not written");
        let (answer, result) = oneshot::channel();
        self.queue.send((item, answer)).await.map_err(|_| stopped())?;
        result.await.map_err(|_| stopped())
    }
}
