//! Whose an id is, and what that customer has.

use super::access::Admitted;
use super::failure::{ApiFailure, ApiResult};
use super::payloads::transaction;
use crate::db;
use crate::model::{SimulatedPurchase, SimulatedSubscription, StoreCode, Timestamp};
use crate::state::AppState;

const ID_BYTES_MAX: usize = 64;
/// The most of a customer's purchases that are looked at: decades of weekly renewals.
const PURCHASES_MAX: i64 = 5_000;
const CHAINS_MAX: i64 = 500;

/// A customer of an app, found by the id of anything of theirs.
pub(super) struct Customer {
    pub customer_id: String,
    /// The purchase whose id it was; none for the customer's own id.
    pub purchase: Option<SimulatedPurchase>,
}

/// Fails on what could not be an id at all.
pub(super) fn check_id(id: &str, failure: ApiFailure) -> ApiResult<()> {
    let is_number = !id.is_empty() && id.len() <= ID_BYTES_MAX && id.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { Ok(()) } else { Err(failure) }
}

/// Whose an id is: a transaction's, an original transaction's or the customer's own.
pub(super) async fn find_customer(state: &AppState, by: &Admitted, id: &str) -> ApiResult<Customer> {
    check_id(id, ApiFailure::INVALID_TRANSACTION_ID)?;
    let mut tx = state.db.read().await?;
    let found = db::simulator::find_purchase(&mut tx, by.environment, &by.bundle_id, id).await?;
    if let Some(purchase) = found.filter(|purchase| purchase.store == StoreCode::AppStore) {
        return Ok(Customer { customer_id: purchase.customer_id.clone(), purchase: Some(purchase) });
    }
    match db::simulator::is_customer(&mut tx, by.app(), id).await? {
        true => Ok(Customer { customer_id: id.to_owned(), purchase: None }),
        false => Err(ApiFailure::TRANSACTION_NOT_FOUND),
    }
}

/// One transaction by its own id; `absent` is the failure when there is none.
pub(super) async fn get_purchase(state: &AppState, by: &Admitted, id: &str, absent: ApiFailure) -> ApiResult<SimulatedPurchase> {
    let customer = match find_customer(state, by, id).await {
        Err(ApiFailure::Numbered(4_040_010, _)) => return Err(absent),
        found => found?,
    };
    customer.purchase.ok_or(ApiFailure::APP_TRANSACTION_ID)
}

/// A customer's purchases, the least lately changed first.
pub(super) async fn list_purchases(state: &AppState, by: &Admitted, customer_id: &str) -> ApiResult<Vec<SimulatedPurchase>> {
    Ok(db::simulator::list_of_customer(&mut state.db.read().await?, by.app(), customer_id, PURCHASES_MAX).await?)
}

/// A customer's subscriptions.
pub(super) async fn list_chains(state: &AppState, by: &Admitted, customer_id: &str) -> ApiResult<Vec<SimulatedSubscription>> {
    Ok(db::simulator::list_subscriptions_of_customer(&mut state.db.read().await?, by.app(), customer_id, CHAINS_MAX).await?)
}

/// A chain by its first transaction's id.
pub(super) async fn get_chain(state: &AppState, by: &Admitted, id: &str) -> ApiResult<SimulatedSubscription> {
    let found = db::simulator::find_subscription(&mut state.db.read().await?, id).await?;
    let is_own = |chain: &SimulatedSubscription| {
        chain.store == StoreCode::AppStore && chain.environment == by.environment && chain.store_app_id == by.bundle_id
    };
    found.filter(is_own).ok_or(ApiFailure::ORIGINAL_NOT_FOUND)
}

/// Signs a transaction as it stands now, never dated before what was signed of it earlier.
pub(super) fn sign(
    state: &AppState,
    by: &Admitted,
    purchase: &SimulatedPurchase,
    chains: &[SimulatedSubscription],
) -> ApiResult<String> {
    let authority = state.simulator.as_deref().ok_or(ApiFailure::INTERNAL)?;
    let chain = chains.iter().find(|chain| chain.chain_id == purchase.chain_id);
    let last = chain.map(|chain| chain.lifecycle.as_of).max(purchase.details.as_of).unwrap_or(Timestamp(0));
    Ok(authority.sign_jws(&transaction(purchase, by.now.max(last)))?)
}
