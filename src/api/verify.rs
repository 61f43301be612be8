//! Verify: with a reservation, without, and many at once.

use std::num::NonZeroU32;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::address::Address;
use super::caller::Caller;
use super::codes;
use super::idempotency::MayChange;
use super::input::{UncheckedBody, parse_enum, payment_seq};
use super::store_name::StoreName;
use super::views::{PaymentView, Problem};
use crate::call_limits::Counted;
use crate::error::{Error, Result};
use crate::http::{check_member, check_value};
use crate::model::{CallReason, Fault, Reason, RefusalCode, Unit};
use crate::payments::{self, Reserved, Unreserved, Verified};
use crate::state::AppState;
use crate::users::User;

const ITEMS_MAX: usize = 50;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(verify_payment)).routes(routes!(verify_purchase))
}

/// A store's proof of a purchase; which members depends on the store.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only describes what `proof` may be; each store's adapter reads its own members")]
#[serde(untagged)]
enum ProofIn {
    /// `AS`: a StoreKit 2 transaction.
    #[serde(rename_all = "camelCase")]
    SignedTransaction { signed_transaction: String },
    /// `AS`: a transaction by its id, looked up at the store. An id is known to whoever saw a receipt or a log, so it is taken
    /// from a server; from a client only when the store's answer carries the user's account token, and is else refused with
    /// `PROOF_INVALID` like an id that nobody has. Clients hand in `signedTransaction`.
    #[serde(rename_all = "camelCase")]
    TransactionId { transaction_id: String },
    /// `AS`, deprecated: a StoreKit 1 receipt, only where the app's setting `legacy_receipts` is on. Taken is the purchase of
    /// `transactionId` where it is given; else the newest in the receipt, of `productId` where that is given. Where an older
    /// consumable waits in the receipt too, one without `transactionId` is refused with `PROOF_INVALID`, and the reason names
    /// them all. Ids that the store no longer knows are passed over. Nobody signs what a receipt says to us, so it is taken as a
    /// `transactionId` is.
    #[serde(rename_all = "camelCase")]
    Receipt { receipt: String, product_id: Option<String>, transaction_id: Option<String> },
    /// `GG` and `ONESTORE`.
    #[serde(rename_all = "camelCase")]
    PurchaseToken { purchase_token: String, product_id: String, data: Option<String>, signature: Option<String> },
    /// `TEST`: see "Your first purchase" in the documentation.
    Token { token: String },
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[serde(rename_all = "camelCase")]
struct VerifyIn {
    #[schema(value_type = ProofIn)]
    proof: Value,
    /// From reserve. An app whose proof carries no account token is told `userKey` and `payload` with it alone.
    #[schema(max_length = 100)]
    reservation_token: Option<String>,
}

/// Verify a reserved payment
///
/// Each reason to refuse has its own code: `PROOF_INVALID`, `APP_MISMATCH`, `ENVIRONMENT_MISMATCH`, `PRODUCT_MISMATCH`,
/// `PRODUCT_UNKNOWN`, `USER_MISMATCH`, `OWNED_BY_ANOTHER_USER`, `ALREADY_CONSUMED`, `REFUNDED`, `EXPIRED`, `PENDING`,
/// `STORE_UNAVAILABLE` (the server keeps the proof and verifies it once the store answers), `STORE_CREDENTIALS`,
/// `TOO_MANY_REQUESTS` (too many questions to the store wait: come back after `Retry-After`). An app gets the code without
/// particulars, and `PROOF_INVALID` also for a number that is nobody's: numbers can be counted up. From an app only a purchase
/// with the user's own account token makes a refusal stay on the reservation. Callers: client, server.
#[utoipa::path(post, path = "/payments/{paymentSeq}/verify", tag = "Payments", request_body = VerifyIn,
    params(("paymentSeq" = String, Path)),
    responses((status = 200, body = PaymentView), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn verify_payment(
    caller: Caller,
    Address(address): Address,
    State(state): State<AppState>,
    Path(seq): Path<String>,
    UncheckedBody(input): UncheckedBody<VerifyIn>,
) -> Result<Json<PaymentView>> {
    check_member("proof", &input.proof)?;
    caller.check_token_sent()?;
    let from = caller.proof_origin(address.as_deref());
    let done = match payment_seq(seq) {
        Ok(seq) => {
            let reserved = Reserved {
                payment_seq: &seq,
                token_of: caller.user.as_ref(),
                reservation_token: input.reservation_token.as_deref(),
                proof: &input.proof,
            };
            payments::verify_reserved(&state, from, &caller.project, reserved).await
        }
        Err(error) => Err(error),
    };
    match done {
        Ok(done) => Ok(Json(view(&caller, done, false))),
        Err(error) if caller.is_server() => Err(error),
        Err(error) => Err(without_particulars(error)),
    }
}

/// What an app is told of a reserved verify that was refused: the code alone. Numbers can be counted up, so the reservation's
/// app and product stay untold, and a number that is nobody's is like a proof that will not do.
fn without_particulars(error: Error) -> Error {
    let code = match error {
        Error::NotFound(_) => RefusalCode::ProofInvalid,
        Error::Refused { code, .. } => code,
        other => return other,
    };
    Error::refused(code, codes::meaning(code.as_str()))
}

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
async fn verify_purchase(
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
    let input: UnreservedIn = super::input::from_value(row)?;
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
fn view(caller: &Caller, done: Verified, names_user: bool) -> PaymentView {
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
