use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use moka::sync::Cache;
use tokio::sync::OnceCell;

use crate::model::{AppSeq, Environment, Purchase, RefusalCode, Timestamp};
use crate::stores::{Asking, Priority, Proof, Refusal, StoreApp};

/// How long an answer is remembered.
const KEPT_MILLIS: i64 = 30 * Timestamp::SECOND;
const KEPT_MAX: u64 = 4_096;

type Answer = Result<Purchase, Refusal>;
/// Questions under way, by what is asked for and whether an app asks.
type Asked = HashMap<(Name, bool), Arc<OnceCell<Answer>>>;

/// What the store said of proofs that only name a purchase. The same name asked for by many at once is one question, and a
/// name the store does not know costs no second one for a while, so that made-up names use up nothing.
pub struct Answers {
    kept: Cache<Name, Arc<Kept>>,
    /// Apps' questions may have to wait for a place, so nobody else joins them.
    asked: Mutex<Asked>,
    /// Whether anything was ever asked: most servers are handed signed transactions alone.
    is_used: AtomicBool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Name {
    app: AppSeq,
    environment: Environment,
    proof: Proof,
}

struct Kept {
    answer: Answer,
    at: Timestamp,
}

impl Answers {
    pub fn new() -> Self {
        let lifetime = Duration::from_millis(KEPT_MILLIS.unsigned_abs());
        let kept = Cache::builder().max_capacity(KEPT_MAX).time_to_live(lifetime).build();
        Self { kept, asked: Mutex::default(), is_used: AtomicBool::new(false) }
    }

    /// The remembered answer, or the one `ask` gives, or the one somebody else is about to be given.
    pub async fn get(&self, app: &StoreApp, named: &Proof, asking: Asking, ask: impl Future<Output = Answer>) -> Answer {
        self.is_used.store(true, Ordering::Relaxed);
        let name = Name::new(app, named);
        if let Some(answer) = self.find(&name, asking) {
            return answer;
        }
        let key = (name, asking.priority == Priority::Client);
        let question = Question { answers: self, cell: Arc::clone(self.asked().entry(key.clone()).or_default()), key };
        let ask = async {
            let answer = ask.await;
            question.keep(&answer, asking.now);
            answer
        };
        question.cell.get_or_init(|| ask).await.clone()
    }

    /// Forgets what was said of a transaction: something newer is known of it.
    pub fn forget(&self, app: &StoreApp, transaction_id: &str) {
        if !self.is_used.load(Ordering::Relaxed) {
            return;
        }
        let name = Name::new(app, &Proof::TransactionId { transaction_id: transaction_id.to_owned() });
        self.kept.invalidate(&name);
        let mut asked = self.asked();
        for is_client in [false, true] {
            asked.remove(&(name.clone(), is_client));
        }
    }

    /// Apps are given any answer again, found or not: what they hand in signed may be older than that, and how long an answer
    /// takes tells them nothing. Game servers are given again that there is no such purchase; others always ask.
    fn find(&self, name: &Name, asking: Asking) -> Option<Answer> {
        let kept = self.kept.get(name)?;
        let age_millis = asking.now.0.saturating_sub(kept.at.0);
        let is_unknown = kept.answer.as_ref().is_err_and(|refusal| refusal.code == RefusalCode::ProofInvalid);
        let is_for = match asking.priority {
            Priority::Client => true,
            Priority::Server => is_unknown,
            Priority::Staff | Priority::Background => false,
        };
        (is_for && (0..KEPT_MILLIS).contains(&age_millis)).then(|| kept.answer.clone())
    }

    fn asked(&self) -> MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Name {
    fn new(app: &StoreApp, proof: &Proof) -> Self {
        Self { app: app.app_seq, environment: app.environment, proof: proof.clone() }
    }
}

/// One caller's part in a question; the last of them takes it off the list. One who leaves early leaves it to the others.
struct Question<'a> {
    answers: &'a Answers,
    key: (Name, bool),
    cell: Arc<OnceCell<Answer>>,
}

impl Question<'_> {
    /// Remembers an answer that says something of the purchase, unless it was forgotten while it was asked for.
    fn keep(&self, answer: &Answer, now: Timestamp) {
        if answer.as_ref().is_err_and(|refusal| refusal.code.is_transient()) {
            return;
        }
        let asked = self.answers.asked();
        if asked.get(&self.key).is_some_and(|cell| Arc::ptr_eq(cell, &self.cell)) {
            self.answers.kept.insert(self.key.0.clone(), Arc::new(Kept { answer: answer.clone(), at: now }));
        }
    }
}

impl Drop for Question<'_> {
    fn drop(&mut self) {
        let mut asked = self.answers.asked();
        let is_ours = asked.get(&self.key).is_some_and(|cell| Arc::ptr_eq(cell, &self.cell));
        // The list's own and this one's.
        if is_ours && (self.cell.initialized() || Arc::strong_count(&self.cell) <= 2) {
            asked.remove(&self.key);
        }
    }
}
