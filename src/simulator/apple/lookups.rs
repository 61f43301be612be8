//! What the App Store says of one transaction, subscription, receipt or customer.

use serde_json::{Value, json};

use super::access::Admitted;
use super::addresses::apple_id_of;
use super::customer::{find_customer, get_purchase, list_chains, list_purchases, sign};
use super::failure::{ApiFailure, ApiResult};
use super::payloads::{self, apple_id, renewal_info, status_code};
use crate::db;
use crate::model::LifecycleStatus;
use crate::simulator::query::Query;
use crate::state::AppState;

/// Get Transaction Info.
pub async fn transaction_info(state: &AppState, by: &Admitted, id: &str) -> ApiResult {
    let purchase = get_purchase(state, by, id, ApiFailure::TRANSACTION_NOT_FOUND).await?;
    let chains = list_chains(state, by, &purchase.customer_id).await?;
    Ok(json!({ "signedTransactionInfo": sign(state, by, &purchase, &chains)? }))
}

/// Get All Subscription Statuses.
pub async fn statuses(state: &AppState, by: &Admitted, id: &str, query: &Query) -> ApiResult {
    let wanted = query.all("status").map(wanted_status).collect::<ApiResult<Vec<i64>>>()?;
    let customer = find_customer(state, by, id).await?;
    let authority = state.simulator.as_deref().ok_or(ApiFailure::INTERNAL)?;
    let chains = list_chains(state, by, &customer.customer_id).await?;
    let mut groups: Vec<(String, Vec<Value>)> = Vec::new();
    for chain in &chains {
        let status = status_code(chain.lifecycle.status_at(by.now));
        if !wanted.is_empty() && !wanted.contains(&status) {
            continue;
        }
        let last = get_purchase(state, by, &chain.lifecycle.order_id, ApiFailure::INTERNAL).await?;
        let item = json!({
            "status": status,
            "originalTransactionId": chain.chain_id,
            "signedTransactionInfo": sign(state, by, &last, &chains)?,
            "signedRenewalInfo": authority.sign_jws(&renewal_info(chain, by.now.max(chain.lifecycle.as_of)))?,
        });
        match groups.iter_mut().find(|(group, _)| *group == chain.group_id) {
            Some((_, items)) => items.push(item),
            None => groups.push((chain.group_id.clone(), vec![item])),
        }
    }
    let group = |(group, items)| json!({ "subscriptionGroupIdentifier": group, "lastTransactions": items });
    let mut answer = head(state, by).await?;
    answer["data"] = groups.into_iter().map(group).collect();
    Ok(answer)
}

fn wanted_status(text: &str) -> ApiResult<i64> {
    let number = text.parse().ok().filter(|number| LifecycleStatus::ALL.iter().any(|status| status_code(*status) == *number));
    number.ok_or(ApiFailure::INVALID_STATUS)
}

/// What answers about a customer begin with.
pub(super) async fn head(state: &AppState, by: &Admitted) -> ApiResult {
    let mut head = json!({ "environment": by.environment.as_str(), "bundleId": by.bundle_id });
    if let Some(id) = apple_id_of(state, by.environment, &by.bundle_id).await? {
        head["appAppleId"] = id.into();
    }
    Ok(head)
}

/// Look Up Order ID; an unknown receipt is an answer, not a failure.
pub async fn order(state: &AppState, by: &Admitted, receipt_id: &str) -> ApiResult {
    let found = db::simulator::find_by_receipt(&mut state.db.read().await?, by.app(), receipt_id).await?;
    let Some(purchase) = found else {
        return Ok(json!({ "status": 1, "signedTransactions": [] }));
    };
    let chains = list_chains(state, by, &purchase.customer_id).await?;
    Ok(json!({ "status": 0, "signedTransactions": [sign(state, by, &purchase, &chains)?] }))
}

/// Get App Transaction Info: how the customer came by the app, dated by the first purchase in it.
pub async fn app_transaction(state: &AppState, by: &Admitted, id: &str) -> ApiResult {
    let customer = find_customer(state, by, id).await?;
    let authority = state.simulator.as_deref().ok_or(ApiFailure::INTERNAL)?;
    let all = list_purchases(state, by, &customer.customer_id).await?;
    let first = all.iter().min_by_key(|purchase| purchase.purchased_at).ok_or(ApiFailure::NO_APP_TRANSACTION)?;
    let number = apple_id_of(state, by.environment, &by.bundle_id).await?.unwrap_or_else(|| apple_id(&by.bundle_id));
    let payload = payloads::app_transaction(first, number, by.now);
    Ok(json!({ "signedAppTransactionInfo": authority.sign_jws(&payload)? }))
}
