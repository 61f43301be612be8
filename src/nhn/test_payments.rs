//! Which payments NHN's calls show. NHN's form says nothing of the environment, so a test payment would be taken for a paid
//! one: in a project with LIVE apps only the apps that are set so show theirs. NHN knows no non-consumables at all.

use crate::error::Result;
use crate::model::{App, AppSeq, Environment, Payment, ProductType, ProjectId, StoreCode, UseStatus};
use crate::payments::{self, Waiting};
use crate::projects;
use crate::state::AppState;
use crate::users::User;

/// The apps whose payments that are not LIVE are shown.
pub(super) async fn list_shown(state: &AppState, project: &ProjectId) -> Result<Vec<AppSeq>> {
    let apps = projects::list_apps(state, project).await?;
    let has_live = apps.iter().any(|app| app.environment == Environment::Live && app.status == UseStatus::Use);
    let is_shown = |app: &&App| app.nhn_test_payments || (!has_live && app.environment != Environment::Live);
    Ok(apps.iter().filter(is_shown).map(|app| app.app_seq).collect())
}

/// Whether NHN's calls have a form for a product of this type and its payments. What is bought once and kept has none.
pub const fn has_form(product_type: ProductType) -> bool {
    !product_type.is_owned()
}

/// Whether NHN's calls show the payment.
pub async fn is_shown(state: &AppState, project: &ProjectId, payment: &Payment) -> Result<bool> {
    let is_live = payment.environment == Environment::Live;
    Ok(has_form(payment.product_type) && (is_live || list_shown(state, project).await?.contains(&payment.app_seq)))
}

/// A user's unconsumed payments that are shown, oldest first, with the access token each needs: of these stores (none means
/// all), of this app.
pub async fn list_consumables(
    state: &AppState,
    project: &ProjectId,
    user: &User,
    stores: &[StoreCode],
    app: Option<AppSeq>,
) -> Result<Vec<(Payment, String)>> {
    let shown = list_shown(state, project).await?;
    payments::list_waiting(state, project, user, Waiting { stores, app, test_of: Some(&shown), after: None }).await
}
