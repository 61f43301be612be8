use super::GoogleStore;
use super::api::{ApiFailure, VOIDED_WINDOW_MILLIS, VoidedQuery};
use super::wire::VoidedPurchase;
use crate::model::{Page, Timestamp};
use crate::stores::{Asking, StoreApp, StoreError, TakenBack};

/// The window's edge moves while we ask.
const EDGE_MILLIS: i64 = Timestamp::MINUTE;

impl GoogleStore {
    /// A page of the voided purchases; what was voided longer ago than Google lists is not asked for.
    pub(super) async fn list_taken_back(
        &self,
        app: &StoreApp,
        from: Timestamp,
        cursor: Option<&str>,
        asking: Asking,
    ) -> Result<Page<TakenBack>, StoreError> {
        let earliest = asking.now.plus_millis(EDGE_MILLIS - VOIDED_WINDOW_MILLIS);
        let query = VoidedQuery { from: from.max(earliest), page_token: cursor };
        let page = self.list_voided(app, query, asking).await.map_err(|failure| match failure {
            ApiFailure::Refused { .. } if cursor.is_some() => StoreError::CursorLost(failure.to_string()),
            failure => failure.into(),
        })?;
        let items = page.voided_purchases.iter().filter_map(|voided| read_voided(voided, asking.now)).collect();
        Ok(Page { items, next_cursor: page.token_pagination.next_page_token.filter(|token| !token.is_empty()) })
    }
}

/// A purchase without an order, by a promotion code, is known by its token.
fn read_voided(voided: &VoidedPurchase, now: Timestamp) -> Option<TakenBack> {
    let purchase_token = voided.purchase_token.clone().filter(|token| !token.is_empty())?;
    let order_id = voided.order_id.clone().filter(|id| !id.is_empty()).unwrap_or_else(|| purchase_token.clone());
    Some(TakenBack {
        order_id,
        purchase_token,
        at: voided.voided_time_millis.unwrap_or(now),
        quantity: voided.voided_quantity.and_then(|count| u32::try_from(count).ok()),
        reason: voided.voided_reason.map(|reason| reason.to_string()),
    })
}
