//! How often a Gamebase secret key was wrong of late. Those taken over are short, so guessing is slowed; each process counts
//! for itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::auth::Address;
use crate::model::{ProjectId, Timestamp};

/// So many may be wrong from one address for one project within the window; then none is looked at until it is over.
const WRONG_MAX: u32 = 10;
const WINDOW_MILLIS: i64 = 15 * Timestamp::MINUTE;
/// More are not kept apart: the oldest make room.
const KEPT_MAX: usize = 10_000;

/// Wrong secret keys by address and project.
#[derive(Debug, Clone, Default)]
pub struct Guesses(Arc<Mutex<HashMap<(String, ProjectId), Wrong>>>);

#[derive(Debug, Clone, Copy)]
struct Wrong {
    since: Timestamp,
    times: u32,
}

impl Wrong {
    fn is_over(self, now: Timestamp) -> bool {
        now.0 - self.since.0 >= WINDOW_MILLIS
    }
}

impl Guesses {
    /// How long this address has to wait; none when it may try.
    pub fn wait_seconds(&self, from: Option<Address>, project: &ProjectId, now: Timestamp) -> Option<i64> {
        let key = (subject(from)?, project.clone());
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wrong = held.get(&key).filter(|wrong| wrong.times >= WRONG_MAX && !wrong.is_over(now))?;
        Some((wrong.since.0 + WINDOW_MILLIS - now.0 + Timestamp::SECOND - 1) / Timestamp::SECOND)
    }

    /// Counts a wrong one, and writes it down: the first of a window, and the one that closes it.
    pub fn note_wrong(&self, from: Option<Address>, project: &ProjectId, now: Timestamp) {
        metrics::counter!("purser_gamebase_wrong_secrets_total").increment(1);
        let Some(subject) = subject(from) else { return };
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= KEPT_MAX {
            make_room(&mut held, now);
        }
        let wrong = held.entry((subject.clone(), project.clone())).or_insert(Wrong { since: now, times: 0 });
        if wrong.is_over(now) {
            *wrong = Wrong { since: now, times: 0 };
        }
        wrong.times += 1;
        if wrong.times == 1 || wrong.times == WRONG_MAX {
            tracing::warn!(%project, address = subject, times = wrong.times, "a wrong Gamebase secret key");
        }
    }
}

/// This machine's own address stands for everybody behind a proxy that is not trusted: game servers, too, so it is never shut
/// out.
fn subject(from: Option<Address>) -> Option<String> {
    from.filter(|address| !address.ip().is_loopback()).map(Address::subject)
}

fn make_room(held: &mut HashMap<(String, ProjectId), Wrong>, now: Timestamp) {
    held.retain(|_, wrong| !wrong.is_over(now));
    if held.len() >= KEPT_MAX
        && let Some(oldest) = held.iter().min_by_key(|(_, wrong)| wrong.since.0).map(|(key, _)| key.clone())
    {
        held.remove(&oldest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_guesses_has_to_wait_and_others_have_not() {
        let (guesses, project, now) = (Guesses::default(), ProjectId("p".into()), Timestamp(1_000_000));
        let (guesser, other) = (Address::parse("203.0.113.9"), Address::parse("203.0.113.10"));
        for _ in 0..WRONG_MAX {
            assert_eq!(guesses.wait_seconds(guesser, &project, now), None);
            guesses.note_wrong(guesser, &project, now);
        }
        assert_eq!(guesses.wait_seconds(guesser, &project, now), Some(900));
        assert_eq!(guesses.wait_seconds(other, &project, now), None);
        assert_eq!(guesses.wait_seconds(guesser, &ProjectId("q".into()), now), None);
        assert_eq!(guesses.wait_seconds(guesser, &project, now.plus_millis(WINDOW_MILLIS)), None);
        for _ in 0..100 {
            guesses.note_wrong(Address::parse("127.0.0.1"), &project, now);
        }
        assert_eq!(guesses.wait_seconds(Address::parse("127.0.0.1"), &project, now), None);
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let (guesses, project) = (Guesses::default(), ProjectId("p".into()));
        for number in 0..KEPT_MAX + 5 {
            let from = Address::parse(&format!("10.{}.{}.{}", number >> 16, (number >> 8) & 255, number & 255));
            guesses.note_wrong(from, &project, Timestamp(number as i64));
        }
        assert_eq!(guesses.0.lock().expect("held").len(), KEPT_MAX);
    }
}
