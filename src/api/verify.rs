//! Verify: with a reservation, without, and many at once.

mod purchases;

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::caller::Address;
use super::caller::Caller;
use super::codes;
use super::input::{UncheckedBody, payment_seq};
use super::views::{PaymentView, Problem};
use crate::error::{Error, Result};
use crate::http::check_member;
use crate::model::RefusalCode;
use crate::payments::{self, Reserved};
use crate::state::AppState;
use purchases::view;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(verify_payment)).routes(routes!(purchases::verify_purchase))
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
