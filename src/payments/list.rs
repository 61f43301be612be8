use crate::db::payments::{Keys, Owned, Waiting};
use crate::db::{self, PageRequest};
use crate::error::{Error, Result};
use crate::model::{Cursor, Page, Payment, PaymentQuery, PaymentSeq, ProjectId, Reason, StoreCode};
use crate::state::AppState;
use crate::users::User;

/// How many unconsumed payments a list or a page has.
const UNCONSUMED_MAX: u32 = 500;
/// Owned payments a page.
const OWNED_PAGE: u32 = 100;

/// One page of a project's payments, newest first.
pub async fn list(state: &AppState, project: &ProjectId, query: &PaymentQuery) -> Result<Page<Payment>> {
    let page = PageRequest::parse(query.cursor.as_deref(), query.limit)?;
    let mut tx = state.db.read().await?;
    let id_kind = match &query.any_id {
        Some(id) => Some(db::payments::resolve(&mut tx, project, id).await?),
        None => None,
    };
    let mut found = db::payments::list(&mut tx, project, query, id_kind, &page).await?;
    if let Some(order_id) = query.store_order_id.as_ref().filter(|_| found.is_empty() && query.any_id.is_none()) {
        // One of the other numbers the store's purchase was seen with.
        let other = PaymentQuery { any_id: Some(order_id.clone()), store_order_id: None, ..query.clone() };
        found = db::payments::list(&mut tx, project, &other, Some(Keys::OtherId), &page).await?;
    }
    Ok(page.page(found, cursor_of))
}

fn cursor_of(last: &Payment) -> Cursor<PaymentSeq> {
    Cursor { at: last.created_at, key: last.payment_seq.clone() }
}

/// What a user bought once and keeps: paid and not taken back, newest first. No stores means all.
pub async fn list_owned(
    state: &AppState,
    project: &ProjectId,
    user: &User,
    stores: &[StoreCode],
    cursor: Option<&str>,
) -> Result<Page<Payment>> {
    let page = PageRequest::parse(cursor, OWNED_PAGE)?;
    let owned = Owned { user_channel: &user.channel, user_key: &user.key, stores };
    let found = db::payments::list_owned(&mut state.db.read().await?, project, &owned, &page).await?;
    Ok(page.page(found, cursor_of))
}

/// A user's paid payments that wait to be consumed, oldest first and at most 500, with the access token each needs. No stores
/// means all.
pub async fn list_unconsumed(
    state: &AppState,
    project: &ProjectId,
    user: &User,
    stores: &[StoreCode],
) -> Result<Vec<(Payment, String)>> {
    list_waiting(state, project, user, Waiting { stores, ..Waiting::default() }).await
}

/// One page of them.
pub async fn list_unconsumed_page(
    state: &AppState,
    project: &ProjectId,
    user: &User,
    stores: &[StoreCode],
    cursor: Option<&str>,
) -> Result<Page<(Payment, String)>> {
    let not_a_cursor = || Error::invalid("cursor", Reason::NotACursor);
    let read = |text: &str| Cursor::<PaymentSeq>::parse(text).ok_or_else(not_a_cursor);
    let after = cursor.map(read).transpose()?;
    let waiting = Waiting { stores, after: after.as_ref().map(|after| &after.key), ..Waiting::default() };
    let mut items = list_up_to(state, project, user, waiting, UNCONSUMED_MAX + 1).await?;
    let has_more = items.len() > UNCONSUMED_MAX as usize;
    items.truncate(UNCONSUMED_MAX as usize);
    let next_cursor = items.last().filter(|_| has_more).map(|(last, _)| cursor_of(last).to_text());
    Ok(Page { items, next_cursor })
}

/// The first of them, narrowed further.
pub(crate) async fn list_waiting(
    state: &AppState,
    project: &ProjectId,
    user: &User,
    waiting: Waiting<'_>,
) -> Result<Vec<(Payment, String)>> {
    list_up_to(state, project, user, waiting, UNCONSUMED_MAX).await
}

async fn list_up_to(
    state: &AppState,
    project: &ProjectId,
    user: &User,
    waiting: Waiting<'_>,
    limit: u32,
) -> Result<Vec<(Payment, String)>> {
    let mut tx = state.db.read().await?;
    let found = db::payments::list_unconsumed(&mut tx, project, &user.channel, &user.key, waiting, limit).await?;
    let with_token = |payment: Payment| {
        let token = super::access_token(state, &payment);
        (payment, token)
    };
    Ok(found.into_iter().map(with_token).collect())
}
