use serde_json::json;

use super::AppleStore;
use super::api::{Consumption, Extension};
use crate::model::{ExtensionReason, Timestamp};
use crate::stores::{ActionOutcome, Asking, Denial, RefundAnswer, StoreApp, StoreError};

/// Apple counts thousandths of a percent.
const MILLI: u32 = 1_000;

impl AppleStore {
    /// Extends a subscription's period (Extend a Subscription Renewal Date).
    pub(super) async fn extend(
        &self,
        app: &StoreApp,
        chain_id: &str,
        extension: Extension,
        asking: Asking,
    ) -> Result<ActionOutcome, StoreError> {
        let answer = self.extend_renewal(app, chain_id, &extension, asking).await?;
        match answer.success {
            true => Ok(ActionOutcome { renews_at: answer.effective_date, sent: None }),
            false => Err(StoreError::Denied(Denial::NotEligible, "the App Store did not extend the subscription".into())),
        }
    }

    /// Answers a CONSUMPTION_REQUEST (Send Consumption Information).
    pub(super) async fn answer_refund_question(
        &self,
        app: &StoreApp,
        transaction_id: &str,
        answer: &RefundAnswer,
        now: Timestamp,
    ) -> Result<ActionOutcome, StoreError> {
        let consumption = Consumption {
            customer_consented: true,
            sample_content_provided: false,
            delivery_status: if answer.is_delivered { "DELIVERED" } else { "UNDELIVERED_OTHER" },
            consumption_percentage: answer.used_percent.map(|percent| percent * MILLI),
            refund_preference: None,
        };
        self.send_consumption(app, transaction_id, &consumption, now).await?;
        Ok(ActionOutcome { renews_at: None, sent: Some(json!(consumption)) })
    }
}

/// Apple's number of the reason.
pub(super) const fn reason_code(reason: ExtensionReason) -> u32 {
    match reason {
        ExtensionReason::Undeclared => 0,
        ExtensionReason::CustomerSatisfaction => 1,
        ExtensionReason::Other => 2,
        ExtensionReason::ServiceIssue => 3,
    }
}
