use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{Fault, PaymentSeq, ProjectId};

/// A note about a payment, or about a player where no payment is named; field names as the use case's errors name them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NoteForm {
    pub project: ProjectId,
    #[serde(default)]
    pub payment: Option<PaymentSeq>,
    #[serde(default)]
    pub user_key: String,
    #[serde(default)]
    pub user_channel: String,
    pub note: String,
}

/// Writes a note about a payment or a player. Support of the project.
#[server]
pub async fn add_note(input: NoteForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, notes, state::AppState, users::User};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Support).await?;
    if let Some(payment) = &input.payment {
        return Ok(notes::add(&state, &by, &input.project, notes::About::Payment(payment), &input.note).await?);
    }
    let user = User::parse(&input.user_key, Some(&input.user_channel))?;
    Ok(notes::add(&state, &by, &input.project, notes::About::User(&user), &input.note).await?)
}
