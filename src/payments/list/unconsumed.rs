//! What a user paid for and has not consumed.

use super::cursor_of;
use crate::db::{self, payments::Waiting};
use crate::error::{Error, Result};
use crate::model::{Cursor, Page, Payment, PaymentSeq, ProjectId, Reason, StoreCode};
use crate::payments;
use crate::state::AppState;
use crate::users::User;

/// How many unconsumed payments a list or a page has.
const UNCONSUMED_MAX: u32 = 500;

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
        let token = payments::access_token(state, &payment);
        (payment, token)
    };
    Ok(found.into_iter().map(with_token).collect())
}
