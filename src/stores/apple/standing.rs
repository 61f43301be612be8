use super::AppleStore;
use super::renewal::read_renewal;
use super::transaction::read_purchase;
use crate::model::Timestamp;
use crate::stores::{Purchase, Refusal, Renewal, StoreApp};

/// The store's number of a chain it tries to charge again.
const STATUS_BILLING_RETRY: i64 = 3;

impl AppleStore {
    /// How a chain stands now, in words the store signs while it is asked: its latest period and how it goes on.
    /// None when the store knows the customer, but not the chain.
    pub async fn get_standing(
        &self,
        app: &StoreApp,
        chain_id: &str,
        now: Timestamp,
    ) -> Result<Option<(Purchase, Option<Renewal>)>, Refusal> {
        let statuses = self.get_statuses(app, chain_id, now).await?;
        // Statuses are the customer's: other chains may stand beside the one asked for.
        let mut statuses = statuses.into_iter();
        let found = statuses.find(|status| status.transaction.data.original_transaction_id.as_deref() == Some(chain_id));
        let Some(found) = found else { return Ok(None) };
        let read = |payload| read_renewal(app, &payload, now);
        let mut renewal = found.renewal.map(|signed| read(signed.payload)).transpose()?;
        if let Some(renewal) = &mut renewal {
            // As in notices: the flag was seen false while the status was right.
            renewal.in_retry |= found.status == STATUS_BILLING_RETRY;
        }
        Ok(Some((read_purchase(app, found.transaction.payload)?, renewal)))
    }
}
