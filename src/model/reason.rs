//! Why a value of the input was refused. The sentences are for callers of the API; the console has its own words for each
//! (`console/reasons.rs`).

mod account;
mod app;
mod count;
mod plain;
mod product;
mod simulator;

use serde::{Deserialize, Serialize};

use super::UnknownVariant;

pub use account::AccountReason;
pub use app::{AppReason, SetUpReason};
pub use count::{Kept, Unit};
pub use plain::{CallReason, DeclaredReason, StartReason};
pub use product::{FileReason, ProductReason, ReceiptReason};
pub use simulator::SimulatorReason;

/// What is wrong with a value; the sentence follows the field's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Reason {
    #[error("must have {min} to {max} {of}")]
    Length { of: Unit, min: usize, max: usize },
    #[error("must have at most {max} characters")]
    CharactersAtMost { max: usize },
    #[error("must have at most {max} bytes")]
    BytesAtMost { max: usize },
    #[error("must be {min} to {max}")]
    Range { min: i64, max: i64 },
    #[error("must be at most {max}")]
    CountAtMost { max: usize },
    /// The values as a sentence lists them: `USE or STOP`.
    #[error("must be {0}")]
    OneOf(String),
    #[error("unknown value {0:?}")]
    UnknownValue(String),
    #[error("must not be empty")]
    Empty,
    #[error("must be chosen")]
    NotChosen,
    #[error("must have no control characters and no spaces around it")]
    ControlOrSpaces,
    #[error("must not contain control characters, such as NUL")]
    Control,
    #[error("must not be \".\" or \"..\", which HTTP clients take out of an address")]
    DotUserKey,
    #[error("is not one that a list gave")]
    NotACursor,
    #[error("must be a UUID")]
    NotAUuid,
    #[error("must be a whole number")]
    NotAWholeNumber,
    #[error("must be a decimal number up to 10^12, such as 4400 or 9.99")]
    NotAPrice,
    #[error("must be three letters (ISO 4217), such as KRW")]
    NotACurrency,
    #[error("must be three letters (ISO 4217) beside a price")]
    NoCurrencyBesidePrice,
    #[error("must be a date and time in RFC 3339")]
    NotATime,
    #[error("no such player is known here: confirm that the id is right")]
    NoSuchPlayer,
    #[error("must be a day, such as 2026-11-30")]
    NotADay,
    #[error("must not be after the last day")]
    DaysReversed,
    #[error("must be at most {max} days before the last day")]
    DaysAtMost { max: i64 },
    #[error("must be a named time zone (IANA), such as Asia/Seoul")]
    NotATimeZone,
    #[error("must be a decimal number above 0 with at most nine places, such as 1385.2")]
    NotARate,
    #[error("is in use already")]
    InUse,
    #[error("is taken by another project")]
    OfAnotherProject,
    #[error("is one too many: {}", .of.limit(*max))]
    OneTooMany { of: Kept, max: i64 },
    /// What a parser or the file system says.
    #[error("{0}")]
    Unreadable(String),
    #[error(transparent)]
    Account(#[from] AccountReason),
    #[error(transparent)]
    App(#[from] AppReason),
    #[error(transparent)]
    SetUp(#[from] SetUpReason),
    #[error(transparent)]
    Product(#[from] ProductReason),
    #[error(transparent)]
    File(#[from] FileReason),
    #[error(transparent)]
    Receipt(#[from] ReceiptReason),
    #[error(transparent)]
    Simulator(#[from] SimulatorReason),
    #[error(transparent)]
    Call(#[from] CallReason),
    #[error(transparent)]
    Declared(#[from] DeclaredReason),
    #[error(transparent)]
    Start(#[from] StartReason),
}

impl Reason {
    pub fn length(of: Unit, min: usize, max: usize) -> Self {
        Self::Length { of, min, max }
    }

    pub fn range(min: i64, max: impl Into<i64>) -> Self {
        Self::Range { min, max: max.into() }
    }

    /// `USE or STOP`, of all the values there are.
    pub fn one_of<'a>(values: impl IntoIterator<Item = &'a str>) -> Self {
        let values: Vec<&str> = values.into_iter().collect();
        Self::OneOf(match values.as_slice() {
            [but_last @ .., last] if !but_last.is_empty() => format!("{} or {last}", but_last.join(", ")),
            values => values.concat(),
        })
    }

    pub fn unreadable(cause: impl std::fmt::Display) -> Self {
        Self::Unreadable(cause.to_string())
    }
}

impl From<UnknownVariant> for Reason {
    fn from(unknown: UnknownVariant) -> Self {
        Self::UnknownValue(unknown.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_have_their_parameters() {
        let sentence = |reason: Reason| reason.to_string();
        assert_eq!(sentence(Reason::length(Unit::Characters, 1, 80)), "must have 1 to 80 characters");
        assert_eq!(sentence(Reason::one_of(["V7", "V6", "V5"])), "must be V7, V6 or V5");
        assert_eq!(sentence(Reason::one_of(["on", "off"])), "must be on or off");
        let full = |of| sentence(Reason::OneTooMany { of, max: 500 });
        assert_eq!(full(Kept::Apps), "is one too many: a project has at most 500 apps");
        assert_eq!(full(Kept::Accounts), "is one too many: there are at most 500 accounts");
        assert_eq!(sentence(FileReason::UnknownColumn("colour".into()).into()), "has an unknown column \"colour\"");
    }
}
