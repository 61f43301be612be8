use serde_json::json;

use crate::audit::{self, By, Change};
use crate::error::Result;
use crate::model::{ProjectId, Subscription, SubscriptionId};
use crate::state::AppState;

/// Asks the store how a subscription stands now and enters the answer. Asks for the SUPPORT right at the edge.
pub async fn refresh(state: &AppState, by: &By, project: &ProjectId, id: &SubscriptionId) -> Result<Subscription> {
    let before = super::get(state, project, id).await?;
    crate::notifications::refetch_subscription(state, by, project, before.app_seq, &before.chain_id).await?;
    let after = super::get(state, project, id).await?;
    let at = state.clock.now();
    let change = Change {
        action: "subscription.refresh",
        project: Some(project),
        target: format!("subscription:{id}"),
        before: Some(json!({ "state": before.state, "periodEnd": before.period_end.to_rfc3339() })),
        after: Some(json!({ "state": after.state, "periodEnd": after.period_end.to_rfc3339() })),
    };
    state.db.write(async |tx| audit::record(tx, by, at, change).await).await?;
    Ok(after)
}
