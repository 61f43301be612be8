//! One change towards what is declared, with its audit row.

use std::fmt;

use super::plan::OVERLAP_HOURS;
use crate::audit::Stamp;
use crate::catalog::{self, ProductInput};
use crate::db::{Tx, apps::StoredApp};
use crate::error::Result;
use crate::model::{Product, Project, ProjectId, Timestamp};
use crate::nhn::{self, NhnDraft};
use crate::projects::{self, AppInput, DraftKey, ProjectInput};

/// What is changed.
pub(super) enum Change {
    CreateProject { project: Project, app_key: String },
    RotateAppKey { app_key: String, ends_at: Timestamp, name: String },
    UpdateProject(ProjectInput),
    UpdateNhn { draft: NhnDraft, name: String },
    CreateSecretKey { draft: DraftKey },
    RevokeSecretKey { id: String, name: String },
    CreateApp { stored: StoredApp, input: AppInput },
    UpdateApp { before: StoredApp, after: StoredApp, input: AppInput },
    CreateProduct { product: Product },
    UpdateProduct { before: Product, input: ProductInput },
}

/// A change and the project it belongs to.
pub(super) struct Step {
    project: ProjectId,
    change: Change,
}

impl Step {
    pub fn new(project: &ProjectId, change: Change) -> Self {
        Self { project: project.clone(), change }
    }

    /// The file's table the step comes from, for errors.
    pub const fn table(&self) -> &'static str {
        match self.change {
            Change::CreateProject { .. } | Change::RotateAppKey { .. } | Change::UpdateProject(_) => "project",
            Change::UpdateNhn { .. } => "project.nhn",
            Change::CreateSecretKey { .. } | Change::RevokeSecretKey { .. } => "project.secret_keys",
            Change::CreateApp { .. } | Change::UpdateApp { .. } => "project.app",
            Change::CreateProduct { .. } | Change::UpdateProduct { .. } => "project.app.product",
        }
    }

    /// Takes the step; it fails when someone else changed the same thing since the plan was made.
    pub async fn take(&self, tx: &mut Tx, stamp: &Stamp<'_>) -> Result<()> {
        let id = &self.project;
        match &self.change {
            Change::CreateProject { project, app_key } => projects::insert_project(tx, stamp, project, app_key).await,
            Change::RotateAppKey { app_key, ends_at, .. } => projects::write_app_key(tx, stamp, id, app_key, *ends_at).await,
            Change::UpdateProject(input) => projects::write_project(tx, stamp, id, input).await,
            Change::UpdateNhn { draft, .. } => nhn::write_nhn_settings(tx, stamp, id, draft).await.map(drop),
            Change::CreateSecretKey { draft } => projects::insert_secret_key(tx, stamp, id, draft).await,
            Change::RevokeSecretKey { id: key, .. } => projects::write_revocation(tx, stamp, id, key).await,
            Change::CreateApp { stored, input } => projects::insert_app(tx, stamp, id, stored, input).await,
            Change::UpdateApp { before, after, input } => projects::write_app(tx, stamp, id, before, after, input).await,
            Change::CreateProduct { product } => catalog::insert_product(tx, stamp, id, product).await,
            Change::UpdateProduct { before, input } => catalog::write_product(tx, stamp, id, before, input).await.map(drop),
        }
    }
}

/// The step as it is told when it is done.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.change {
            Change::CreateProject { project, .. } => write!(f, "project {}: created", project.name),
            Change::RotateAppKey { name, .. } => {
                write!(f, "project {name}: AppKey changed, the old one works for {OVERLAP_HOURS} h")
            }
            Change::UpdateProject(input) => write!(f, "project {}: updated", input.name),
            Change::UpdateNhn { name, .. } => write!(f, "project {name}: NHN settings updated"),
            Change::CreateSecretKey { draft } => write!(f, "secret key {}: set", draft.name),
            Change::RevokeSecretKey { name, .. } => write!(f, "secret key {name}: the former one revoked"),
            Change::CreateApp { stored, .. } => write!(f, "app {}: created", stored.app.store_app_id),
            Change::UpdateApp { after, .. } => write!(f, "app {}: updated", after.app.store_app_id),
            Change::CreateProduct { product } => write!(f, "product {}: created", product.store_product_id),
            Change::UpdateProduct { before, .. } => write!(f, "product {}: updated", before.store_product_id),
        }
    }
}
