use super::Proof;
use crate::model::{Actor, Timestamp};

/// Which share of an app's calls to its store a question may use. When calls are scarce, the earlier classes still get theirs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    /// A person at the console.
    Staff,
    /// A game server, known by its secret key.
    Server,
    /// This server's own jobs.
    Background,
    /// An app; anybody can have its AppKey.
    Client,
}

impl Priority {
    pub const ALL: [Self; 4] = [Self::Staff, Self::Server, Self::Background, Self::Client];

    /// The word metrics count it under.
    pub const fn as_label(self) -> &'static str {
        match self {
            Self::Staff => "STAFF",
            Self::Server => "SERVER",
            Self::Background => "BACKGROUND",
            Self::Client => "CLIENT",
        }
    }
}

/// When a store is asked, and on whose behalf. A moment alone means one of this server's own jobs.
#[derive(Debug, Clone, Copy)]
pub struct Asking {
    pub now: Timestamp,
    pub priority: Priority,
    /// Callers of one class take turns; who of them asks.
    pub caller: u64,
}

impl Asking {
    /// On behalf of whoever acts, all of a kind being one caller.
    pub const fn of(actor: Actor, now: Timestamp) -> Self {
        let priority = match actor {
            Actor::Operator => Priority::Staff,
            Actor::Server => Priority::Server,
            Actor::Client => Priority::Client,
            Actor::Store | Actor::System => Priority::Background,
        };
        Self { now, priority, caller: 0 }
    }
}

impl From<Timestamp> for Asking {
    fn from(now: Timestamp) -> Self {
        Self { now, priority: Priority::Background, caller: 0 }
    }
}

/// What a proof is by its form. The two forms that the store has to be asked about come with the proof cut down to the members
/// that count, so that one purchase has one proof however it is written.
#[derive(Debug, Clone, PartialEq)]
pub enum ProofForm {
    /// All that is to be known is in it; the store is not asked.
    Complete,
    /// A secret of the purchase, which only the buyer's app was given.
    Token(Proof),
    /// The name of a purchase, which is known to whoever saw a receipt or a log. Who only names a purchase has proved nothing.
    Name(Proof),
}

impl ProofForm {
    /// What the store is to be asked about.
    pub fn to_ask(&self) -> Option<&Proof> {
        match self {
            Self::Complete => None,
            Self::Token(proof) | Self::Name(proof) => Some(proof),
        }
    }
}
