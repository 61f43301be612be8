mod attention;
mod forms;

use leptos::prelude::*;

use crate::model::Fault;

pub use attention::*;
pub use forms::{AssignForm, CloseForm, CorrectForm, RecheckForm, RefundForm, ReleaseForm, ReopenForm, StoreRefundForm};

/// Marks a payment refunded. Support of the project.
#[server]
pub async fn refund_payment(input: RefundForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, payments, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Support).await?;
    Ok(payments::refund(&state, &by, &input.project, &input.payment, &input.reason).await?)
}

/// Closes a payment that was never paid. Support of the project.
#[server]
pub async fn close_payment(input: CloseForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, payments, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Support).await?;
    Ok(payments::close_by_staff(&state, &by, &input.project, &input.payment, &input.reason).await?)
}

/// Opens a consumed payment for one more consume. Operators of the project.
#[server]
pub async fn reopen_payment(input: ReopenForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, payments, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Configure).await?;
    Ok(payments::reopen(&state, &by, &input.project, &input.payment, &input.reason, input.consumed_at).await?)
}

/// Has the store give a payment's money back. Operators of the project.
#[server]
pub async fn refund_at_store(input: StoreRefundForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, payments, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Configure).await?;
    let refund =
        payments::StoreRefund { ends_access: !input.keeps_access, whole_order: input.whole_order, reason: &input.reason };
    payments::refund_at_store(&state, &by, &input.project, &input.payment, refund).await?;
    Ok(())
}

/// Lays a payment beside what the store says of it now, and enters that. Support of the project.
#[server]
pub async fn recheck_payment(input: RecheckForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, payments, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Support).await?;
    payments::recheck(&state, &by, &input.project, &input.payment).await?;
    Ok(())
}

/// Corrects a payment to SUCCESS with a receipt. Support of the project.
#[server]
pub async fn correct_payment(input: CorrectForm) -> Result<(), Fault> {
    use crate::{auth, console::paths, model::Permission, payments, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Support).await?;
    let correction = payments::Correction {
        receipt_number: input.receipt_number,
        price: input.price,
        currency: input.currency,
        reason: input.reason,
        without_store: input.without_store,
    };
    let corrected = payments::correct(&state, &by, &input.project, &input.payment, &correction).await?;
    // Without the question in the address; the purchase may have been recorded before under a number of its own.
    leptos_axum::redirect(&paths::payment(&input.project, &corrected.payment_seq));
    Ok(())
}

/// Makes a purchase from before the app's date consumable. Support of the project.
#[server]
pub async fn release_payment(input: ReleaseForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, payments, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Support).await?;
    Ok(payments::release(&state, &by, &input.project, &input.payment, &input.reason).await?)
}

/// Gives a purchase to a player: one nobody is surely known for, or that staff gave to another. Support of the project.
#[server]
pub async fn assign_user(input: AssignForm) -> Result<(), Fault> {
    use crate::{auth, console::paths, model::Permission, payments, state::AppState, users::User};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Support).await?;
    let user = User::parse(&input.user_key, Some(&input.user_channel))?;
    let assignment = payments::Assignment { user: &user, is_new: input.is_new, reason: &input.reason };
    payments::assign_user(&state, &by, &input.project, &input.payment, assignment).await?;
    leptos_axum::redirect(&paths::payment(&input.project, &input.payment));
    Ok(())
}
