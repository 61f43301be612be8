use async_trait::async_trait;
use serde_json::Value;

use super::actions::reason_code;
use super::answers::Answers;
use super::api::{AppleEnvironment, Client, Extension, Hosts};
use super::fetch::is_transaction_id;
use super::jws::{Payload, TOKEN_BYTES_MAX};
use super::legacy::Wanted;
use super::notification::{decode_notification, signed_payload};
use super::offer;
use super::roots::Roots;
use super::signed_data::SignedData;
use super::transaction::read_purchase;
use super::unsigned::{authenticate_unsigned, parse_unsigned, takes_unsigned};
use crate::error::Error;
use crate::model::{Ability, App, Finding, Page, Purchase, Snapshot, Timestamp};
use crate::stores::fields::Fields;
use crate::stores::http::Limits;
use crate::stores::{
    Action, ActionOutcome, Asking, Authenticated, CatalogItem, Delivery, Notification, OfferRequest, OfferSignature, Proof,
    RawNotification, ReceiptNumber, Refusal, Rejection, SentQuery, Store, StoreApp, StoreError, Subject,
};

/// The end of the address that notifications of each version are sent to.
const ADDRESS_V1: &str = "AS";
const ADDRESS_V2: &str = "AS/v2";

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
        let signed = match named {
            Proof::TransactionId { transaction_id } => self.get_the_transaction(app, transaction_id, asking).await?,
            Proof::Receipt { receipt, transaction_id, product_id } => {
                let wanted = Wanted::read(receipt, transaction_id.as_deref(), product_id.as_deref())?;
                self.look_up_receipt(app, &wanted, asking).await?
            }
            _ => return Err(Refusal::proof("proof.signedTransaction is missing")),
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
fn may_be_transaction_id(text: &str) -> bool {
    (1..=ID_DIGITS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Apple's have 15 digits and more: shorter numbers of a text are something else.
fn is_long_transaction_id(text: &str) -> bool {
    const DIGITS_MIN: usize = 12;
    text.len() >= DIGITS_MIN && may_be_transaction_id(text)
}

/// `MK5TTTVWJH`, as the e-mailed receipt has it: capital letters and digits, a letter first.
fn is_receipt_number(text: &str) -> bool {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let (has_letter, has_digit) =
        (text.starts_with(|first: char| first.is_ascii_uppercase()), text.bytes().any(|byte| byte.is_ascii_digit()));
    is_plain && has_letter && has_digit && (8..=20).contains(&text.len())
}

/// The proof's `transactionId`, where there is one.
pub(super) fn read_transaction_id<'a>(fields: &Fields<'a>) -> Result<Option<&'a str>, Refusal> {
    let id = fields.text("transactionId")?;
    match id.is_none_or(may_be_transaction_id) {
        true => Ok(id),
        false => Err(fields.refuse("transactionId", "must be the digits of a transaction's id")),
    }
}

#[async_trait]
impl Store for AppleStore {
    fn can(&self, ability: Ability) -> bool {
        matches!(
            ability,
            Ability::Fetch
                | Ability::FindByReceiptNumber
                | Ability::Extend
                | Ability::SignOffer
                | Ability::ListNotifications
                | Ability::ListRefunds
                | Ability::ListCatalog
                | Ability::SandboxBesideLive
        )
    }

    /// The catalog opens to a key of its own.
    fn needed_fields(&self, ability: Ability) -> &'static [&'static str] {
        match ability {
            Ability::ListCatalog => &["app_store_connect_key_id", "app_store_connect_private_key"],
            _ => &[],
        }
    }

    /// Apple's two forms of notification go to two addresses.
    fn callback_addresses(&self) -> &'static [&'static str] {
        &[ADDRESS_V2, ADDRESS_V1]
    }

    fn callback_path(&self, app: &App) -> Option<String> {
        let address = if takes_unsigned(&app.settings) { ADDRESS_V1 } else { ADDRESS_V2 };
        Some(format!("/callback/subscription/{}/{address}", app.store_app_id))
    }

    fn read_proof(&self, app: &StoreApp, proof: &Value) -> Result<Proof, Refusal> {
        let fields = Fields::of("proof", proof)?;
        match fields.text("signedTransaction")? {
            Some(token) if token.len() > TOKEN_BYTES_MAX => Err(fields.refuse("signedTransaction", "is longer than 32 KiB")),
            Some(token) if !token.is_empty() => Ok(Proof::Transaction { signed_transaction: token.to_owned() }),
            None if fields.find("receipt").is_some() => self.read_receipt_proof(app, &fields),
            None if fields.find("transactionId").is_some() => {
                fields.required_text("transactionId")?;
                let transaction_id = read_transaction_id(&fields)?.unwrap_or_default().to_owned();
                Ok(Proof::TransactionId { transaction_id })
            }
            _ => Err(fields.refuse("signedTransaction", "is missing")),
        }
    }

    async fn verify(&self, app: &StoreApp, proof: &Proof, asking: Asking) -> Result<Snapshot, Refusal> {
        let Proof::Transaction { signed_transaction } = proof else {
            // In a box, so that the many signed ones carry none of it.
            let answer = Box::pin(self.answers.get(app, proof, asking, self.look_up(app, proof, asking))).await;
            return answer.map(|purchase| Snapshot::of(purchase, None));
        };
        let purchase = read_purchase(app, self.verify_signed(app, signed_transaction, asking.now)?)?;
        self.answers.forget(app, &purchase.order_id);
        Ok(Snapshot::of(purchase, None))
    }

    async fn fetch(&self, app: &StoreApp, order_id: &str, asking: Asking) -> Result<Option<Snapshot>, StoreError> {
        let purchase = self.get_purchase(app, order_id, asking).await?;
        Ok(purchase.map(|purchase| Snapshot::of(purchase, None)))
    }

    async fn fetch_subscription(&self, app: &StoreApp, chain_id: &str, asking: Asking) -> Result<Option<Snapshot>, StoreError> {
        Ok(self.get_subscription(app, chain_id, asking).await?)
    }

    fn classify_receipt_number(&self, app: &StoreApp, number: &str) -> ReceiptNumber {
        match (self.can_find(app, number), is_transaction_id(number)) {
            (true, _) => ReceiptNumber::Askable,
            (false, true) => ReceiptNumber::OrderId,
            (false, false) => ReceiptNumber::Other,
        }
    }

    async fn find_by_receipt_number(&self, app: &StoreApp, number: &str, asking: Asking) -> Result<Vec<Purchase>, StoreError> {
        Ok(self.find_purchases(app, number, asking).await?)
    }

    fn can_find_by_id(&self, app: &StoreApp, id: &str, _product_id: Option<&str>) -> bool {
        self.can_find(app, id) && (is_long_transaction_id(id) || is_receipt_number(id))
    }

    async fn find_by_id(
        &self,
        app: &StoreApp,
        id: &str,
        _product_id: Option<&str>,
        asking: Asking,
    ) -> Result<Option<Snapshot>, StoreError> {
        let purchases = self.find_purchases(app, id, asking).await?;
        Ok((!purchases.is_empty()).then_some(Snapshot { purchases, renewal: None }))
    }

    async fn act(
        &self,
        app: &StoreApp,
        subject: Subject<'_>,
        action: &Action,
        asking: Asking,
    ) -> Result<ActionOutcome, StoreError> {
        match action {
            Action::Extend { days, reason, request_id } => {
                let extension = Extension {
                    extend_by_days: *days,
                    extend_reason_code: reason_code(*reason),
                    request_identifier: request_id.clone(),
                };
                self.extend(app, subject.id, extension, asking).await
            }
            Action::AnswerRefundQuestion(answer) => self.answer_refund_question(app, subject.id, answer, asking.now).await,
            _ => Err(StoreError::unsupported(app.store)),
        }
    }

    fn sign_offer(
        &self,
        app: &StoreApp,
        request: &OfferRequest<'_>,
        nonce: &str,
        at: Timestamp,
    ) -> Result<OfferSignature, StoreError> {
        Ok(offer::sign(app, request, nonce, at)?)
    }

    async fn authenticate(&self, app: &StoreApp, delivery: Delivery<'_>, now: Timestamp) -> Result<Authenticated, Rejection> {
        let payload = match delivery.address {
            ADDRESS_V1 => authenticate_unsigned(app, delivery.body)?,
            _ => signed_payload(delivery.body)?.to_owned(),
        };
        self.authenticate_payload(app, payload, now)
    }

    fn parse(&self, app: &StoreApp, kept: &RawNotification) -> Result<Notification, Refusal> {
        // One that is signed is kept as the JWS it came in, one of version 1 as its JSON.
        let notification = match kept.payload.starts_with('{') {
            true => parse_unsigned(app, kept)?,
            false => self.read_signed(app, &kept.payload, kept.received_at)?,
        };
        if let Some(purchase) = notification.snapshot.iter().flat_map(|snapshot| &snapshot.purchases).next() {
            self.answers.forget(app, &purchase.order_id);
        }
        Ok(notification)
    }

    fn show_notification(&self, payload: &str) -> Value {
        decode_notification(payload)
    }

    /// Each environment keeps its own.
    fn notification_lists(&self, app: &StoreApp) -> Vec<&'static str> {
        AppleEnvironment::counted_for(app).iter().map(|environment| environment.as_str()).collect()
    }

    async fn list_sent(
        &self,
        app: &StoreApp,
        query: SentQuery<'_>,
        now: Timestamp,
    ) -> Result<Page<Result<Authenticated, Rejection>>, StoreError> {
        self.list_sent_notifications(app, query, now).await
    }

    async fn list_catalog(&self, app: &StoreApp, asking: Asking) -> Result<Vec<CatalogItem>, StoreError> {
        self.list_all_products(app, asking).await
    }

    async fn list_refunds_of(&self, app: &StoreApp, order_id: &str, asking: Asking) -> Result<Vec<Purchase>, StoreError> {
        Ok(self.list_taken_back(app, order_id, asking.now).await?)
    }

    async fn check(&self, app: &StoreApp, now: Timestamp) -> Vec<Finding> {
        self.check_connection(app, now).await
    }
}
