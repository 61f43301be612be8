use serde::{Deserialize, Serialize};

use super::request::Request;
use crate::auth;
use crate::model::{Account, Fault, OperatorId, ViewerProject};

/// An operator's page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperatorPage {
    pub account: Account,
    /// Where they are members, by name.
    pub projects: Vec<ViewerProject>,
    /// The reader's own account: nobody changes their own rights.
    pub is_self: bool,
    /// A one-time link made a moment ago, shown this once.
    pub new_link: Option<String>,
}

/// All accounts. Instance administrators.
pub async fn list_operators() -> Result<Vec<Account>, Fault> {
    let Request { state, .. } = Request::of_administrator().await?;
    Ok(auth::list_accounts(&state).await?)
}

/// One account; a link made a moment ago is shown once. Instance administrators.
pub async fn get_operator(operator: OperatorId) -> Result<OperatorPage, Fault> {
    let Request { state, parts } = Request::of_administrator().await?;
    let reader = auth::signed_in(&state, &parts).await?;
    let (account, projects) = auth::get_account(&state, &operator).await?;
    let new_link = auth::take_note(&state, &parts, operator.as_str()).await?;
    Ok(OperatorPage { account, projects, is_self: reader.id == operator, new_link })
}
