use serde_json::json;

use super::AppleStore;
use super::api::{HistoryPage, HistoryQuery};
use super::payloads::{Signed, Transaction};
use super::receipt::{RECEIPT_BYTES_MAX, ReceiptItem, read_receipt, write_receipt};
use super::store::{is_transaction_id, read_transaction_id};
use crate::stores::fields::Fields;
use crate::stores::{Asking, Proof, Refusal, StoreApp};

/// The setting that lets an app take receipts of before StoreKit 2.
const SETTING: &str = "legacy_receipts";
/// Apple's product ids have at most 100 characters.
const PRODUCT_BYTES_MAX: usize = 255;
/// Pages of a history that are looked through for the purchase that is meant.
const PAGES_MAX: u32 = 10;

impl AppleStore {
    /// Reads the form of a receipt (deprecated, apple.md 7), and cuts it down to the one transaction it is asked for by.
    pub(super) fn read_receipt_form(&self, app: &StoreApp, fields: &Fields<'_>) -> Result<Proof, Refusal> {
        if app.settings.get(SETTING).map(String::as_str) != Some("YES") {
            return Err(fields.refuse("receipt", "is not taken: this app's setting legacy_receipts is off"));
        }
        fields.required_text("receipt")?;
        let receipt = fields.bounded_text("receipt", RECEIPT_BYTES_MAX)?.unwrap_or_default();
        let items = read_receipt(receipt);
        let items = items.ok_or_else(|| fields.refuse("receipt", "is neither an app receipt nor a transaction receipt"))?;
        let known = items.first().filter(|item| is_transaction_id(&item.transaction_id));
        let known = known.ok_or_else(|| fields.refuse("receipt", "names no purchase"))?;
        let mut proof = json!({ "receipt": write_receipt(&known.transaction_id) });
        if let Some(id) = read_transaction_id(fields)? {
            proof["transactionId"] = id.into();
        }
        if let Some(id) = fields.bounded_text("productId", PRODUCT_BYTES_MAX)? {
            proof["productId"] = id.into();
        }
        Ok(proof)
    }

    /// The purchase a receipt stands for: the receipt names a customer's transaction, unverified; what they bought is the
    /// store's word. Meant is the newest purchase, of `productId` where the proof names one, or the very one of
    /// `transactionId`.
    pub(super) async fn look_up_receipt(
        &self,
        app: &StoreApp,
        fields: &Fields<'_>,
        asking: Asking,
    ) -> Result<Signed<Transaction>, Refusal> {
        let items = read_receipt(fields.required_text("receipt")?).unwrap_or_default();
        let (order_id, product_id) = (fields.text("transactionId")?, fields.text("productId")?);
        let known = items.first().ok_or_else(|| fields.refuse("receipt", "names no purchase"))?;
        let is_meant = |transaction: &Transaction| {
            order_id.is_none_or(|id| transaction.transaction_id.as_deref() == Some(id))
                && product_id.is_none_or(|id| transaction.product_id.as_deref() == Some(id))
        };
        let found = self.newest_of(app, known, product_id, is_meant, asking).await?;
        found.ok_or_else(|| fields.refuse("receipt", "leads to no such purchase"))
    }

    /// The newest purchase that is meant, one that was taken back only when there is no other.
    async fn newest_of(
        &self,
        app: &StoreApp,
        known: &ReceiptItem,
        product_id: Option<&str>,
        is_meant: impl Fn(&Transaction) -> bool,
        asking: Asking,
    ) -> Result<Option<Signed<Transaction>>, Refusal> {
        let product_ids = product_id.map(str::to_owned).into_iter().collect();
        let mut query = HistoryQuery { product_ids, is_descending: true, ..HistoryQuery::default() };
        let mut newest: Option<Signed<Transaction>> = None;
        for _ in 0..PAGES_MAX {
            let page = self.list_history(app, &known.transaction_id, &query, asking).await?;
            let HistoryPage { apple_environment, revision, has_more, transactions } = page;
            let rank = |one: &Transaction| (one.revocation_date.is_none(), one.purchase_date);
            let meant = transactions.into_iter().filter(|one| is_meant(&one.data));
            newest = newest.into_iter().chain(meant).max_by_key(|one| rank(&one.data));
            let is_good = newest.as_ref().is_some_and(|one| one.data.revocation_date.is_none());
            if is_good || !has_more {
                break;
            }
            query = HistoryQuery { apple_environment: Some(apple_environment), revision, ..query };
        }
        Ok(newest)
    }
}
