use serde_json::json;

use crate::audit::{By, Change, SignedIn, Stamp};
use crate::db;
use crate::db::saved_views::SAVED_VIEWS_MAX;
use crate::error::{Error, Result};
use crate::model::{Kept, ProjectId, Reason, SavedView, Unit};
use crate::state::AppState;

const NAME_CHARS_MAX: usize = 60;
/// Longer than any query the list's form makes.
const QUERY_BYTES_MAX: usize = 2_000;

/// The views of the list of payments that an operator keeps, by name.
pub async fn list_views(state: &AppState, project: &ProjectId, operator: &SignedIn) -> Result<Vec<SavedView>> {
    db::saved_views::list(&mut state.db.read().await?, project, &operator.id).await
}

/// Keeps the filters of a list under a name; a view of the same name is replaced. `query` is the list's, without its page.
pub async fn save_view(state: &AppState, operator: &SignedIn, project: &ProjectId, view: &SavedView) -> Result<()> {
    let name = view.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
        return Err(Error::invalid("name", Reason::length(Unit::Characters, 1, NAME_CHARS_MAX)));
    }
    if view.query.is_empty() || view.query.len() > QUERY_BYTES_MAX {
        return Err(Error::invalid("query", Reason::length(Unit::Characters, 1, QUERY_BYTES_MAX)));
    }
    let (view, at, by) = (SavedView { name, query: view.query.clone() }, state.clock.now(), By::Operator(operator.clone()));
    state
        .db
        .write(async |tx| {
            let kept = db::saved_views::list(tx, project, &operator.id).await?;
            let is_new = kept.iter().all(|kept| kept.name != view.name);
            if is_new && kept.len() as i64 >= SAVED_VIEWS_MAX {
                return Err(Error::invalid("name", Reason::OneTooMany { of: Kept::SavedViews, max: SAVED_VIEWS_MAX }));
            }
            db::saved_views::save(tx, project, &operator.id, &view, at).await?;
            let after = Some(json!({ "query": view.query }));
            let before = kept.iter().find(|kept| kept.name == view.name).map(|kept| json!({ "query": kept.query }));
            let change = change("saved_view.save", project, &view.name, before, after);
            Stamp { by: &by, at }.record(tx, change).await
        })
        .await
}

/// Forgets one of an operator's own views; nothing happens when there is none of that name.
pub async fn delete_view(state: &AppState, operator: &SignedIn, project: &ProjectId, name: &str) -> Result<()> {
    let (at, by) = (state.clock.now(), By::Operator(operator.clone()));
    state
        .db
        .write(async |tx| {
            if !db::saved_views::delete(tx, project, &operator.id, name).await? {
                return Ok(());
            }
            Stamp { by: &by, at }.record(tx, change("saved_view.delete", project, name, None, None)).await
        })
        .await
}

fn change<'a>(
    action: &'static str,
    project: &'a ProjectId,
    name: &str,
    before: Option<serde_json::Value>,
    after: Option<serde_json::Value>,
) -> Change<'a> {
    Change { action, project: Some(project), target: format!("saved_view:{name}"), before, after }
}
