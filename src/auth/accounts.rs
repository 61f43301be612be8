use serde_json::json;

use crate::audit::{self, By, Change};
use crate::db;
use crate::error::{Error, Result};
use crate::model::{Account, OperatorId};
use crate::state::AppState;

/// What an instance administrator may set of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rights {
    pub is_admin: bool,
    pub is_active: bool,
}

/// All accounts, by e-mail.
pub async fn list_accounts(state: &AppState) -> Result<Vec<Account>> {
    let found = db::operators::list(&mut state.db.read().await?).await?;
    Ok(found.into_iter().map(to_account).collect())
}

fn to_account(found: db::operators::Operator) -> Account {
    Account {
        id: found.id(),
        is_invited: found.password_hash.is_empty(),
        created_at: found.created_at(),
        signed_in_at: found.signed_in_at(),
        email: found.email,
        name: found.name,
        is_admin: found.is_admin,
        is_active: found.is_active,
    }
}

/// Changes an account's rights. Nobody changes their own; the last active administrator stays one; a deactivated account's
/// sessions and unused links end at once.
pub async fn update_account(state: &AppState, by: &By, id: &OperatorId, rights: Rights) -> Result<()> {
    if is_self(by, id) {
        return Err(Error::Denied("nobody changes their own rights"));
    }
    let (at, row_no) = (state.clock.now(), state.numbers.next_row().await?);
    state
        .db
        .write(async |tx| {
            db::operators::lock_admins(tx).await?;
            let before = db::operators::find(tx, id).await?.ok_or(Error::NotFound("operator"))?;
            let stays_admin = rights.is_admin && rights.is_active;
            if before.is_admin && before.is_active && !stays_admin && db::operators::count_other_admins(tx, id).await? == 0 {
                return Err(Error::conflict("LAST_ADMIN", "the last active administrator must stay one"));
            }
            db::operators::set_rights(tx, id, &before.name, rights.is_admin, rights.is_active).await?;
            if !rights.is_active {
                db::sessions::delete_of(tx, id, None).await?;
                db::one_time_links::delete_unused_of(tx, id).await?;
            }
            let change = Change {
                action: "operator.update",
                project: None,
                target: format!("operator:{id}"),
                before: Some(json!({ "email": before.email, "isAdmin": before.is_admin, "isActive": before.is_active })),
                after: Some(json!({ "email": before.email, "isAdmin": rights.is_admin, "isActive": rights.is_active })),
            };
            audit::record(tx, row_no, by, at, change).await
        })
        .await
}

/// Whether the one who acts is this operator.
pub(super) fn is_self(by: &By, id: &OperatorId) -> bool {
    matches!(by, By::Operator(operator) if operator.id == *id)
}
