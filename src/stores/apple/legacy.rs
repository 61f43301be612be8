use std::cmp::Reverse;

use super::AppleStore;
use super::api::{ApiFailure, HistoryPage, HistoryQuery};
use super::payloads::{Signed, Transaction};
use super::receipt::{RECEIPT_BYTES_MAX, ReceiptItem, list_current, read_receipt};
use super::receipt_text::write_receipt;
use super::store::read_transaction_id;
use crate::stores::fields::Fields;
use crate::stores::{Asking, Proof, Refusal, StoreApp};

/// The setting that lets an app take receipts of before StoreKit 2.
const SETTING: &str = "legacy_receipts";
/// Apple's product ids have at most 100 characters.
const PRODUCT_BYTES_MAX: usize = 255;
/// Pages of a history that are looked through for the purchases of a receipt.
const PAGES_MAX: u32 = 10;
/// The newest purchases of a receipt that are looked for; an older one is named.
const ITEMS_MAX: usize = 50;
/// Ids that are tried until the store knows one.
const UNKNOWN_IDS_MAX: usize = 8;
/// Purchases a refusal names.
const NAMED_MAX: usize = 10;
/// Gone from a receipt once the app finished it: one that is there still waits.
const CONSUMABLE: &str = "Consumable";

fn refuse(reason: &str) -> Refusal {
    Refusal::proof(format!("proof.receipt {reason}"))
}

/// What is looked for in a receipt.
pub(super) struct Wanted<'a> {
    items: Vec<ReceiptItem>,
    transaction_id: Option<&'a str>,
    product_id: Option<&'a str>,
}

impl AppleStore {
    /// Reads the form of a receipt (deprecated, docs/stores/apple.md, Legacy receipts), and cuts it down to what it is asked for by.
    pub(super) fn read_receipt_proof(&self, app: &StoreApp, fields: &Fields<'_>) -> Result<Proof, Refusal> {
        if app.settings.get(SETTING).map(String::as_str) != Some("YES") {
            return Err(fields.refuse("receipt", "is not taken: this app's setting legacy_receipts is off"));
        }
        let receipt = fields.required_text("receipt")?;
        fields.bounded_text("receipt", RECEIPT_BYTES_MAX)?;
        let product_id = fields.bounded_text("productId", PRODUCT_BYTES_MAX)?;
        let wanted = Wanted::read(receipt, read_transaction_id(fields)?, product_id)?;
        if wanted.items.is_empty() {
            return Err(refuse("names no purchase"));
        }
        Ok(Proof::Receipt {
            receipt: write_receipt(&wanted.items),
            transaction_id: wanted.transaction_id.map(str::to_owned),
            product_id: wanted.product_id.map(str::to_owned),
        })
    }

    /// The purchase a receipt stands for: the receipt names a customer's transactions, unverified; what they bought is the
    /// store's word. Meant is the one of `transactionId` where the proof names it; else the newest in the receipt, of
    /// `productId` where that is named, unless an older consumable waits in it too: then the refusal names them.
    pub(super) async fn look_up_receipt(
        &self,
        app: &StoreApp,
        wanted: &Wanted<'_>,
        asking: Asking,
    ) -> Result<Signed<Transaction>, Refusal> {
        if let Some(named) = wanted.named()
            && let Some(signed) = known(self.get_the_transaction(app, &named.transaction_id, asking).await)?
            && wanted.is_meant(&signed.data)
        {
            return Ok(signed);
        }
        let found = self.list_wanted(app, wanted, asking).await?;
        let found = found.ok_or_else(|| refuse(&format!("holds ids the store does not know: {}", wanted.ids())))?;
        wanted.choose(found).map_err(|reason| refuse(&reason))
    }

    /// The history of the receipt's customer, newest change first, read until all that is wanted is there; none when the store
    /// knows none of the receipt's ids.
    async fn list_wanted(
        &self,
        app: &StoreApp,
        wanted: &Wanted<'_>,
        asking: Asking,
    ) -> Result<Option<Vec<Signed<Transaction>>>, Refusal> {
        let product_ids = wanted.product_id.map(str::to_owned).into_iter().collect();
        let mut query = HistoryQuery { product_ids, is_descending: true, ..HistoryQuery::default() };
        let Some((id, mut page)) = self.first_page(app, wanted, &query, asking).await? else { return Ok(None) };
        let mut found = Vec::new();
        for _ in 0..PAGES_MAX {
            let HistoryPage { apple_environment, revision, has_more, transactions } = page;
            found.extend(transactions);
            if !has_more || wanted.is_all_in(&found) {
                break;
            }
            query = HistoryQuery { apple_environment: Some(apple_environment), revision, ..query };
            page = self.list_history(app, &id, &query, asking).await?;
        }
        Ok(Some(found))
    }

    /// The first page by the first of the receipt's ids that the store knows, and that id.
    async fn first_page(
        &self,
        app: &StoreApp,
        wanted: &Wanted<'_>,
        query: &HistoryQuery,
        asking: Asking,
    ) -> Result<Option<(String, HistoryPage)>, Refusal> {
        for id in wanted.history_ids() {
            if let Some(page) = known(self.list_history(app, id, query, asking).await)? {
                return Ok(Some((id.to_owned(), page)));
            }
        }
        Ok(None)
    }
}

impl<'a> Wanted<'a> {
    pub(super) fn read(receipt: &str, transaction_id: Option<&'a str>, product_id: Option<&'a str>) -> Result<Self, Refusal> {
        let product_id = product_id.filter(|id| !id.is_empty());
        let all = read_receipt(receipt)
            .ok_or_else(|| refuse("is neither an app receipt nor a transaction receipt in base64; part of it may be missing"))?;
        let named = transaction_id.and_then(|id| all.iter().find(|item| item.has_id(id))).cloned();
        let mut items = list_current(all);
        if let Some(id) = product_id
            && items.iter().any(|item| item.product_id.as_deref() == Some(id))
        {
            items.retain(|item| item.product_id.as_deref().is_none_or(|own| own == id));
        }
        if let Some(named) = named {
            items.retain(|item| item.transaction_id != named.transaction_id);
            items.insert(0, named);
        }
        items.truncate(ITEMS_MAX);
        Ok(Self { items, transaction_id, product_id })
    }

    /// The receipt's purchase of the proof's `transactionId`.
    fn named(&self) -> Option<&ReceiptItem> {
        self.transaction_id.and_then(|id| self.items.iter().find(|item| item.has_id(id)))
    }

    fn is_meant(&self, transaction: &Transaction) -> bool {
        self.product_id.is_none_or(|id| transaction.product_id.as_deref() == Some(id))
    }

    fn is_named(&self, transaction: &Transaction) -> bool {
        let is_id = transaction.transaction_id.as_deref() == self.transaction_id;
        is_id || self.named().is_some_and(|item| item.is(transaction))
    }

    /// Ids by which the store may know the customer.
    fn history_ids(&self) -> Vec<&str> {
        let mut ids: Vec<&str> = Vec::new();
        for item in &self.items {
            for id in [Some(&item.transaction_id), item.original_id.as_ref()].into_iter().flatten() {
                if !ids.contains(&id.as_str()) {
                    ids.push(id);
                }
            }
        }
        ids.truncate(UNKNOWN_IDS_MAX);
        ids
    }

    /// Whether no further page is needed.
    fn is_all_in(&self, found: &[Signed<Transaction>]) -> bool {
        match self.transaction_id {
            Some(_) => found.iter().any(|one| self.is_named(&one.data)),
            None => self.items.iter().all(|item| found.iter().any(|one| item.is(&one.data))),
        }
    }

    /// The one that is meant among the customer's purchases.
    fn choose(&self, found: Vec<Signed<Transaction>>) -> Result<Signed<Transaction>, String> {
        let mut meant: Vec<_> = found.into_iter().filter(|one| self.is_meant(&one.data)).collect();
        let none = || "leads to no such purchase".to_owned();
        if self.transaction_id.is_some() {
            return meant.into_iter().find(|one| self.is_named(&one.data)).ok_or_else(none);
        }
        let is_in_receipt = |one: &Signed<Transaction>| self.items.iter().any(|item| item.is(&one.data));
        // A receipt in the old form may name a purchase by which the store only knows the customer.
        let names_them = meant.iter().any(is_in_receipt);
        if names_them {
            meant.retain(is_in_receipt);
        }
        meant.sort_by_key(|one| Reverse((one.data.revocation_date.is_none(), one.data.purchase_date)));
        let waits =
            |one: &&Signed<Transaction>| one.data.kind.as_deref() == Some(CONSUMABLE) && one.data.revocation_date.is_none();
        if names_them && meant.iter().skip(1).any(|one| waits(&one)) {
            let newest = meant.first().into_iter();
            let named: Vec<String> = newest.chain(meant.iter().skip(1).filter(waits)).take(NAMED_MAX).map(describe).collect();
            return Err(format!(
                "holds several purchases that may wait: hand in transactionId beside it, one of {}",
                named.join(", ")
            ));
        }
        meant.into_iter().next().ok_or_else(none)
    }

    /// The first of the ids, for people.
    fn ids(&self) -> String {
        let ids: Vec<&str> = self.items.iter().take(NAMED_MAX).map(|item| item.transaction_id.as_str()).collect();
        ids.join(", ")
    }
}

fn describe(one: &Signed<Transaction>) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    format!("{} ({})", text(&one.data.transaction_id), text(&one.data.product_id))
}

/// Nothing where the store says that it knows no such id.
fn known<T>(answer: Result<T, ApiFailure>) -> Result<Option<T>, Refusal> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(ApiFailure::NotFound { .. }) => Ok(None),
        Err(failure) => Err(failure.into()),
    }
}
