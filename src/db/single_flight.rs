//! One read for all who ask the same at the same time.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::error::{Error, Result};

type Asking<V> = Vec<oneshot::Sender<Result<V>>>;

/// Answers, with one read, everyone who asked before that read began: nobody gets an answer older than their question.
pub struct SingleFlight<V> {
    /// Who asked since the last read of a key began. A key is here for as long as its reads go on.
    open: Arc<Mutex<HashMap<String, Asking<V>>>>,
}

impl<V> Clone for SingleFlight<V> {
    fn clone(&self) -> Self {
        Self { open: self.open.clone() }
    }
}

impl<V> Default for SingleFlight<V> {
    fn default() -> Self {
        Self { open: Arc::default() }
    }
}

impl<V: Clone + Send + 'static> SingleFlight<V> {
    /// What `read` says of the key.
    pub async fn ask<F>(&self, key: &str, read: impl Fn(String) -> F + Send + 'static) -> Result<V>
    where
        F: Future<Output = Result<V>> + Send + 'static,
    {
        let (asking, answer) = oneshot::channel();
        let is_first = match self.lock().entry(key.to_owned()) {
            Entry::Occupied(mut entry) => {
                entry.get_mut().push(asking);
                false
            }
            Entry::Vacant(entry) => {
                entry.insert(vec![asking]);
                true
            }
        };
        if is_first {
            let reads = Reads { of: self.clone(), key: key.to_owned() };
            tokio::spawn(async move {
                while let Some(asking) = reads.next() {
                    let answer = match read(reads.key.clone()).await {
                        Ok(value) => Ok(value),
                        // One broken connection must not be the trouble of all who asked: it is read once more, by another.
                        Err(_) => read(reads.key.clone()).await,
                    };
                    for one in asking {
                        drop(one.send(answer.as_ref().map(V::clone).map_err(Error::for_another)));
                    }
                }
            });
        }
        answer.await.map_err(|_| Error::internal("a read was given up"))?
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Asking<V>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The reads of one key, one after another, for as long as somebody asks.
struct Reads<V: Clone + Send + 'static> {
    of: SingleFlight<V>,
    key: String,
}

impl<V: Clone + Send + 'static> Reads<V> {
    /// Whoever asked since the last read; none when nobody did, and the reads are over.
    fn next(&self) -> Option<Asking<V>> {
        let mut open = self.of.lock();
        let asking = std::mem::take(open.get_mut(&self.key)?);
        if asking.is_empty() {
            open.remove(&self.key);
            return None;
        }
        Some(asking)
    }
}

impl<V: Clone + Send + 'static> Drop for Reads<V> {
    /// Should a read panic, whoever waits hears of it, and the next one to ask begins anew.
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.of.lock().remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests;
