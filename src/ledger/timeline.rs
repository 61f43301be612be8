//! Lines of the timeline.

use crate::audit::By;
use crate::model::{EventKind, Evidence, PaymentEvent, PaymentStatus, Timestamp};

/// A line by whoever acts, without reason or evidence.
pub(crate) fn event(by: &By, at: Timestamp, kind: EventKind, from: Option<PaymentStatus>, to: PaymentStatus) -> PaymentEvent {
    PaymentEvent { at, actor: by.actor(), actor_name: by.name().map(str::to_owned), kind, from, to, reason: None, evidence: None }
}

/// The same line with the proof's decoded fields.
pub(crate) fn with_evidence(event: PaymentEvent, evidence: Evidence) -> PaymentEvent {
    PaymentEvent { evidence: Some(evidence), ..event }
}

/// The same line with a reason for people.
pub(crate) fn with_reason(event: PaymentEvent, reason: impl Into<String>) -> PaymentEvent {
    PaymentEvent { reason: Some(reason.into()), ..event }
}
