use super::GoogleStore;
use super::api::ApiFailure;
use crate::model::ProductType;
use crate::stores::{Asking, Denial, StoreApp, StoreError, Unfinished};

/// How far Google has a purchase finished.
enum Progress {
    Done,
    Open,
    /// It is in no state to be finished: pending, or taken back.
    Impossible,
}

impl GoogleStore {
    /// Consumes a consumable, and acknowledges everything else. When Google refuses, the purchase is read again: the app may have been
    /// quicker, which is no failure.
    pub(super) async fn finish_purchase(
        &self,
        app: &StoreApp,
        purchase: &Unfinished<'_>,
        asking: Asking,
    ) -> Result<(), StoreError> {
        let (token, product_id) = (purchase.purchase_token, purchase.product_id);
        let told = match purchase.product_type {
            ProductType::Consumable => self.consume_product(app, product_id, token, asking).await,
            kind if kind.is_subscription() => {
                let account = self.missing_account(app, purchase, asking).await?;
                self.acknowledge_subscription(app, (product_id, token), account, asking).await
            }
            _ => self.acknowledge_product(app, product_id, token, asking).await,
        };
        let failure = match told {
            Ok(()) => return Ok(()),
            Err(failure) => failure,
        };
        let is_ambiguous = failure.is_of_state() || matches!(failure, ApiFailure::Conflict { .. });
        if !is_ambiguous {
            return Err(failure.into());
        }
        match self.read_progress(app, purchase, asking).await? {
            Progress::Done => Ok(()),
            Progress::Open => Err(StoreError::Unavailable(failure.to_string())),
            Progress::Impossible => Err(StoreError::Denied(Denial::NotEligible, failure.to_string())),
        }
    }

    /// The account to acknowledge with: Google takes one only for what was bought again in its own pages, and has none of it yet.
    async fn missing_account<'a>(
        &self,
        app: &StoreApp,
        purchase: &Unfinished<'a>,
        asking: Asking,
    ) -> Result<Option<&'a str>, StoreError> {
        let Some(account_token) = purchase.account_token else { return Ok(None) };
        let subscription = self.get_subscription(app, purchase.purchase_token, asking).await?.data;
        Ok(subscription.has_no_account().then_some(account_token))
    }

    async fn read_progress(&self, app: &StoreApp, purchase: &Unfinished<'_>, asking: Asking) -> Result<Progress, StoreError> {
        if purchase.product_type.is_subscription() {
            let subscription = self.get_subscription(app, purchase.purchase_token, asking).await?.data;
            let is_done = subscription.acknowledgement_state.as_deref() == Some("ACKNOWLEDGEMENT_STATE_ACKNOWLEDGED");
            let is_pending = subscription.subscription_state.as_deref() == Some("SUBSCRIPTION_STATE_PENDING");
            let is_over = subscription.subscription_state.as_deref() == Some("SUBSCRIPTION_STATE_EXPIRED");
            return Ok(progress(is_done, is_pending || is_over));
        }
        let product = self.get_product(app, purchase.product_id, purchase.purchase_token, asking).await?.data;
        let is_consumed = product.consumption_state == Some(1);
        let is_acknowledged = product.acknowledgement_state == Some(1);
        let is_done = is_consumed || is_acknowledged && purchase.product_type != ProductType::Consumable;
        Ok(progress(is_done, product.purchase_state.unwrap_or_default() != 0))
    }
}

fn progress(is_done: bool, is_impossible: bool) -> Progress {
    match (is_done, is_impossible) {
        (true, _) => Progress::Done,
        (false, true) => Progress::Impossible,
        (false, false) => Progress::Open,
    }
}
