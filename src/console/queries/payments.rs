use serde::{Deserialize, Serialize};

use super::request::Request;
use crate::model::{
    App, Fault, JobAlarm, ListTotals, Page, Payment, PaymentDetail, PaymentQuery, PaymentSeq, Permission, ProjectId, SavedView,
    Subscription, UserTotal,
};
use crate::users::User;
use crate::{auth, catalog, jobs, payments, projects, statistics, subscriptions};

/// The list of payments, with what its filters choose from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PaymentsPage {
    pub payments: Page<Payment>,
    pub apps: Vec<App>,
    /// Ids and names of products, for the filter to offer.
    pub products: Vec<(String, String)>,
    /// Where they were asked for.
    pub totals: Option<ListTotals>,
    /// The reader's own.
    pub views: Vec<SavedView>,
}

/// A payment's page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PaymentPage {
    pub detail: PaymentDetail,
    /// Its jobs whose deadline is near.
    pub alarms: Vec<JobAlarm>,
    /// Whether the reader may change its status.
    pub may_support: bool,
    /// Whether the reader may have the store give its money back.
    pub may_refund_at_store: bool,
    /// The payments that the store gives back with it, for they are of one order.
    pub paid_beside: Vec<PaymentSeq>,
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

/// One page of a project's payments. Readers of the project.
pub async fn list_payments(project: ProjectId, query: PaymentQuery) -> Result<Page<Payment>, Fault> {
    let Request { state, .. } = Request::of_member(&project, Permission::Read).await?;
    Ok(payments::list(&state, &project, &query).await?)
}

/// The list's page; with `with_totals`, all that the query finds is added up. Readers of the project.
pub async fn get_payments(project: ProjectId, query: PaymentQuery, with_totals: bool) -> Result<PaymentsPage, Fault> {
    let (Request { state, parts }, operator) = Request::of_signed_in().await?;
    auth::member(&state, &parts, &project, Permission::Read).await?;
    let totals = match with_totals {
        true => Some(payments::sum(&state, &project, &query).await?),
        false => None,
    };
    Ok(PaymentsPage {
        payments: payments::list(&state, &project, &query).await?,
        apps: projects::list_apps(&state, &project).await?,
        products: catalog::list_names(&state, &project).await?,
        totals,
        views: payments::list_views(&state, &project, &operator).await?,
    })
}

/// One payment with its history. Readers of the project.
pub async fn get_payment(project: ProjectId, payment: PaymentSeq) -> Result<PaymentPage, Fault> {
    let request = Request::of_member(&project, Permission::Read).await?;
    let may_support = request.may(&project, Permission::Support).await;
    let may_refund_at_store = request.may(&project, Permission::Configure).await;
    let detail = payments::get_detail(&request.state, &project, &payment).await?;
    let alarms = jobs::list_alarms_of_payment(&request.state, &project, &payment).await?;
    let paid_beside = match may_refund_at_store {
        true => payments::list_paid_beside(&request.state, &project, &detail.payment).await?,
        false => Vec::new(),
    };
    Ok(PaymentPage { detail, alarms, may_support, may_refund_at_store, paid_beside })
}

/// A player with what is theirs. Readers of the project.
pub async fn get_user(
    project: ProjectId,
    user_key: String,
    user_channel: String,
    cursor: Option<String>,
) -> Result<UserPage, Fault> {
    let Request { state, .. } = Request::of_member(&project, Permission::Read).await?;
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
