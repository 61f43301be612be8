//! How a job ends: taken away, put back, logged and counted.

use super::{OWN_FAULT, REASON_CHARS_MAX};
use crate::error::Error;
use crate::jobs::job::{Job, Outcome};
use crate::jobs::work::{Release, Work};
use crate::model::{Timestamp, shorten};

/// An outcome with the time of the next run.
pub(super) enum Ending {
    Done,
    Again { at: Timestamp, reason: Option<String> },
    Failed { reason: Error, due_at: Option<Timestamp> },
}

impl Ending {
    pub(super) fn of<J: Job>(outcome: Outcome, attempts: i64, now: Timestamp) -> Self {
        match outcome {
            Outcome::Done => Self::Done,
            Outcome::Again { at, reason } => Self::Again { at, reason },
            Outcome::Failed { reason } => {
                let due_at = J::PACE.backoff.pause_millis(attempts).map(|pause| now.plus_millis(pause));
                Self::Failed { reason, due_at }
            }
        }
    }

    pub(super) fn is_done(&self) -> bool {
        matches!(self, Self::Done)
    }

    pub(super) fn is_success(&self) -> bool {
        matches!(self, Self::Done | Self::Again { reason: None, .. })
    }

    pub(super) fn label(&self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Again { .. } => "again",
            Self::Failed { due_at: Some(_), .. } => "failed",
            Self::Failed { due_at: None, .. } => "dead",
        }
    }

    pub(super) fn log<J: Job>(&self, work: &J::Work, items: u64) {
        let (job, attempts, work) = (J::KIND, work.attempts(), work.name());
        match self {
            Self::Done | Self::Again { reason: None, .. } if items > 0 => tracing::info!(job, work, items, "a job ran"),
            Self::Done | Self::Again { reason: None, .. } => tracing::debug!(job, work, "a job ran"),
            Self::Again { reason: Some(reason), .. } => tracing::warn!(job, work, attempts, reason, "a job is not done yet"),
            // Of a job that looks for its work itself nothing else tells.
            Self::Failed { reason, .. } if attempts == 0 => tracing::error!(job, %reason, "a job failed; it is tried again"),
            Self::Failed { reason, due_at: Some(_) } => {
                tracing::warn!(job, work, attempts, %reason, "a job failed; it is tried again");
            }
            Self::Failed { reason, due_at: None } => tracing::error!(job, work, attempts, %reason, "a job is given up"),
        }
    }

    pub(super) fn into_release(self, kept: Option<String>) -> Release {
        match self {
            Self::Done => Release::Done { kept },
            Self::Again { at, reason } => Release::Later { due_at: Some(at), reason: reason.as_deref().map(kept_reason), kept },
            Self::Failed { reason, due_at } => Release::Later { due_at, reason: Some(kept_reason(&for_people(&reason))), kept },
        }
    }
}

/// A reason may have words of a store or of whoever sent a notification.
fn kept_reason(reason: &str) -> String {
    shorten(reason, REASON_CHARS_MAX).into_owned()
}

/// Our own faults say no more than that: their causes are in the log.
fn for_people(reason: &Error) -> String {
    match reason {
        Error::Database(_) | Error::Internal(_) => OWN_FAULT.into(),
        other => other.to_string(),
    }
}
