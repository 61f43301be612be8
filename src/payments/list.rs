use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::db;
use crate::db::payments::{Keys, Owned, Waiting};
use crate::error::{Error, Result};
use crate::model::{Page, Payment, PaymentQuery, PaymentSeq, ProjectId, StoreCode, Timestamp};
use crate::state::AppState;
use crate::users::User;

const LIMIT_MAX: u32 = 100;
/// A number in a cursor is no longer than this.
const NUMBER_BYTES_MAX: usize = 32;
const LIMIT_DEFAULT: u32 = 50;
/// More unconsumed payments than any honest player has.
const UNCONSUMED_MAX: u32 = 500;
/// Owned payments a page.
const OWNED_PAGE: u32 = 500;

/// One page of a project's payments, newest first.
pub async fn list(state: &AppState, project: &ProjectId, query: &PaymentQuery) -> Result<Page<Payment>> {
    let limit = match query.limit {
        0 => LIMIT_DEFAULT,
        limit if limit <= LIMIT_MAX => limit,
        _ => return Err(Error::invalid("limit", format!("must be 1 to {LIMIT_MAX}"))),
    };
    let after = query.cursor.as_deref().map(parse_cursor).transpose()?;
    let mut tx = state.db.read().await?;
    let id_kind = match &query.any_id {
        Some(id) => Some(db::payments::resolve(&mut tx, project, id).await?),
        None => None,
    };
    let mut items = db::payments::list(&mut tx, project, query, id_kind, after.clone(), limit + 1).await?;
    if let Some(order_id) = query.store_order_id.as_ref().filter(|_| items.is_empty() && query.any_id.is_none()) {
        // One of the other numbers the store's purchase was seen with.
        let other = PaymentQuery { any_id: Some(order_id.clone()), store_order_id: None, ..query.clone() };
        items = db::payments::list(&mut tx, project, &other, Some(Keys::OtherId), after, limit + 1).await?;
    }
    Ok(page(items, limit))
}

/// What a user bought once and keeps: paid and not taken back, newest first. No stores means all.
pub async fn list_owned(
    state: &AppState,
    project: &ProjectId,
    user: &User,
    stores: &[StoreCode],
    cursor: Option<&str>,
) -> Result<Page<Payment>> {
    let after = cursor.map(parse_cursor).transpose()?;
    let owned = Owned { user_channel: &user.channel, user_key: &user.key, stores, after };
    let items = db::payments::list_owned(&mut state.db.read().await?, project, &owned, OWNED_PAGE + 1).await?;
    Ok(page(items, OWNED_PAGE))
}

/// A page of `limit` rows; one row more says that there is another page.
fn page(mut items: Vec<Payment>, limit: u32) -> Page<Payment> {
    let has_more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next_cursor = items.last().filter(|_| has_more).map(to_cursor);
    Page { items, next_cursor }
}

/// A user's paid payments that wait to be consumed, oldest first, with the access token each needs. No stores means all.
pub async fn list_unconsumed(
    state: &AppState,
    project: &ProjectId,
    user: &User,
    stores: &[StoreCode],
) -> Result<Vec<(Payment, String)>> {
    list_waiting(state, project, user, Waiting { stores, ..Waiting::default() }).await
}

/// The same, narrowed further.
pub(crate) async fn list_waiting(
    state: &AppState,
    project: &ProjectId,
    user: &User,
    waiting: Waiting<'_>,
) -> Result<Vec<(Payment, String)>> {
    let mut tx = state.db.read().await?;
    let found = db::payments::list_unconsumed(&mut tx, project, &user.channel, &user.key, waiting, UNCONSUMED_MAX).await?;
    let with_token = |payment: Payment| {
        let token = super::access_token(state, &payment);
        (payment, token)
    };
    Ok(found.into_iter().map(with_token).collect())
}

fn to_cursor(last: &Payment) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}.{}", last.created_at.0, last.payment_seq))
}

fn parse_cursor(text: &str) -> Result<(Timestamp, PaymentSeq)> {
    let parse = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let (at, seq) = text.split_once('.')?;
        let is_number = seq.len() <= NUMBER_BYTES_MAX && seq.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then_some((Timestamp(at.parse().ok()?), PaymentSeq(seq.to_owned())))
    };
    parse().ok_or_else(|| Error::invalid("cursor", "is not one that a list gave"))
}
