use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{Fault, Page, Payment, PaymentDetail, PaymentQuery, PaymentSeq, ProjectId, Subscription, UserTotal};

/// A payment's page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PaymentPage {
    pub detail: PaymentDetail,
    /// Whether the reader may change its status.
    pub may_support: bool,
}

/// A player's page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UserPage {
    pub user_key: String,
    pub user_channel: String,
    pub account_token: String,
    pub totals: Vec<UserTotal>,
    pub unconsumed: Vec<Payment>,
    /// What the player bought once and keeps, the newest first.
    pub owned: Vec<Payment>,
    /// Those that are over too, the newest first.
    pub subscriptions: Vec<Subscription>,
    pub payments: Page<Payment>,
}

/// An operator takes a payment back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RefundForm {
    pub project: ProjectId,
    pub payment: PaymentSeq,
    pub reason: String,
}

/// A payment to ask the store about.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RecheckForm {
    pub project: ProjectId,
    pub payment: PaymentSeq,
}

/// An operator corrects a payment to SUCCESS; field names as the use case's errors name them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CorrectForm {
    pub project: ProjectId,
    pub payment: PaymentSeq,
    pub receipt_number: String,
    /// Needed where the store can't be asked, as the currency is.
    #[serde(default)]
    pub price: String,
    #[serde(default)]
    pub currency: String,
    pub reason: String,
    #[serde(default)]
    pub without_store: bool,
}

/// Staff make a purchase from before the app's date consumable.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReleaseForm {
    pub project: ProjectId,
    pub payment: PaymentSeq,
    pub reason: String,
}

/// Staff give a purchase to a player; field names as the use case's errors name them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssignForm {
    pub project: ProjectId,
    pub payment: PaymentSeq,
    pub user_key: String,
    pub user_channel: String,
    pub reason: String,
}

/// One page of a project's payments. Readers of the project.
#[server(input = leptos::server_fn::codec::Json)]
pub async fn list_payments(project: ProjectId, query: PaymentQuery) -> Result<Page<Payment>, Fault> {
    use crate::{auth, model::Permission, payments, state::AppState};
    let state = expect_context::<AppState>();
    auth::member(&state, &expect_context::<http::request::Parts>(), &project, Permission::Read).await?;
    Ok(payments::list(&state, &project, &query).await?)
}

/// One payment with its history. Readers of the project.
#[server]
pub async fn get_payment(project: ProjectId, payment: PaymentSeq) -> Result<PaymentPage, Fault> {
    use crate::{auth, model::Permission, payments, state::AppState};
    let (state, parts) = (expect_context::<AppState>(), expect_context::<http::request::Parts>());
    auth::member(&state, &parts, &project, Permission::Read).await?;
    let may_support = auth::member(&state, &parts, &project, Permission::Support).await.is_ok();
    Ok(PaymentPage { detail: payments::get_detail(&state, &project, &payment).await?, may_support })
}

/// A player with what is theirs. Readers of the project.
#[server]
pub async fn get_user(
    project: ProjectId,
    user_key: String,
    user_channel: String,
    cursor: Option<String>,
) -> Result<UserPage, Fault> {
    use crate::{auth, model::Permission, payments, state::AppState, statistics, subscriptions, users::User};
    let state = expect_context::<AppState>();
    auth::member(&state, &expect_context::<http::request::Parts>(), &project, Permission::Read).await?;
    let user = User::parse(&user_key, Some(&user_channel))?;
    let query = PaymentQuery {
        user_key: Some(user.key.clone()),
        user_channel: Some(user.channel.clone()),
        cursor,
        ..PaymentQuery::default()
    };
    let unconsumed = payments::list_unconsumed(&state, &project, &user, &[]).await?;
    Ok(UserPage {
        account_token: user.account_token(&state.keys.tokens, &project),
        totals: statistics::sum_of_user(&state, &project, &user).await?,
        unconsumed: unconsumed.into_iter().map(|(payment, _)| payment).collect(),
        owned: payments::list_owned(&state, &project, &user, &[], None).await?.items,
        subscriptions: subscriptions::list_of_user(&state, &project, &user, &[], true).await?,
        payments: payments::list(&state, &project, &query).await?,
        user_key: user.key,
        user_channel: user.channel,
    })
}

/// Marks a payment refunded. Support of the project.
#[server]
pub async fn refund_payment(input: RefundForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, payments, state::AppState};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Support).await?;
    Ok(payments::refund(&state, &by, &input.project, &input.payment, &input.reason).await?)
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
    // The purchase may have been recorded before under a number of its own.
    if corrected.payment_seq != input.payment {
        leptos_axum::redirect(&paths::payment(&input.project, &corrected.payment_seq));
    }
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

/// Gives a purchase nobody is surely known for to a player. Support of the project.
#[server]
pub async fn assign_user(input: AssignForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, payments, state::AppState, users::User};
    let state = expect_context::<AppState>();
    let by = auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Support).await?;
    let user = User::parse(&input.user_key, Some(&input.user_channel))?;
    payments::assign_user(&state, &by, &input.project, &input.payment, &user, &input.reason).await?;
    Ok(())
}
