use crate::audit::By;
use crate::error::{Error, Result};
use crate::model::{AppSeq, ProjectId, RefusalCode};
use crate::state::AppState;

/// Asks the store how a chain stands now, and enters what it answers.
pub(crate) async fn look(_state: &AppState, _by: &By, _project: &ProjectId, _app: AppSeq, _chain_id: &str) -> Result<()> {
    Err(Error::refused(RefusalCode::StoreCredentials, "this server has no access to the App Store Server API for the app"))
}
