use serde_json::json;

use super::password;
use super::throttle::Subjects;
use crate::audit::{self, By, Change, SignedIn};
use crate::db;
use crate::error::{Error, Result};
use crate::state::AppState;

/// What a person types at the door.
#[derive(Clone)]
pub struct Credentials {
    pub email: String,
    pub password: String,
    /// Where the request came from.
    pub address: Option<String>,
}

/// Signs an operator in. Unknown e-mail, wrong password and a deactivated account are told apart by nobody.
pub async fn sign_in(state: &AppState, input: &Credentials) -> Result<SignedIn> {
    let email = input.email.trim().to_lowercase();
    let at = state.clock.now();
    let (failure_no, audit_no) = (state.numbers.next_row().await?, state.numbers.next_row().await?);
    let subjects = Subjects::new(&email, input.address.as_deref());
    state.db.write(async |tx| subjects.charge(tx, failure_no, at).await).await?;

    let found = db::operators::find_by_email(&mut state.db.read().await?, &email).await?.filter(|found| found.is_active);
    let is_right = password::verify(&input.password, found.as_ref().map(|found| found.password_hash.as_str())).await?;
    let operator = found.filter(|_| is_right).ok_or_else(wrong)?;

    let signed_in =
        SignedIn { id: operator.id(), email: operator.email, is_admin: operator.is_admin, address: input.address.clone() };
    state
        .db
        .write(async |tx| {
            if !db::operators::mark_signed_in(tx, &signed_in.id, &operator.password_hash, at).await? {
                return Err(wrong());
            }
            subjects.forgive(tx, failure_no).await?;
            let change = Change {
                action: "operator.sign_in",
                project: None,
                target: format!("operator:{}", signed_in.id),
                before: None,
                after: Some(json!({ "email": signed_in.email })),
            };
            audit::record(tx, audit_no, &By::Operator(signed_in.clone()), at, change).await
        })
        .await?;
    Ok(signed_in)
}

fn wrong() -> Error {
    Error::invalid("password", "is wrong, or there is no such account")
}
