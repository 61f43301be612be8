//! Who acts.

use crate::model::{Actor, OperatorId};

/// An operator known by their session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    pub id: OperatorId,
    pub email: String,
    /// May create projects and operators, and enters every project as ADMIN.
    pub is_admin: bool,
    /// The address the request came from, for the audit log.
    pub address: Option<String>,
}

/// Who acts: in the signature of every use case that changes something, and in its audit or event row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum By {
    /// A person at the console.
    Operator(SignedIn),
    /// A game server; the name of its secret key.
    Server { key: String },
    /// An app, by its AppKey.
    Client,
    /// Whoever calls one of NHN's surfaces without a secret; the surface's name.
    NhnClient(&'static str),
    /// A store's notification.
    Store,
    /// Ourselves: a worker or the command line, by name.
    System(&'static str),
}

impl By {
    pub fn actor(&self) -> Actor {
        match self {
            Self::Operator(_) => Actor::Operator,
            Self::Server { .. } => Actor::Server,
            Self::Client | Self::NhnClient(_) => Actor::Client,
            Self::Store => Actor::Store,
            Self::System(_) => Actor::System,
        }
    }

    /// The person's e-mail, the key's name, the worker's name.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Operator(operator) => Some(&operator.email),
            Self::Server { key } => Some(key),
            Self::System(name) | Self::NhnClient(name) => Some(name),
            Self::Client | Self::Store => None,
        }
    }

    /// Whether a secret stands behind the call; an AppKey is in every copy of an app and proves nothing.
    pub const fn is_trusted(&self) -> bool {
        matches!(self, Self::Operator(_) | Self::Server { .. })
    }

    pub fn address(&self) -> Option<&str> {
        match self {
            Self::Operator(operator) => operator.address.as_deref(),
            _ => None,
        }
    }
}
