//! Planning the apps of a project and their products.

use crate::apply::file::{AppDecl, ProductDecl};
use crate::apply::prepare::within;
use crate::apply::step::{Change, Step};
use crate::catalog::{self, NewProduct, ProductInput};
use crate::db::{self, apps::StoredApp};
use crate::error::{Error, Result};
use crate::model::{AppSeq, DeclaredReason, ProjectId, Timestamp};
use crate::projects::{self, AppInput};
use crate::state::AppState;

pub(super) async fn plan_app(
    state: &AppState,
    project: &ProjectId,
    declared: &AppDecl,
    input: &AppInput,
    at: Timestamp,
    steps: &mut Vec<Step>,
) -> Result<()> {
    let apps = db::apps::list_of_store(&mut state.db.read().await?, project, declared.store).await?;
    let found = apps.into_iter().find(|stored| stored.app.store_app_id == declared.store_app_id);
    let seq = match found {
        Some(before) => plan_update(state, project, before, input, steps)?,
        None => {
            let seq = state.numbers.next_app().await?;
            let stored = projects::draft_app(state, seq, declared.store, &declared.store_app_id, input, at)?;
            steps.push(Step::new(project, Change::CreateApp { stored, input: input.clone() }));
            seq
        }
    };
    for product in &declared.product {
        plan_product(state, project, seq, product, at, steps).await.map_err(|error| within("product", error))?;
    }
    Ok(())
}

fn plan_update(
    state: &AppState,
    project: &ProjectId,
    before: StoredApp,
    input: &AppInput,
    steps: &mut Vec<Step>,
) -> Result<AppSeq> {
    let seq = before.app.app_seq;
    if let Some(after) = projects::draft_change(state, &before, input)? {
        steps.push(Step::new(project, Change::UpdateApp { before, after, input: input.clone() }));
    }
    Ok(seq)
}

async fn plan_product(
    state: &AppState,
    project: &ProjectId,
    app: AppSeq,
    declared: &ProductDecl,
    at: Timestamp,
    steps: &mut Vec<Step>,
) -> Result<()> {
    let (name, sku) = (declared.name.clone(), declared.sku.clone());
    let input = ProductInput { name, status: declared.status, sku, seen: None };
    let id = &declared.store_product_id;
    match catalog::find_in_app(state, project, app, id).await? {
        Some(found) if found.product_type != declared.product_type => {
            Err(Error::invalid("type", DeclaredReason::TypeFixed { product_id: id.clone(), product_type: found.product_type }))
        }
        Some(before) => {
            if catalog::changed(&before, &input)?.is_some() {
                steps.push(Step::new(project, Change::UpdateProduct { before, input }));
            }
            Ok(())
        }
        None => {
            let new = NewProduct { app, store_product_id: id, product_type: declared.product_type, details: &input };
            let product = catalog::draft_product(state.numbers.next_product().await?, &new, at)?;
            steps.push(Step::new(project, Change::CreateProduct { product }));
            Ok(())
        }
    }
}
