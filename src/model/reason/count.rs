//! What is counted where a value is too long or one too many.

use serde::{Deserialize, Serialize};

/// What a length counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unit {
    Characters,
    VisibleCharacters,
    VisibleAscii,
    /// Of an AppKey or an app id.
    KeyCharacters,
    Bytes,
    Rows,
}

impl std::fmt::Display for Unit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Characters => "characters",
            Self::VisibleCharacters => "visible characters",
            Self::VisibleAscii => "visible ASCII characters",
            Self::KeyCharacters => "letters, digits, - _ or .",
            Self::Bytes => "bytes",
            Self::Rows => "rows",
        })
    }
}

/// What an instance or a project has a limited number of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kept {
    Members,
    Apps,
    SecretKeys,
    Accounts,
    Projects,
    SavedViews,
    Notes,
    Rates,
}

impl Kept {
    pub(super) fn limit(self, max: i64) -> String {
        match self {
            Self::Members => format!("a project has at most {max} members"),
            Self::Apps => format!("a project has at most {max} apps"),
            Self::SecretKeys => format!("a project has at most {max} secret keys in force"),
            Self::Accounts => format!("there are at most {max} accounts"),
            Self::SavedViews => format!("there are at most {max} saved views"),
            Self::Projects => format!("there are at most {max} projects"),
            Self::Notes => format!("a payment or a player has at most {max} notes"),
            Self::Rates => format!("a project has at most {max} exchange rates in one currency"),
        }
    }
}
