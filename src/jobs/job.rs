//! What a job is: its name, its pace, what one run works on, and how a run ends.

mod ctx;
mod pace;

use super::work::Work;
use crate::error::{Error, Result};
use crate::model::Timestamp;

pub use ctx::Ctx;
pub use pace::{Backoff, Pace};

/// A kind of background work. The runner claims, leases, puts back, logs and counts; a job only does its work.
pub trait Job: Send + Sync + 'static {
    /// The job's name, which is its file's: in the log, in metrics and in the table `jobs`.
    const KIND: &'static str;
    const PACE: Pace;
    /// What one run works on: a row that was claimed for it, or `()` for a job that looks for its work itself.
    type Work: Work;

    /// Does the work once. Safe to run twice and on any process.
    fn run(&self, ctx: &Ctx<'_, Self::Work>) -> impl Future<Output = Outcome> + Send;
}

/// How a run ended.
#[derive(Debug)]
pub enum Outcome {
    /// The work is over. A row that keeps something rests with it until it is planned again; any other is removed.
    Done,
    /// Not over: to be run again at a time of the job's own choice. With a reason it counts as a failure, and tries go on being
    /// counted; without one they are counted anew.
    Again { at: Timestamp, reason: Option<String> },
    /// To be run again after the pause of `Pace::backoff`.
    Failed { reason: Error },
}

impl From<Result<Outcome>> for Outcome {
    fn from(result: Result<Outcome>) -> Self {
        result.unwrap_or_else(|reason| Outcome::Failed { reason })
    }
}

impl From<Result<()>> for Outcome {
    fn from(result: Result<()>) -> Self {
        result.map(|()| Outcome::Done).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_their_longest_or_end() {
        let doubled = Backoff::Doubled { first_millis: 10, millis_max: 35 };
        assert_eq!([0, 1, 2, 3, 99].map(|attempts| doubled.pause_millis(attempts)), [10, 10, 20, 35, 35].map(Some));
        let steps = Backoff::Steps(&[5, 30]);
        assert_eq!([1, 2, 3].map(|attempts| steps.pause_millis(attempts)), [Some(5), Some(30), None]);
    }
}
