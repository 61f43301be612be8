use async_trait::async_trait;
use serde_json::json;

use super::answers::Answers;
use super::api::{Client, Hosts, Limits};
use super::jws::{Payload, TOKEN_BYTES_MAX};
use super::roots::Roots;
use super::signed_data::SignedData;
use super::transaction::read_purchase;
use crate::error::Error;
use crate::model::{Finding, Purchase, Timestamp};
use crate::stores::fields::Fields;
use crate::stores::{Asking, Proof, ProofForm, Refusal, Store, StoreApp};

/// The adapter of the App Store. The proof is `{"signedTransaction": "<JWS>"}`, as StoreKit 2 hands it to the app, or
/// `{"transactionId": "…"}`, which is looked up at the store; `{"receipt": "…"}`, of before StoreKit 2, where the app says so.
pub struct AppleStore {
    pub(super) roots: Roots,
    pub(super) signed_data: SignedData,
    pub(super) api: Client,
    pub(super) answers: Answers,
}

impl AppleStore {
    /// `simulator_roots` in DER are what SIMULATOR apps trust. Fails when one of them, or Apple's own, is unusable.
    pub fn new(simulator_roots: Vec<Vec<u8>>, hosts: Hosts, limits: Limits) -> Result<Self, Error> {
        let (roots, signed_data) = (Roots::load(simulator_roots)?, SignedData::new());
        Ok(Self { roots, signed_data, api: Client::new(hosts, limits), answers: Answers::new() })
    }

    /// Where the API is reached.
    pub fn hosts(&self) -> &Hosts {
        self.api.hosts()
    }

    /// A purchase the client only named. A name is as good as any other text until the store stands behind it.
    async fn look_up(&self, app: &StoreApp, named: &Proof, asking: Asking) -> Result<Purchase, Refusal> {
        let fields = Fields::of("proof", named)?;
        let signed = match fields.find("receipt") {
            Some(_) => self.look_up_receipt(app, &fields, asking).await?,
            None => self.get_the_transaction(app, fields.required_text("transactionId")?, asking).await?,
        };
        read_purchase(app, signed.payload)
    }

    /// The payload of anything Apple signs, once its certificates led to a root the app trusts.
    pub(super) fn verify_signed(&self, app: &StoreApp, token: &str, now: Timestamp) -> Result<Payload, Refusal> {
        self.signed_data.verify(token, &self.roots.of(app), now)
    }
}

pub(super) const ID_DIGITS_MAX: usize = 32;

/// Whether a text may be a transaction's id.
pub(super) fn is_transaction_id(text: &str) -> bool {
    (1..=ID_DIGITS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The proof's `transactionId`, where there is one.
pub(super) fn read_transaction_id<'a>(fields: &Fields<'a>) -> Result<Option<&'a str>, Refusal> {
    let id = fields.text("transactionId")?;
    match id.is_none_or(is_transaction_id) {
        true => Ok(id),
        false => Err(fields.refuse("transactionId", "must be the digits of a transaction's id")),
    }
}

#[async_trait]
impl Store for AppleStore {
    fn read_form(&self, app: &StoreApp, proof: &Proof) -> Result<ProofForm, Refusal> {
        let fields = Fields::of("proof", proof)?;
        match fields.text("signedTransaction")? {
            Some(token) if token.len() > TOKEN_BYTES_MAX => Err(fields.refuse("signedTransaction", "is longer than 32 KiB")),
            Some(token) if !token.is_empty() => Ok(ProofForm::Complete),
            None if fields.find("receipt").is_some() => Ok(ProofForm::Name(self.read_receipt_form(app, &fields)?)),
            None if fields.find("transactionId").is_some() => {
                fields.required_text("transactionId")?;
                Ok(ProofForm::Name(json!({ "transactionId": read_transaction_id(&fields)? })))
            }
            _ => Err(fields.refuse("signedTransaction", "is missing")),
        }
    }

    async fn verify(&self, app: &StoreApp, proof: &Proof, asking: Asking) -> Result<Purchase, Refusal> {
        let form = self.read_form(app, proof)?;
        if let Some(named) = form.to_ask() {
            // In a box, so that the many signed ones carry none of it.
            return Box::pin(self.answers.get(app, named, asking, self.look_up(app, named, asking))).await;
        }
        let token = Fields::of("proof", proof)?.required_text("signedTransaction")?;
        let purchase = read_purchase(app, self.verify_signed(app, token, asking.now)?)?;
        self.answers.forget(app, &purchase.order_id);
        Ok(purchase)
    }

    async fn check(&self, app: &StoreApp, now: Timestamp) -> Vec<Finding> {
        self.check_connection(app, now).await
    }
}
