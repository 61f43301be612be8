//! Signing subscription offers for players. Nothing is stored: a signature is worth nothing without the store's own checks, and
//! ends after a day.

use uuid::Uuid;

use crate::catalog;
use crate::error::{Error, Result};
use crate::model::{Ability, OfferForm, Product, ProductReason, ProductSeq, ProjectId, Reason, SignedOffer, StoreCode, Unit};
use crate::projects;
use crate::state::AppState;
use crate::stores::{OfferRequest, StoreApp};
use crate::users::User;

const TEXT_CHARS_MAX: usize = 255;
const ID_DIGITS_MAX: usize = 32;

/// Whom an offer in the original form is for: what the app will buy with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Buyer {
    /// The app sets no token and no name.
    Nobody,
    /// The app hands over this user's account token.
    User(User),
    /// A UUID of the app's own.
    AccountToken(String),
    /// StoreKit 1's `applicationUsername`.
    Username(String),
}

/// What to sign.
#[derive(Debug, Clone)]
pub struct OfferInput {
    pub form: OfferForm,
    /// The offer's identifier in App Store Connect; not for the introductory one.
    pub offer_id: Option<String>,
    pub buyer: Buyer,
    /// Any transaction of the customer; needed for the introductory form.
    pub transaction_id: Option<String>,
    /// Whether the customer may have the introductory offer.
    pub is_allowed: bool,
}

impl OfferInput {
    /// From a form's texts, where empty is absent; the user is key and channel.
    pub fn from_texts(form: OfferForm, offer_id: &str, user: (&str, &str), transaction_id: &str) -> Result<Self> {
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let buyer = match user {
            ("", _) => Buyer::Nobody,
            (key, channel) => Buyer::User(User::parse(key, Some(channel))?),
        };
        Ok(Self { form, offer_id: given(offer_id), buyer, transaction_id: given(transaction_id), is_allowed: true })
    }
}

/// Which product an offer is on: of the project's app in a store; `app_id` says which where there are several.
pub struct OfferedProduct<'a> {
    pub store: StoreCode,
    pub app_id: Option<&'a str>,
    pub product_id: &'a str,
}

/// Signs an offer on a product known by its id.
pub async fn sign_offer_for_app(
    state: &AppState,
    project: &ProjectId,
    of: OfferedProduct<'_>,
    input: &OfferInput,
) -> Result<SignedOffer> {
    let app = projects::app_for_store(state, project, of.store, of.app_id).await?;
    let product = catalog::find_in_app(state, project, app.app_seq, of.product_id).await?;
    let product = product.ok_or_else(|| Error::invalid("productId", ProductReason::NoSuchProduct))?;
    sign(state, project, &app, &product, input)
}

/// Signs an offer on a product known by its number.
pub async fn sign_offer_for_product(
    state: &AppState,
    project: &ProjectId,
    product: ProductSeq,
    input: &OfferInput,
) -> Result<SignedOffer> {
    let product = catalog::get_product(state, project, product).await?;
    let app = projects::store_app_of(state, project, product.app_seq).await?;
    sign(state, project, &app, &product, input)
}

fn sign(state: &AppState, project: &ProjectId, app: &StoreApp, product: &Product, input: &OfferInput) -> Result<SignedOffer> {
    let store = state.stores.of(app.store);
    if !store.can(Ability::SignOffer) || !product.product_type.is_subscription() {
        return Err(Error::invalid("productId", ProductReason::NotASubscription));
    }
    let product_id = product.store_product_id.as_str();
    let transaction_id = input.transaction_id.as_deref().map(check_transaction).transpose()?;
    let username = username(state, project, &input.buyer)?;
    let request = match input.form {
        OfferForm::Original => {
            OfferRequest::Original { product_id, offer_id: offer_id(input)?, username: username.as_deref().unwrap_or_default() }
        }
        OfferForm::Promotional => OfferRequest::Promotional { product_id, offer_id: offer_id(input)?, transaction_id },
        OfferForm::Introductory => {
            let transaction_id = transaction_id.ok_or_else(|| Error::invalid("transactionId", ProductReason::NeededForForm))?;
            OfferRequest::Introductory { product_id, is_allowed: input.is_allowed, transaction_id }
        }
    };
    let (nonce, at) = (Uuid::new_v4().to_string(), state.clock.now());
    let signed = store.sign_offer(app, &request, &nonce, at)?;
    metrics::counter!("purser_offers_signed_total", "store" => app.store.as_str(), "form" => input.form.as_str()).increment(1);
    Ok(SignedOffer {
        form: input.form,
        key_identifier: signed.key_id,
        nonce,
        timestamp: at,
        product_id: product_id.to_owned(),
        offer_id: input.offer_id.clone().filter(|_| input.form != OfferForm::Introductory),
        username,
        signature: signed.signature,
    })
}

/// What is signed for the buyer, lower case as Apple signs it.
fn username(state: &AppState, project: &ProjectId, buyer: &Buyer) -> Result<Option<String>> {
    match buyer {
        Buyer::Nobody => Ok(None),
        Buyer::User(user) => Ok(Some(user.account_token(&state.keys.tokens, project))),
        Buyer::AccountToken(token) => {
            let token = Uuid::try_parse(token).map_err(|_| Error::invalid("accountToken", Reason::NotAUuid))?;
            Ok(Some(token.to_string()))
        }
        Buyer::Username(name) => Ok(Some(check_text("applicationUsername", name)?.to_lowercase())),
    }
}

fn offer_id(input: &OfferInput) -> Result<&str> {
    check_text("offerId", input.offer_id.as_deref().unwrap_or_default())
}

/// A text that can stand among the signed fields: nothing in it may be taken for what stands between them.
fn check_text<'a>(field: &str, text: &'a str) -> Result<&'a str> {
    let is_plain = |letter: char| !letter.is_control() && !('\u{2060}'..='\u{206f}').contains(&letter);
    if text.is_empty() || text.chars().count() > TEXT_CHARS_MAX || !text.chars().all(is_plain) {
        return Err(Error::invalid(field, Reason::length(Unit::VisibleCharacters, 1, TEXT_CHARS_MAX)));
    }
    Ok(text)
}

fn check_transaction(id: &str) -> Result<&str> {
    if id.is_empty() || id.len() > ID_DIGITS_MAX || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Error::invalid("transactionId", ProductReason::NotATransactionId));
    }
    Ok(id)
}
