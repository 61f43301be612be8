use super::product::product_of;
use crate::audit::By;
use crate::error::{Error, Result};
use crate::model::{AppSeq, PaymentSource, ProjectId, RefusalCode, StoreCode};
use crate::payments::{EntryNumbers, Said, enter};
use crate::projects;
use crate::state::AppState;

/// What the timeline calls it.
const OCCASION: &str = "re-checked with the store";

/// Asks the store how a chain stands now, and enters what it answers: its latest period and how it goes on.
pub(crate) async fn look(state: &AppState, by: &By, project: &ProjectId, app: AppSeq, chain_id: &str) -> Result<()> {
    let app = projects::store_app_of(state, project, app).await?;
    if app.store != StoreCode::AppStore {
        let reason = format!("this server cannot ask {} how a subscription stands", app.store);
        return Err(Error::refused(RefusalCode::StoreUnavailable, reason));
    }
    let standing = state.stores.apple().get_standing(&app, chain_id, state.clock.now()).await?;
    let unknown = || Error::refused(RefusalCode::ProofInvalid, "the store does not know this subscription");
    let (purchase, renewal) = standing.ok_or_else(unknown)?;
    let product = product_of(state, project, &app, &purchase).await?;
    let at = state.clock.now();
    let said = Said {
        project,
        app: &app,
        product: &product,
        purchase: &purchase,
        renewal: renewal.as_ref(),
        by,
        source: PaymentSource::Healed,
        occasion: Some(OCCASION),
        at,
    };
    let numbers = EntryNumbers::take(state, at).await?;
    state.db.write(async |tx| enter(tx, &said, None, &numbers).await.map(drop)).await
}
