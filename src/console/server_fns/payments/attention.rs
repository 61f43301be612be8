use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{Fault, PaymentSeq, ProjectId};

/// A payment whose store is to be told again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FinishAgainForm {
    pub project: ProjectId,
    pub payment: PaymentSeq,
}

/// Staff dealt with what needed a person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HandledForm {
    pub project: ProjectId,
    pub payment: PaymentSeq,
    pub reason: String,
}

/// Has the store told once more that the buyer has what was bought. Support of the project.
#[server]
pub async fn finish_payment_again(input: FinishAgainForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, payments, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Support).await?;
    Ok(payments::finish_again(&state, &by, &input.project, &input.payment).await?)
}

/// Marks what needed a person as dealt with. Support of the project.
#[server]
pub async fn mark_payment_handled(input: HandledForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, payments, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Support).await?;
    Ok(payments::mark_handled(&state, &by, &input.project, &input.payment, &input.reason).await?)
}
