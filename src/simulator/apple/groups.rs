//! Customer groups (API 1.22): so far Apple has them in the sandbox alone, with one group that stands for all. Whom a group
//! gives access is told by the transactions' ownership, not by this.

use serde_json::json;

use super::access::Admitted;
use super::customer::{check_id, find_customer};
use super::failure::{ApiFailure, ApiResult};
use crate::model::StoreEnvironment;
use crate::simulator::query::Query;
use crate::state::AppState;

const GROUP: &str = "900000000000000000";
const MEMBER: &str = "700000000000000000";
const LIMIT_MAX: u32 = 100;
/// What Apple answers where it has no such endpoint.
const NO_ENDPOINT: ApiFailure = ApiFailure::Bare(404);

/// Get Customer Groups.
pub async fn customer_groups(state: &AppState, by: &Admitted, id: &str) -> ApiResult {
    require_sandbox(by)?;
    find_customer(state, by, id).await?;
    let roles = json!([
        { "productId": "example.productId.one", "role": "ADMIN" },
        { "productId": "example.productId.two", "role": "NONE" },
    ]);
    Ok(json!({ "groups": [{ "groupId": GROUP, "groupType": "ORGANIZATION", "roles": roles }] }))
}

/// Get Group Members. There is one page.
pub fn group_members(by: &Admitted, id: &str, query: &Query) -> ApiResult {
    require_sandbox(by)?;
    check_id(id, ApiFailure::INVALID_GROUP_ID)?;
    let limit = query.first("limit").map(|text| text.parse::<u32>().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit)));
    if limit.is_some_and(|limit| limit.is_none()) {
        return Err(ApiFailure::INVALID_LIMIT);
    }
    if query.first("paginationToken").is_some() {
        return Err(ApiFailure::INVALID_PAGE_TOKEN);
    }
    if id != GROUP {
        return Err(ApiFailure::GROUP_NOT_FOUND);
    }
    Ok(json!({ "members": [{ "appTransactionId": MEMBER }], "hasMore": false }))
}

fn require_sandbox(by: &Admitted) -> ApiResult<()> {
    if by.environment == StoreEnvironment::Sandbox { Ok(()) } else { Err(NO_ENDPOINT) }
}
