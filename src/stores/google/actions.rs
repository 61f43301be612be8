use serde_json::json;

use super::GoogleStore;
use super::api::{ApiFailure, Deferral};
use crate::model::{Timestamp, order_of};
use crate::stores::{Action, ActionOutcome, Asking, Denial, RefundAnswer, StoreApp, StoreError};

/// Google counts thousandths of a percent.
const MILLI: u32 = 1_000;
/// A subscription may change between our reading it and our deferring it, but hardly twice.
const DEFERRALS_MAX: u32 = 2;

impl GoogleStore {
    /// Does something about a subscription, by its purchase token, or about an order.
    pub(super) async fn do_action(
        &self,
        app: &StoreApp,
        id: &str,
        action: &Action,
        asking: Asking,
    ) -> Result<ActionOutcome, StoreError> {
        match action {
            Action::Cancel => self.cancel_subscription(app, id, asking).await?,
            Action::Revoke { refund } => self.revoke_subscription(app, id, *refund, asking).await?,
            Action::Refund { ends_access } => self.refund_order(app, order_of(id), *ends_access, asking).await?,
            Action::Defer { days, from } => return self.defer(app, id, *days, *from, asking).await,
            Action::AnswerRefundQuestion(answer) => return self.answer_review(app, id, answer, asking).await,
            Action::Extend { .. } | Action::Reactivate => return Err(StoreError::unsupported(app.store)),
        }
        Ok(ActionOutcome::default())
    }

    async fn defer(
        &self,
        app: &StoreApp,
        token: &str,
        days: u32,
        from: Timestamp,
        asking: Asking,
    ) -> Result<ActionOutcome, StoreError> {
        let mut attempt = 1;
        loop {
            let subscription = self.get_subscription(app, token, asking).await?.data;
            let no_etag = || StoreError::Rejected("Google Play gives no etag of the subscription to defer it by".to_owned());
            // The etag keeps a change away that comes after this reading, and the end one that came before.
            if !subscription.line_items.iter().any(|item| item.expiry_time == Some(from)) {
                let reason = format!("the period no longer ends {}", from.to_rfc3339());
                return Err(StoreError::Denied(Denial::NotEligible, reason));
            }
            let etag = subscription.etag.ok_or_else(no_etag)?;
            match self.defer_subscription(app, token, &Deferral { days, etag: &etag }, asking).await {
                Err(ApiFailure::Conflict { .. }) if attempt < DEFERRALS_MAX => attempt += 1,
                answer => {
                    let ends = answer?.item_expiry_time_details;
                    let renews_at: Option<Timestamp> = ends.iter().filter_map(|item| item.expiry_time).min();
                    return Ok(ActionOutcome { renews_at, sent: None });
                }
            }
        }
    }

    /// Answers a pending refund review. A player who has what was bought is no reason to give the money back; one who does not have
    /// it is left to Google.
    async fn answer_review(
        &self,
        app: &StoreApp,
        order_id: &str,
        answer: &RefundAnswer,
        asking: Asking,
    ) -> Result<ActionOutcome, StoreError> {
        let no_token = || StoreError::Rejected("the token of Google Play's question is missing".to_owned());
        let token = answer.token.as_deref().ok_or_else(no_token)?;
        let mut sent = json!({
            "refundPreference": if answer.is_delivered { "DECLINE" } else { "NEUTRAL" }, "sampleContentProvided": false,
        });
        if let Some(percent) = answer.used_percent {
            sent["consumptionPercentageMilliunits"] = json!(percent * MILLI);
        }
        let mut review = sent.clone();
        review["pendingRefundToken"] = json!(token);
        self.review_refund(app, order_id, review, asking).await?;
        Ok(ActionOutcome { renews_at: None, sent: Some(sent) })
    }
}
