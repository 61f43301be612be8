//! The steps all of NHN's surfaces share, on our own use cases.

mod lists;

use super::body::Text;
use super::code::{Code, Fail};
use crate::audit::By;
use crate::error::Error;
use crate::model::{Payment, PaymentSeq, ProductSeq, ProjectId, RefusalCode};
use crate::nhn;
use crate::payments::{self, Consume};
use crate::state::AppState;
use crate::users::User;

pub use lists::{Stores, list_consumables, list_subscriptions};

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
