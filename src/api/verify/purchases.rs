//! Verifying purchases that were not reserved, several in a call.

use std::num::NonZeroU32;

use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::ProofIn;
use crate::api::caller::Address;
use crate::api::caller::Caller;
use crate::api::codes;
use crate::api::idempotency::MayChange;
use crate::api::input::{StoreName, UncheckedBody, from_value, parse_enum};
use crate::api::views::{PaymentView, Problem};
use crate::call_limits::Counted;
use crate::error::{Error, Result};
use crate::http::check_value;
use crate::model::{CallReason, Fault, Reason, Unit};
use crate::payments::{self, Unreserved, Verified};
use crate::state::AppState;
use crate::users::User;

const ITEMS_MAX: usize = 50;

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct UnreservedIn {
    /// `GG`, `AS`, `ONESTORE` or `TEST`.
    #[schema(value_type = StoreName)]
    store: String,
    /// The store's package name or bundle id; needed only where the project has several apps in that store.
    app_id: Option<String>,
    #[schema(min_length = 1, max_length = 128)]
    user_key: String,
    /// `GF` when absent.
    #[schema(max_length = 32)]
    user_channel: Option<String>,
    #[schema(value_type = ProofIn)]
    proof: Value,
}

/// One purchase, or many.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only describes the body, which is told apart by hand so that errors name the field")]
#[serde(untagged)]
enum PurchaseIn {
    One(UnreservedIn),
    Many { items: Vec<UnreservedIn> },
}

/// The result of one row: a payment or a problem.
#[derive(Serialize, ToSchema)]
struct RowView {
    #[serde(skip_serializing_if = "Option::is_none")]
    payment: Option<PaymentView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Problem>)]
    error: Option<Value>,
}

#[derive(Serialize, ToSchema)]
struct RowsView {
    items: Vec<RowView>,
}

/// Verify purchases without a reservation
///
/// Promotions, restores, re-processing. The body is one purchase, or `items[]` of at most 50 with a result per row in the
/// same order. Callers: client, server.
#[utoipa::path(post, path = "/payments/verify", tag = "Payments", request_body = PurchaseIn,
    responses((status = 200, description = "The payment, or `items[]` for many", body = PaymentView),
        (status = 409, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
pub(super) async fn verify_purchase(
    caller: Caller,
    Address(address): Address,
    State(state): State<AppState>,
    counted: Option<Extension<Counted>>,
    UncheckedBody(input): UncheckedBody<Value>,
) -> Result<Response> {
    let address = address.as_deref();
    let rows = match input {
        Value::Array(rows) => rows,
        Value::Object(mut object) if object.contains_key("items") => match object.remove("items") {
            Some(Value::Array(rows)) => rows,
            _ => return Err(Error::invalid("items", CallReason::NotAnArray)),
        },
        one => {
            return verify_one(&state, &caller, address, one).await.map(|done| Json(view(&caller, done, true)).into_response());
        }
    };
    if rows.is_empty() || rows.len() > ITEMS_MAX {
        return Err(Error::invalid("items", Reason::length(Unit::Rows, 1, ITEMS_MAX)));
    }
    // Many purchases are as many calls; the first was counted when it came.
    let more = u32::try_from(rows.len() - 1).ok().and_then(NonZeroU32::new);
    if let (Some(Extension(counted)), Some(more)) = (counted, more) {
        state.call_limits.charge(&counted, more)?;
    }
    let (mut items, mut may_change) = (Vec::with_capacity(rows.len()), None);
    for row in rows {
        items.push(match verify_one(&state, &caller, address, row).await {
            Ok(done) => RowView { payment: Some(view(&caller, done, true)), error: None },
            Err(error) => {
                may_change = may_change.or_else(|| (!codes::is_kept(error.code())).then_some(Extension(MayChange)));
                RowView { payment: None, error: Some(problem(error)) }
            }
        });
    }
    Ok((may_change, Json(RowsView { items })).into_response())
}

async fn verify_one(state: &AppState, caller: &Caller, address: Option<&str>, row: Value) -> Result<Verified> {
    caller.check_token_sent()?;
    check_value(&row)?;
    let input: UnreservedIn = from_value(row)?;
    let purchase = Unreserved {
        store: parse_enum("store", &input.store)?,
        app_id: input.app_id,
        user: User::parse(&input.user_key, input.user_channel.as_deref())?,
        proof: input.proof,
    };
    caller.check_user(&purchase.user)?;
    payments::verify_unreserved(state, caller.proof_origin(address), caller.as_of(), &purchase).await
}

/// A verified payment, as its caller may see it. An app that has not shown that the user is its own learns no payload, and no
/// user it did not name itself.
pub(super) fn view(caller: &Caller, done: Verified, names_user: bool) -> PaymentView {
    let Verified { mut payment, access_token, is_users_own } = done;
    if !is_users_own && caller.user.is_none() {
        payment.payload = None;
        if !names_user {
            (payment.user_channel, payment.user_key) = Default::default();
        }
    }
    PaymentView::new(payment, Some(access_token))
}

/// The same members a whole answer's problem has.
fn problem(error: Error) -> Value {
    let status = error.status();
    let fault = Fault::from(error);
    json!({ "status": status.as_u16(), "title": status.canonical_reason(), "code": fault.code, "detail": fault.message, "param": fault.param })
}
