//! Notifications that carry nothing a store stands behind, but name purchases: the store is asked about each.

use super::refetch::{Refetch, Void};
use crate::error::{Error, Result};
use crate::state::AppState;
use crate::stores::Notification;

/// Subscriptions one notification has asked for; a customer of more is looked after by later notifications.
const CHAINS_MAX: usize = 5;
/// Purchases one notification has asked for, of those that are not recorded.
const PURCHASES_MAX: usize = 20;

/// Asks the store about what a notification names, and records the answers. What fails hides none of the others; the next try
/// finds the rest recorded.
pub(crate) async fn refetch_named(state: &AppState, refetch: &Refetch<'_>, notification: &Notification) -> Result<()> {
    let mut first_failure = None;
    for chain in notification.chains.iter().take(CHAINS_MAX) {
        go_on_after(refetch.at_chain(state, chain).await, &mut first_failure)?;
    }
    for named in notification.tokens.iter().take(CHAINS_MAX) {
        go_on_after(refetch.at_token(state, named, notification.sent_at).await, &mut first_failure)?;
    }
    let mut asked = 0;
    for named in &notification.purchases {
        if asked < PURCHASES_MAX && refetch.is_news(state, &named.order_id, named.is_taken_back).await? {
            asked += 1;
            let result = match named.is_taken_back {
                true => {
                    let void = Void { at: notification.sent_at, is_partial: named.is_partial };
                    // What the store does not say yet of its own void, it says later.
                    let unsaid = || Error::NotFound("refund in the store");
                    let is_found = refetch.take_back(state, &named.order_id, void).await;
                    is_found.and_then(|is_found| is_found.then_some(()).ok_or_else(unsaid))
                }
                false => refetch.at_purchase(state, &named.order_id).await,
            };
            go_on_after(result, &mut first_failure)?;
        }
    }
    first_failure.map_or(Ok(()), Err)
}

/// Keeps the first failure of one purchase; a store that can't be asked at all ends the round.
fn go_on_after(result: Result<()>, first_failure: &mut Option<Error>) -> Result<()> {
    match result {
        Ok(()) => Ok(()),
        Err(Error::Refused { code, reason }) if code.is_transient() => Err(Error::Refused { code, reason }),
        Err(failure) => {
            first_failure.get_or_insert(failure);
            Ok(())
        }
    }
}
