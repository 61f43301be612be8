//! Offers that need a server's signature.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::caller::Server;
use super::input::{Body, optional_enum};
use super::views::Problem;
use crate::error::{Error, Result};
use crate::model::{CallReason, OfferForm, SignedOffer, StoreCode};
use crate::state::AppState;
use crate::subscriptions::{self, Buyer, OfferInput, OfferedProduct};
use crate::users::User;

pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(sign_apple_offer))
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OfferIn {
    /// The bundle id; needed only where the project has several App Store apps.
    app_id: Option<String>,
    /// The subscription's id in App Store Connect.
    product_id: String,
    /// The offer's identifier in App Store Connect; needed for both forms of promotional offers.
    offer_id: Option<String>,
    /// `ORIGINAL` (default), `PROMOTIONAL_OFFER` or `INTRODUCTORY_OFFER_ELIGIBILITY`.
    form: Option<String>,
    /// The app will buy with this user's account token. At most one of `userKey`, `accountToken`, `applicationUsername`.
    user_key: Option<String>,
    /// `GF` when absent.
    user_channel: Option<String>,
    /// A UUID the app will buy with.
    account_token: Option<String>,
    /// StoreKit 1: the name the app will buy with.
    application_username: Option<String>,
    /// Any transaction of the customer: needed for `INTRODUCTORY_OFFER_ELIGIBILITY`, recommended for `PROMOTIONAL_OFFER`.
    transaction_id: Option<String>,
    /// `INTRODUCTORY_OFFER_ELIGIBILITY`: whether the customer may have the offer; true when absent.
    allow_introductory_offer: Option<bool>,
}

/// What the app hands to StoreKit.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OfferView {
    form: &'static str,
    key_identifier: String,
    /// UUID, used once.
    nonce: String,
    /// Milliseconds since 1970; the App Store takes the offer for 24 hours from here.
    timestamp: i64,
    product_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    offer_id: Option<String>,
    /// The account token or user name that was signed; the app must buy with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
    /// `ORIGINAL`: base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    signature: Option<String>,
    /// The other forms: a compact JWS.
    #[serde(skip_serializing_if = "Option::is_none")]
    jws: Option<String>,
}

/// Sign an App Store offer
///
/// Signs with the app's In-App Purchase key. Each call gives a new nonce; the same `Idempotency-Key` gives the same answer
/// again. `STORE_CREDENTIALS` when the app has no key. Callers: server.
#[utoipa::path(post, path = "/offers/apple/signature", tag = "Offers", request_body = OfferIn,
    params(("Idempotency-Key" = Option<String>, Header)),
    responses((status = 200, body = OfferView), (status = 422, body = Problem), (status = 503, body = Problem)))]
async fn sign_apple_offer(
    Server(caller): Server,
    State(state): State<AppState>,
    Body(input): Body<OfferIn>,
) -> Result<Json<OfferView>> {
    let what = OfferInput {
        form: optional_enum("form", input.form.as_deref())?.unwrap_or(OfferForm::Original),
        buyer: buyer(&input)?,
        offer_id: input.offer_id,
        transaction_id: input.transaction_id,
        is_allowed: input.allow_introductory_offer.unwrap_or(true),
    };
    let of = OfferedProduct { store: StoreCode::AppStore, app_id: input.app_id.as_deref(), product_id: &input.product_id };
    let signed = subscriptions::sign_offer_for_app(&state, &caller.project, of, &what).await?;
    Ok(Json(signed.into()))
}

fn buyer(input: &OfferIn) -> Result<Buyer> {
    match (&input.user_key, &input.account_token, &input.application_username) {
        (None, None, None) => Ok(Buyer::Nobody),
        (Some(key), None, None) => Ok(Buyer::User(User::parse(key, input.user_channel.as_deref())?)),
        (None, Some(token), None) => Ok(Buyer::AccountToken(token.clone())),
        (None, None, Some(name)) => Ok(Buyer::Username(name.clone())),
        _ => Err(Error::invalid("userKey", CallReason::NotAlone)),
    }
}

impl From<SignedOffer> for OfferView {
    fn from(signed: SignedOffer) -> Self {
        let is_original = signed.form == OfferForm::Original;
        let (signature, jws) = if is_original { (Some(signed.signature), None) } else { (None, Some(signed.signature)) };
        Self {
            form: signed.form.as_str(),
            key_identifier: signed.key_identifier,
            nonce: signed.nonce,
            timestamp: signed.timestamp.0,
            product_id: signed.product_id,
            offer_id: signed.offer_id,
            username: signed.username,
            signature,
            jws,
        }
    }
}
