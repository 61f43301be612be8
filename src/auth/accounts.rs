use serde_json::json;

use crate::audit::{self, By, Change};
use crate::db::{self, Tx, operators::OPERATORS_MAX};
use crate::error::{Error, Result};
use crate::model::{Account, Kept, OperatorId, Reason, Version, ViewerProject};
use crate::state::AppState;

/// What an instance administrator may set of an account; what is not given stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rights {
    pub is_admin: Option<bool>,
    pub is_active: Option<bool>,
    /// The version the change is based on; none for any.
    pub seen: Option<Version>,
}

/// All accounts, by e-mail.
pub async fn list_accounts(state: &AppState) -> Result<Vec<Account>> {
    let found = db::operators::list(&mut state.db.read().await?).await?;
    Ok(found.into_iter().map(to_account).collect())
}

/// The active instance administrators, by e-mail; each enters every project as ADMIN.
pub async fn list_administrators(state: &AppState) -> Result<Vec<Account>> {
    let found = db::operators::list_admins(&mut state.db.read().await?).await?;
    Ok(found.into_iter().map(to_account).collect())
}

/// One account and the projects it is a member of.
pub async fn get_account(state: &AppState, id: &OperatorId) -> Result<(Account, Vec<ViewerProject>)> {
    let mut tx = state.db.read().await?;
    let found = db::operators::find(&mut tx, id).await?.ok_or(Error::NotFound("operator"))?;
    let projects = db::memberships::list_projects(&mut tx, id, false).await?;
    Ok((to_account(found), projects))
}

fn to_account(found: db::operators::Operator) -> Account {
    Account {
        id: found.id,
        is_invited: found.password_hash.is_empty(),
        has_second_factor: found.totp_secret.is_some(),
        created_at: found.created_at,
        signed_in_at: found.signed_in_at,
        version: found.version,
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
    let at = state.clock.now();
    state
        .db
        .write(async |tx| {
            db::operators::lock_admins(tx).await?;
            let before = db::operators::find(tx, id).await?.ok_or(Error::NotFound("operator"))?;
            if !before.version.is_base_of(rights.seen) {
                return Err(Error::edited_meanwhile());
            }
            let is_admin = rights.is_admin.unwrap_or(before.is_admin);
            let is_active = rights.is_active.unwrap_or(before.is_active);
            let is_last = before.is_admin && before.is_active && db::operators::count_other_admins(tx, id).await? == 0;
            if is_last && !(is_admin && is_active) {
                return Err(Error::conflict("LAST_ADMIN", "the last active administrator must stay one"));
            }
            if !db::operators::set_rights(tx, id, is_admin, is_active, before.version).await? {
                return Err(Error::edited_meanwhile());
            }
            if !is_active {
                db::sessions::delete_of(tx, id, None).await?;
                db::one_time_links::delete_unused_of(tx, id).await?;
            }
            let told =
                |is_admin: bool, is_active: bool| json!({ "email": before.email, "isAdmin": is_admin, "isActive": is_active });
            let change = Change {
                action: "operator.update",
                project: None,
                target: format!("operator:{id}"),
                before: Some(told(before.is_admin, before.is_active)),
                after: Some(told(is_admin, is_active)),
            };
            audit::record(tx, by, at, change).await
        })
        .await
}

/// Refuses one more account than every list of them has.
pub(super) async fn refuse_too_many(tx: &mut Tx) -> Result<()> {
    if db::operators::count(tx).await? >= OPERATORS_MAX {
        return Err(Error::invalid("email", Reason::OneTooMany { of: Kept::Accounts, max: OPERATORS_MAX }));
    }
    Ok(())
}

/// Whether the one who acts is this operator.
pub(super) fn is_self(by: &By, id: &OperatorId) -> bool {
    matches!(by, By::Operator(operator) if operator.id == *id)
}
