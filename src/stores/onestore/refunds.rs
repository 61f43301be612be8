use super::OneStore;
use super::api::{ApiFailure, VoidedQuery};
use super::wire::VoidedPurchase;
use super::world::{World, worlds_of};
use crate::model::{Page, Timestamp};
use crate::stores::{Asking, StoreApp, StoreError, TakenBack};

/// ONE store lists voids of the last month; the shortest month has 28 days.
pub(super) const WINDOW_MILLIS: i64 = 28 * Timestamp::DAY;
/// Stands between the environment and ONE store's own key in a cursor.
const SEPARATOR: char = ':';

impl OneStore {
    /// A page of the voided purchases of one of the app's environments; the last page of one is followed by the next one's first.
    pub(super) async fn list_taken_back(
        &self,
        app: &StoreApp,
        from: Timestamp,
        cursor: Option<&str>,
        asking: Asking,
    ) -> Result<Page<TakenBack>, StoreError> {
        let worlds = worlds_of(app);
        let (name, key) = cursor.and_then(|cursor| cursor.split_once(SEPARATOR)).unwrap_or_default();
        let place = worlds.iter().position(|world| world.as_str() == name).unwrap_or_default();
        let from = from.max(asking.now.plus_millis(-WINDOW_MILLIS));
        let query = VoidedQuery { from, continuation_key: Some(key).filter(|key| !key.is_empty()) };
        let page = self.list_voided(app, worlds[place], query, asking).await.map_err(|failure| match failure {
            ApiFailure::Refused { .. } if !key.is_empty() => StoreError::CursorLost(failure.to_string()),
            failure => failure.into(),
        })?;
        let cursor_in = |world: World, key: &str| format!("{}{SEPARATOR}{key}", world.as_str());
        let next_cursor = match (page.continuation_key, worlds.get(place + 1)) {
            (Some(next), _) => Some(cursor_in(worlds[place], &next)),
            (None, Some(next)) => Some(cursor_in(*next, "")),
            (None, None) => None,
        };
        Ok(Page { items: page.voided.iter().filter_map(|voided| read_voided(voided, asking.now)).collect(), next_cursor })
    }
}

fn read_voided(voided: &VoidedPurchase, now: Timestamp) -> Option<TakenBack> {
    let purchase_token = voided.purchase_token.clone()?;
    Some(TakenBack {
        order_id: voided.purchase_id.clone().unwrap_or_else(|| purchase_token.clone()),
        purchase_token,
        at: voided.voided_time.unwrap_or(now),
        quantity: None,
        reason: None,
    })
}
