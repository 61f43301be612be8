use async_trait::async_trait;

use super::api::{Client, Hosts, Limits};
use super::jws::Payload;
use super::payloads::{Signed, Transaction};
use super::roots::Roots;
use super::signed_data::SignedData;
use super::transaction::read_purchase;
use crate::error::Error;
use crate::model::{Finding, Timestamp};
use crate::stores::fields::Fields;
use crate::stores::{Proof, Purchase, Refusal, Store, StoreApp};

/// The adapter of the App Store. The proof is `{"signedTransaction": "<JWS>"}`, as StoreKit 2 hands it to the app, or
/// `{"transactionId": "…"}`, which is looked up at the store; `{"receipt": "…"}`, of before StoreKit 2, where the app says so.
pub struct AppleStore {
    pub(super) roots: Roots,
    pub(super) signed_data: SignedData,
    pub(super) api: Client,
}

impl AppleStore {
    /// `simulator_roots` in DER are what SIMULATOR apps trust. Fails when one of them, or Apple's own, is unusable.
    pub fn new(simulator_roots: Vec<Vec<u8>>, hosts: Hosts, limits: Limits) -> Result<Self, Error> {
        let (roots, signed_data) = (Roots::load(simulator_roots)?, SignedData::new());
        Ok(Self { roots, signed_data, api: Client::new(hosts, limits) })
    }

    /// Where the API is reached.
    pub fn hosts(&self) -> &Hosts {
        self.api.hosts()
    }

    /// A transaction the client only named. An id is as good as any other text until the store stands behind it.
    async fn look_up(&self, app: &StoreApp, fields: &Fields<'_>, now: Timestamp) -> Result<Signed<Transaction>, Refusal> {
        let id = fields.required_text("transactionId")?;
        if id.len() > ID_DIGITS_MAX || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(fields.refuse("transactionId", "must be the digits of a transaction's id"));
        }
        Ok(self.get_the_transaction(app, id, now).await?)
    }

    /// The payload of anything Apple signs, once its certificates led to a root the app trusts.
    pub(super) fn verify_signed(&self, app: &StoreApp, token: &str, now: Timestamp) -> Result<Payload, Refusal> {
        self.signed_data.verify(token, &self.roots.of(app), now)
    }
}

pub(super) const ID_DIGITS_MAX: usize = 32;

#[async_trait]
impl Store for AppleStore {
    async fn verify(&self, app: &StoreApp, proof: &Proof, now: Timestamp) -> Result<Purchase, Refusal> {
        let fields = Fields::of("proof", proof)?;
        let payload = match fields.text("signedTransaction")? {
            Some(token) if !token.is_empty() => self.verify_signed(app, token, now)?,
            None if fields.find("receipt").is_some() => self.look_up_receipt(app, &fields, now).await?.payload,
            None if fields.find("transactionId").is_some() => self.look_up(app, &fields, now).await?.payload,
            _ => return Err(fields.refuse("signedTransaction", "is missing")),
        };
        read_purchase(app, payload)
    }

    async fn check(&self, app: &StoreApp, now: Timestamp) -> Vec<Finding> {
        self.check_connection(app, now).await
    }
}
