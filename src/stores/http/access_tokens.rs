use std::sync::Arc;

use aws_lc_rs::digest::{Context, SHA256};
use moka::sync::Cache;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::model::{Secret, Timestamp};

/// How long a refused credential is not tried again. A changed one is another credential.
pub const REFUSAL_MILLIS: i64 = 60 * Timestamp::SECOND;
const CREDENTIALS_MAX: u64 = 10_000;

/// What names a credential: everything that goes into its access tokens, hashed.
pub type CredentialName = [u8; 32];

/// The access tokens of all apps of a store, one per credential, each kept in memory until shortly before it ends.
pub struct AccessTokens<F> {
    holders: Cache<CredentialName, Arc<Mutex<Option<Kept<F>>>>>,
    /// Until when a failure is the answer to all, if it stands for longer than the question that met it.
    stands_until: fn(&F, Timestamp) -> Option<Timestamp>,
}

enum Kept<F> {
    Issued(Issued),
    Refused {
        failure: F,
        until: Timestamp,
    },
    /// Nothing to keep, but whoever waited for this answer takes it, and does not ask one after another.
    Failed {
        failure: F,
        at: Instant,
    },
}

/// An access token, and until when it is used.
pub struct Issued {
    pub token: Secret,
    pub until: Timestamp,
}

impl<F: Clone + Send + Sync + 'static> AccessTokens<F> {
    pub fn new(stands_until: fn(&F, Timestamp) -> Option<Timestamp>) -> Self {
        Self { holders: Cache::new(CREDENTIALS_MAX), stands_until }
    }

    /// The access token of a credential; `issue` asks for one where none lives for a while yet. One caller asks, all others wait for
    /// the answer.
    pub async fn bearer(
        &self,
        name: CredentialName,
        now: Timestamp,
        issue: impl Future<Output = Result<Issued, F>>,
    ) -> Result<Secret, F> {
        let holder = self.holders.get_with(name, Arc::default);
        let waits_since = Instant::now();
        let mut kept = holder.lock().await;
        match &*kept {
            Some(Kept::Issued(Issued { token, until })) if now < *until => return Ok(token.clone()),
            Some(Kept::Refused { failure, until }) if now < *until => return Err(failure.clone()),
            Some(Kept::Failed { failure, at }) if waits_since <= *at => return Err(failure.clone()),
            _ => {}
        }
        let answer = issue.await;
        let (entry, answer) = match answer {
            Ok(issued) => {
                let token = issued.token.clone();
                (Kept::Issued(issued), Ok(token))
            }
            Err(failure) => {
                let entry = match (self.stands_until)(&failure, now) {
                    Some(until) => Kept::Refused { failure: failure.clone(), until },
                    None => Kept::Failed { failure: failure.clone(), at: Instant::now() },
                };
                (entry, Err(failure))
            }
        };
        *kept = Some(entry);
        answer
    }

    /// Forgets a token that was refused, unless a newer one stands in its place.
    pub async fn forget(&self, name: CredentialName, refused: &Secret) {
        let Some(holder) = self.holders.get(&name) else { return };
        let mut kept = holder.lock().await;
        if matches!(&*kept, Some(Kept::Issued(Issued { token, .. })) if token == refused) {
            *kept = None;
        }
    }
}

/// Names a credential by its parts; no secret can be read from the name.
pub fn credential_name<'a>(parts: impl IntoIterator<Item = &'a str>) -> CredentialName {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    }
    let mut name = [0; 32];
    name.copy_from_slice(context.finish().as_ref());
    name
}

/// Whether an access token can stand in a header as it is.
pub fn is_access_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}
