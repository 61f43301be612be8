//! Ids as types of their own, so that two can't be swapped.

use serde::{Deserialize, Serialize};

macro_rules! text_id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(pub String);

        impl $name {
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

macro_rules! number_id {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, sqlx::Type)]
        #[serde(transparent)]
        #[sqlx(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}", self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

text_id! {
    /// A project's short id, used in console addresses; it outlives key rotation.
    ProjectId
}
text_id! {
    /// A console account.
    OperatorId
}
text_id! {
    /// A payment's number: the KST date and at least eight digits; text to everyone else.
    PaymentSeq
}
text_id! {
    /// A subscription's number; text to everyone else.
    SubscriptionId
}
number_id! {
    /// A payment's own random part of its access token; it opens nothing without the server's key.
    AccessSalt
}
number_id! {
    /// A store's notification in our inbox.
    NotificationNo
}
number_id! {
    /// One store listing of a project, from 1000000.
    AppSeq
}
number_id! {
    /// One product of an app, from 1000000.
    ProductSeq
}
number_id! {
    /// How often a thing that people edit was changed. A form sends the version it showed.
    Version
}

impl Version {
    /// Of a thing that is new.
    pub const FIRST: Self = Self(1);

    /// Whether a change is based on this version. A change that names none, such as a declared file's, is based on any.
    pub fn is_base_of(self, seen: Option<Self>) -> bool {
        seen.is_none_or(|seen| seen == self)
    }
}
