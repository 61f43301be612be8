//! Apps and products that are looked for in all projects: legacy calls carry no key.

use super::addresses::is_allowed;
use crate::auth::Address;
use crate::db::{self, nhn_settings::LegacyProject};
use crate::error::Result;
use crate::model::{AppSeq, NhnDoor, ProductSeq, ProjectId};
use crate::state::AppState;

/// The project of an app; none when there is no such app or its project leaves legacy calls, or this caller's, unanswered.
pub async fn legacy_project_of_app(state: &AppState, app: AppSeq, address: Option<Address>) -> Result<Option<ProjectId>> {
    let found = db::nhn_settings::legacy_project_of_app(&mut state.db.read().await?, app).await?;
    Ok(found.and_then(|found| admit(found, address)))
}

/// The project of a product; none when there is no such product or its project leaves legacy calls, or this caller's,
/// unanswered.
pub async fn legacy_project_of_product(
    state: &AppState,
    product: ProductSeq,
    address: Option<Address>,
) -> Result<Option<ProjectId>> {
    let found = db::nhn_settings::legacy_project_of_product(&mut state.db.read().await?, product).await?;
    Ok(found.and_then(|found| admit(found, address)))
}

fn admit(found: LegacyProject, address: Option<Address>) -> Option<ProjectId> {
    let door = NhnDoor { is_open: true, addresses: found.nhn_addresses };
    is_allowed(&door, address).then_some(found.id)
}
