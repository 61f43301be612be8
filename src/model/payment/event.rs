//! The timeline of a payment.

use super::PaymentStatus;
use serde::{Deserialize, Serialize};

use crate::model::text_enum::text_enum;
use crate::model::{Evidence, Timestamp};

text_enum! {
    /// Who made a change to a payment.
    Actor { Server = "SERVER", Client = "CLIENT", Store = "STORE", Operator = "OPERATOR", System = "SYSTEM" }
}

text_enum! {
    /// What happened to a payment.
    EventKind {
        Reserve = "RESERVE",
        Verify = "VERIFY",
        Refuse = "REFUSE",
        Pend = "PEND",
        Close = "CLOSE",
        Consume = "CONSUME",
        Refund = "REFUND",
        Correct = "CORRECT",
        /// The store told of a purchase.
        Notification = "NOTICE",
        /// The store gave back what it had taken.
        Reverse = "REVERSE",
        /// Another plan took the place of the paid period.
        Supersede = "SUPERSEDE",
        /// A purchase without a user got one.
        Assign = "ASSIGN",
        /// The store asked about it, and was answered or not.
        Answer = "ANSWER",
        /// It was laid beside what the store says of it.
        Check = "CHECK",
        /// Its paid period was made longer.
        Extend = "EXTEND",
        /// Staff made a purchase from before the app's date consumable.
        Release = "RELEASE",
        /// Staff opened a consumed payment for one more consume.
        Reopen = "REOPEN",
        /// The store was told that the buyer has what was bought, or could not be.
        Finish = "FINISH",
        /// Something worth knowing that changed nothing.
        Note = "NOTE",
    }
}

/// One line of a payment's timeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, sqlx::FromRow)]
pub struct PaymentEvent {
    pub at: Timestamp,
    pub actor: Actor,
    /// The key's or the operator's name.
    pub actor_name: Option<String>,
    pub kind: EventKind,
    /// None for the event that made the payment.
    #[sqlx(rename = "from_status")]
    pub from: Option<PaymentStatus>,
    #[sqlx(rename = "to_status")]
    pub to: PaymentStatus,
    pub reason: Option<String>,
    /// The proof's decoded fields, or what an operator gave as proof.
    pub evidence: Option<Evidence>,
}

impl PaymentEvent {
    /// Whether the game did it: its server or its app.
    pub fn is_by_game(&self) -> bool {
        matches!(self.actor, Actor::Server | Actor::Client)
    }
}
