//! Passwords: argon2id, off the async threads, and not too many at once.

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use tokio::sync::Semaphore;

use super::throttle::Subjects;
use crate::audit::SignedIn;
use crate::db::{self, operators::Operator};
use crate::error::{Error, Result};
use crate::model::{AccountReason, Reason, Unit};
use crate::state::AppState;

const CHARS_MIN: usize = 10;
const CHARS_MAX: usize = 128;
/// Each takes 19 MiB and a core for some 30 ms.
const AT_ONCE_MAX: usize = 4;
/// More that wait their turn are sent away.
const WAITING_MAX: usize = 64;
const COME_BACK_SECONDS: i64 = 5;
/// OWASP's least for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;

/// Who waits with whom: a flood of strangers holds nobody up who is known.
#[derive(Debug, Clone, Copy)]
pub(super) enum Lane {
    /// Whoever is at the door.
    Strangers,
    /// Who has a session, a one-time link, or a browser the account is known by.
    Known,
}

/// Strangers get half the cores at most.
static STRANGERS: LazyLock<Turns> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Turns::new((cores / 2).clamp(1, AT_ONCE_MAX))
});
static KNOWN: LazyLock<Turns> = LazyLock::new(|| Turns::new(1));

struct Turns {
    at_once: Semaphore,
    /// Those that work and those that wait.
    places: Semaphore,
}

impl Turns {
    fn new(at_once: usize) -> Self {
        Self { at_once: Semaphore::new(at_once), places: Semaphore::new(at_once + WAITING_MAX) }
    }

    async fn take<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
        let _place = self.places.try_acquire().map_err(|_| Error::TooMany { retry_after_seconds: COME_BACK_SECONDS })?;
        let _turn = self.at_once.acquire().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)
    }
}

/// Verified against when there is no account, so that both cost the same.
static NOBODYS: LazyLock<String> = LazyLock::new(|| hash_now("nobody has this password").unwrap_or_default());

/// A password that may be chosen: 10 to 128 characters, and not the e-mail.
pub(super) fn check_choice(field: &str, password: &str, email: &str) -> Result<()> {
    let length = password.chars().count();
    if !(CHARS_MIN..=CHARS_MAX).contains(&length) {
        return Err(Error::invalid(field, Reason::length(Unit::Characters, CHARS_MIN, CHARS_MAX)));
    }
    if password.eq_ignore_ascii_case(email) {
        return Err(Error::invalid(field, AccountReason::PasswordIsEmail));
    }
    Ok(())
}

/// The PHC text to keep.
pub(super) async fn hash(password: &str) -> Result<String> {
    let password = password.to_owned();
    KNOWN.take(move || hash_now(&password)).await?
}

/// Whether the password is the one behind the hash; with no hash the same work is done for nothing.
pub(super) async fn verify(lane: Lane, password: &str, hash: Option<&str>) -> Result<bool> {
    if password.chars().count() > CHARS_MAX {
        return Ok(false);
    }
    let (password, hash) = (password.to_owned(), hash.filter(|hash| !hash.is_empty()).map(str::to_owned));
    let turns = match lane {
        Lane::Strangers => &STRANGERS,
        Lane::Known => &KNOWN,
    };
    let work = move || {
        let is_known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODYS.clone());
        let is_right = PasswordHash::new(&hash).is_ok_and(|hash| hasher().verify_password(password.as_bytes(), &hash).is_ok());
        is_known && is_right
    };
    turns.take(work).await
}

fn hasher() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(MEMORY_KIB, PASSES, 1, None).unwrap_or_default())
}

fn hash_now(password: &str) -> Result<String> {
    hasher().hash_password(password.as_bytes()).map(|hash| hash.to_string()).map_err(Error::internal)
}

/// The caller's own account, when this is its password; `field` is named when not. Tries are limited as at the door, so that a
/// session left open is no place to guess.
pub(super) async fn confirm_password(state: &AppState, by: &SignedIn, field: &str, password: &str) -> Result<Operator> {
    let at = state.clock.now();
    let subjects = Subjects::confirmation(&by.id, by.address.as_deref());
    let try_id = state.db.write(async |tx| subjects.charge(tx, at).await).await?;
    let found = db::operators::find(&mut state.db.read().await?, &by.id).await?.ok_or(Error::Unauthenticated)?;
    if !verify(Lane::Known, password, Some(&found.password_hash)).await? {
        return Err(Error::invalid(field, AccountReason::Wrong));
    }
    state.db.write(async |tx| subjects.forgive(tx, try_id).await).await?;
    Ok(found)
}
