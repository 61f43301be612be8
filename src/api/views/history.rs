//! A payment with its history.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::PaymentView;
use crate::model::PaymentEvent;

/// One line of a payment's timeline.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventView {
    at: String,
    /// `SERVER`, `CLIENT`, `STORE`, `OPERATOR` or `SYSTEM`.
    actor: &'static str,
    actor_name: Option<String>,
    /// `RESERVE`, `VERIFY`, `REFUSE`, `PEND`, `CLOSE`, `CONSUME`, `REFUND`, `CORRECT`,
    /// `NOTICE`, `REVERSE`, `SUPERSEDE`, `ASSIGN`, `RELEASE`, `REOPEN`, `FINISH`, `CHECK`, `ANSWER`, `EXTEND` or `NOTE`.
    kind: &'static str,
    from: Option<&'static str>,
    to: &'static str,
    reason: Option<String>,
    /// The proof's decoded fields.
    #[schema(value_type = Option<Object>)]
    evidence: Option<Value>,
}

impl From<PaymentEvent> for EventView {
    fn from(event: PaymentEvent) -> Self {
        Self {
            at: event.at.to_rfc3339(),
            actor: event.actor.as_str(),
            actor_name: event.actor_name,
            kind: event.kind.as_str(),
            from: event.from.map(|status| status.as_str()),
            to: event.to.as_str(),
            reason: event.reason,
            evidence: event.evidence.map(|evidence| evidence.read()),
        }
    }
}

/// A payment with its timeline, oldest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentDetailView {
    #[serde(flatten)]
    pub payment: PaymentView,
    pub events: Vec<EventView>,
}
