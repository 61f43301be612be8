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
