//! The steps all of NHN's surfaces share, on our own use cases.

use super::body::Text;
use super::code::{Code, Fail};
use crate::audit::By;
use crate::error::Error;
use crate::model::{Payment, PaymentSeq, ProductSeq, ProjectId, RefusalCode, StoreCode};
use crate::nhn::{self, Period};
use crate::payments::{self, Consume};
use crate::state::AppState;
use crate::subscriptions::States;
use crate::users::User;

/// Store codes of NHN's that no app here can have: whoever asks for them gets what there is, nothing.
const OTHER_MARKETS: [&str; 6] = ["GALAXY", "AMAZON", "HUAWEI", "MYCARD", "EPIC", "STEAM"];

/// Consumes a payment; a missing number or token fails like a wrong one.
pub async fn consume(
    state: &AppState,
    project: &ProjectId,
    by: &By,
    payment_seq: &Text,
    token: &Text,
    item: Option<ProductSeq>,
) -> Result<Payment, Fail> {
    let as_failed = |fail: Fail| Fail::new(Code::ConsumeFailed, fail.reason);
    let payment_seq = PaymentSeq(payment_seq.required("paymentSeq").map_err(as_failed)?.to_owned());
    let access_token = token.required("the token").map_err(as_failed)?.to_owned();
    // A payment's product and environment never change, so this may be asked before.
    let payment = payments::find(state, project, &payment_seq).await.map_err(consume_failure)?;
    if item.is_some_and(|item| payment.product_seq != item) {
        return Err(Fail::new(Code::ConsumeFailed, "the item is not the payment's"));
    }
    if !nhn::has_form(payment.product_type) {
        return Err(Fail::new(Code::ConsumeFailed, "it was bought once and is kept: it is never consumed"));
    }
    if !nhn::is_shown(state, project, &payment).await.map_err(consume_failure)? {
        return Err(Fail::new(Code::ConsumeFailed, "it is a test payment, which this project does not show here"));
    }
    let input = Consume { payment_seq, access_token, user: None, consume_key: None };
    payments::consume(state, by, project, &input).await.map_err(consume_failure)
}

fn consume_failure(error: Error) -> Fail {
    match error {
        Error::Refused { code: RefusalCode::AlreadyConsumed, reason } => Fail::new(Code::AlreadyConsumed, reason),
        Error::Database(_) | Error::Internal(_) => error.into(),
        other => Fail::new(Code::ConsumeFailed, other.to_string()),
    }
}

/// The user an NHN body names; a missing channel is `GF`.
pub fn user(key: &Text, field: &str, channel: Option<&str>) -> Result<User, Fail> {
    let key = key.required(field)?;
    User::parse(key, channel).map_err(|error| match error {
        Error::Invalid { field: wrong, reason } if wrong == "userKey" => Fail::invalid(field, reason),
        other => other.into(),
    })
}

/// The stores a body asks for: none of ours is an answer of its own.
pub enum Stores {
    All,
    These(Vec<StoreCode>),
}

impl Stores {
    /// Reads NHN's store codes; one that NHN does not know either is refused.
    pub fn parse<'a>(codes: impl IntoIterator<Item = &'a str>) -> Result<Self, Fail> {
        let mut stores = Vec::new();
        let mut is_all = true;
        for code in codes {
            is_all = false;
            match code.parse() {
                Ok(store) => stores.push(store),
                Err(_) if OTHER_MARKETS.contains(&code) => {}
                Err(_) => return Err(Fail::invalid("marketId", "is no store code")),
            }
        }
        Ok(if is_all { Self::All } else { Self::These(stores) })
    }

    /// As our lists take them; none when nothing can be found.
    pub fn wanted(&self) -> Option<&[StoreCode]> {
        match self {
            Self::All => Some(&[]),
            Self::These(stores) if stores.is_empty() => None,
            Self::These(stores) => Some(stores),
        }
    }
}

/// A user's unconsumed payments with their tokens, by payment number.
pub async fn list_consumables(
    state: &AppState,
    project: &ProjectId,
    user: &User,
    stores: &Stores,
) -> Result<Vec<(Payment, String)>, Fail> {
    match stores.wanted() {
        Some(stores) => Ok(nhn::list_consumables(state, project, user, stores, None).await?),
        None => Ok(Vec::new()),
    }
}

/// A user's subscriptions in one app, by payment number.
pub async fn list_subscriptions(
    state: &AppState,
    project: &ProjectId,
    user: &User,
    stores: &Stores,
    package: &str,
    states: States,
) -> Result<Vec<Period>, Fail> {
    let Some(stores) = stores.wanted() else { return Ok(Vec::new()) };
    Ok(nhn::list_periods(state, project, user, stores, package, states).await?)
}
