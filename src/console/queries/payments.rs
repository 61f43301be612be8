use serde::{Deserialize, Serialize};

use super::request::Request;
use crate::error::Error;
use crate::model::{
    Ability, App, Fault, JobAlarm, ListTotals, Money, Note, Page, Payment, PaymentDetail, PaymentQuery, PaymentSeq,
    PaymentStatus, Permission, ProjectId, SavedView, StoreNotification, Subscription, Timestamp, USER_CHANNEL_DEFAULT, UserTotal,
};
use crate::payments::{Explained, ReceiptPurchase};
use crate::state::AppState;
use crate::users::{Activity, User};
use crate::{auth, catalog, jobs, notes, notifications, payments, projects, statistics, subscriptions, users};

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
    pub explained: Explained,
    pub now: Timestamp,
    /// What the store told of its purchase, the newest first.
    pub notifications: Vec<StoreNotification>,
    /// The subscription it is a period of.
    pub subscription: Option<Subscription>,
    /// What looks like the same purchase paid once more.
    pub duplicates: Vec<Payment>,
    pub notes: Vec<Note>,
    /// Its jobs whose deadline is near.
    pub alarms: Vec<JobAlarm>,
    /// Whether the reader may change its status.
    pub may_support: bool,
    /// Whether the reader may have money given back and goods given again.
    pub may_operate: bool,
    /// The payments that the store gives back with it, for they are of one order.
    pub paid_beside: Vec<PaymentSeq>,
    pub correction: Option<CorrectionAid>,
    pub assignee: Option<Assignee>,
}

/// What staff asked on a payment's page before they act.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PaymentQuestion {
    /// The number on the player's receipt.
    pub receipt: String,
    /// The player to give the payment to, and their channel.
    pub assignee: String,
    pub channel: String,
}

/// What helps staff to correct a payment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CorrectionAid {
    /// The number that was looked up, and what the store says of it.
    pub found: Option<(String, Result<Vec<ReceiptPurchase>, Fault>)>,
    /// What else the player paid for within a day.
    pub near: Vec<Payment>,
    /// What the product cost last, as far as it is known.
    pub usual_price: Option<Money>,
}

/// A player whom staff are about to give a payment to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assignee {
    pub user_key: String,
    pub user_channel: String,
    /// What is known of them; none where this server knows no such player, and a fault where there can be none.
    pub known: Result<Option<Activity>, Fault>,
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
    /// What each of `payments` means, in their order.
    pub explained: Vec<Explained>,
    pub notes: Vec<Note>,
    pub now: Timestamp,
    /// Whether this server knows the player at all.
    pub is_known: bool,
    /// Whether the reader may write a note.
    pub may_support: bool,
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
pub async fn get_payment(project: ProjectId, payment: PaymentSeq, question: PaymentQuestion) -> Result<PaymentPage, Fault> {
    let request = Request::of_member(&project, Permission::Read).await?;
    let may_support = request.may(&project, Permission::Support).await;
    let may_operate = request.may(&project, Permission::Configure).await;
    let state = &request.state;
    let detail = payments::get_detail(state, &project, &payment).await?;
    let one = &detail.payment;
    let mut explained = payments::explain(state, &project, std::slice::from_ref(one)).await?;
    let paid_beside = match may_operate {
        true => payments::list_paid_beside(state, &project, one).await?,
        false => Vec::new(),
    };
    let (correction, assignee) = match may_support {
        true => (aid_correction(state, &project, one, &question).await?, find_assignee(state, &project, one, &question).await?),
        false => (None, None),
    };
    Ok(PaymentPage {
        explained: explained.pop().ok_or_else(|| Fault::from(Error::NotFound("payment")))?,
        now: state.clock.now(),
        notifications: notifications::list_of_payment(state, &project, one).await?,
        subscription: subscriptions::find_of_payment(state, &project, one).await?,
        duplicates: payments::list_duplicates(state, &project, one).await?,
        notes: notes::list_of_payment(state, &project, one).await?,
        alarms: jobs::list_alarms_of_payment(state, &project, &payment).await?,
        may_support,
        may_operate,
        paid_beside,
        correction,
        assignee,
        detail,
    })
}

/// What helps to correct a payment that may be corrected.
async fn aid_correction(
    state: &AppState,
    project: &ProjectId,
    payment: &Payment,
    question: &PaymentQuestion,
) -> Result<Option<CorrectionAid>, Fault> {
    if !payment.can_correct(projects::store_can(state, payment.store, Ability::VerifyLate)) {
        return Ok(None);
    }
    let near = PaymentQuery {
        user_key: Some(payment.user_key.clone()),
        user_channel: Some(payment.user_channel.clone()),
        from: Some(payment.created_at.plus_millis(-Timestamp::DAY)),
        to: Some(payment.created_at.plus_millis(Timestamp::DAY)),
        ..PaymentQuery::default()
    };
    let mut near = payments::list(state, project, &near).await?.items;
    near.retain(|other| other.payment_seq != payment.payment_seq && other.verified_at.is_some());
    let number = question.receipt.trim();
    let found = match number.is_empty() {
        true => None,
        false => {
            let said = payments::look_up_receipt(state, project, &payment.payment_seq, number).await;
            Some((number.to_owned(), said.map_err(Fault::from)))
        }
    };
    let sold = PaymentQuery {
        product_id: Some(payment.product_id.clone()),
        store: Some(payment.store),
        status: Some(PaymentStatus::Success),
        limit: 1,
        ..PaymentQuery::default()
    };
    let usual_price = payments::list(state, project, &sold).await?.items.pop().and_then(|sold| sold.price);
    Ok(Some(CorrectionAid { found, near, usual_price }))
}

/// The player that staff ask for, where the payment may be given to one.
async fn find_assignee(
    state: &AppState,
    project: &ProjectId,
    payment: &Payment,
    question: &PaymentQuestion,
) -> Result<Option<Assignee>, Fault> {
    let user_key = question.assignee.trim().to_owned();
    if user_key.is_empty() || !payment.can_assign() {
        return Ok(None);
    }
    let channel = Some(question.channel.trim()).filter(|channel| !channel.is_empty()).unwrap_or(USER_CHANNEL_DEFAULT);
    let known = match User::parse(&user_key, Some(channel)) {
        Ok(user) => users::find_activity(state, project, &user).await.map_err(Fault::from),
        Err(error) => Err(Fault::from(error)),
    };
    Ok(Some(Assignee { user_key, user_channel: channel.to_owned(), known }))
}

/// A player with what is theirs. Readers of the project.
pub async fn get_user(
    project: ProjectId,
    user_key: String,
    user_channel: String,
    cursor: Option<String>,
) -> Result<UserPage, Fault> {
    let request = Request::of_member(&project, Permission::Read).await?;
    let may_support = request.may(&project, Permission::Support).await;
    let state = request.state;
    let user = User::parse(&user_key, Some(&user_channel))?;
    let query = PaymentQuery {
        user_key: Some(user.key.clone()),
        user_channel: Some(user.channel.clone()),
        cursor,
        ..PaymentQuery::default()
    };
    let unconsumed = payments::list_unconsumed(&state, &project, &user, &[]).await?;
    let payments = payments::list(&state, &project, &query).await?;
    Ok(UserPage {
        explained: payments::explain(&state, &project, &payments.items).await?,
        notes: notes::list_of_user(&state, &project, &user).await?,
        now: state.clock.now(),
        is_known: users::find_activity(&state, &project, &user).await?.is_some(),
        may_support,
        account_token: user.account_token(&state.keys.tokens, &project),
        totals: statistics::sum_of_user(&state, &project, &user).await?,
        unconsumed: unconsumed.into_iter().map(|(payment, _)| payment).collect(),
        owned: payments::list_owned(&state, &project, &user, &[], None).await?.items,
        subscriptions: subscriptions::list_of_user(&state, &project, &user, &[], true).await?,
        payments,
        user_key: user.key,
        user_channel: user.channel,
    })
}
