use super::AppleStore;
use super::api::ApiFailure;
use super::jws::Payload;
use super::payloads::{Signed, Transaction};
use super::renewal::read_renewal;
use super::transaction::read_purchase;
use crate::model::{Environment, Purchase, Snapshot, Timestamp};
use crate::stores::{Asking, StoreApp, StoreError};

/// The store's number of a chain it tries to charge again.
const STATUS_BILLING_RETRY: i64 = 3;

/// Nobody was seen to have had more than a few dozen refunds.
const REFUND_PAGES_MAX: usize = 25;

impl AppleStore {
    /// A subscription's latest period and how it goes on, signed by the store while it is asked; none when the store does not
    /// know the chain.
    pub(super) async fn get_subscription(
        &self,
        app: &StoreApp,
        chain_id: &str,
        asking: Asking,
    ) -> Result<Option<Snapshot>, StoreError> {
        let now = asking.now;
        let statuses = known(self.get_statuses(app, chain_id, asking).await)?.unwrap_or_default();
        // Statuses are the customer's: other chains may stand beside the one asked for.
        let mut statuses = statuses.into_iter();
        let found = statuses.find(|status| status.transaction.data.original_transaction_id.as_deref() == Some(chain_id));
        let Some(found) = found else { return Ok(None) };
        let read = |payload: Payload| read_renewal(app, &payload.members, now).map_err(StoreError::Unfit);
        let mut renewal = found.renewal.map(|signed| read(signed.payload)).transpose()?;
        if let Some(renewal) = &mut renewal {
            // As in notifications: the flag was seen false while the status was right.
            renewal.in_retry |= found.status == STATUS_BILLING_RETRY;
        }
        let purchase = read_purchase(app, found.transaction.payload).map_err(StoreError::Unfit)?;
        Ok(Some(Snapshot::of(purchase, renewal)))
    }

    /// A purchase, signed by the store while it is asked; none when the store does not know it.
    pub(super) async fn get_purchase(
        &self,
        app: &StoreApp,
        order_id: &str,
        asking: Asking,
    ) -> Result<Option<Purchase>, StoreError> {
        let signed = known(self.get_the_transaction(app, order_id, asking).await)?;
        if signed.is_some() {
            self.answers.forget(app, order_id);
        }
        signed.map(|signed| read_purchase(app, signed.payload).map_err(StoreError::Unfit)).transpose()
    }

    /// The purchases of a number that staff were given: a transaction's id, or the order id of the e-mailed receipt, which may
    /// be of several. None when the store does not know it.
    pub(super) async fn find_purchases(&self, app: &StoreApp, number: &str, asking: Asking) -> Result<Vec<Purchase>, StoreError> {
        if is_transaction_id(number) {
            return Ok(self.get_purchase(app, number, asking).await?.into_iter().collect());
        }
        let found = known(self.lookup_order(app, number, asking).await)?.unwrap_or_default();
        found.into_iter().map(|signed| read_purchase(app, signed.payload).map_err(StoreError::Unfit)).collect()
    }

    /// Whether the store can be asked about such a number: the app needs a key, and order ids are known of real purchases only.
    pub(super) fn can_find(&self, app: &StoreApp, number: &str) -> bool {
        let has_key = app.secrets.contains_key("private_key") && app.settings.contains_key("key_id");
        has_key && (is_transaction_id(number) || app.environment != Environment::Sandbox)
    }

    /// What the store took back from the customer who made a purchase, oldest refund first, in words it signs while it is
    /// asked; of a long history as much as so many pages of 20 hold.
    pub(super) async fn list_taken_back(
        &self,
        app: &StoreApp,
        order_id: &str,
        now: Timestamp,
    ) -> Result<Vec<Purchase>, StoreError> {
        let (mut purchases, mut previous) = (Vec::new(), None);
        for _ in 0..REFUND_PAGES_MAX {
            let Some(mut page) = known(self.list_refunds(app, order_id, previous.as_ref(), now).await)? else { break };
            for signed in std::mem::take(&mut page.transactions) {
                purchases.push(read_purchase(app, signed.payload).map_err(StoreError::Unfit)?);
            }
            if !page.has_more || page.revision.is_none() {
                break;
            }
            previous = Some(page);
        }
        Ok(purchases)
    }

    /// The transaction of this very id.
    pub(super) async fn get_the_transaction(
        &self,
        app: &StoreApp,
        id: &str,
        asking: Asking,
    ) -> Result<Signed<Transaction>, ApiFailure> {
        let signed = self.get_transaction(app, id, asking).await?;
        if signed.data.transaction_id.as_deref() != Some(id) {
            return Err(ApiFailure::unavailable("the App Store answered with another transaction"));
        }
        Ok(signed)
    }
}

/// Nothing where the store says that it knows no such thing.
fn known<T>(answer: Result<T, ApiFailure>) -> Result<Option<T>, ApiFailure> {
    match answer {
        Err(ApiFailure::NotFound { .. }) => Ok(None),
        answer => answer.map(Some),
    }
}

/// Order ids have letters: `MK5TTTVWJH`.
pub(super) fn is_transaction_id(number: &str) -> bool {
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}
