use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::db::{self, payments::Waiting};
use crate::error::{Error, Result};
use crate::model::{Page, Payment, PaymentQuery, PaymentSeq, ProjectId, StoreCode, Timestamp};
use crate::state::AppState;
use crate::users::User;

const LIMIT_MAX: u32 = 100;
/// A number in a cursor is no longer than this.
const NUMBER_BYTES_MAX: usize = 32;
const LIMIT_DEFAULT: u32 = 50;
/// How many unconsumed payments a list or a page has.
const UNCONSUMED_MAX: u32 = 500;

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
    let mut items = db::payments::list(&mut tx, project, query, id_kind, after, limit + 1).await?;
    let has_more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next_cursor = items.last().filter(|_| has_more).map(to_cursor);
    Ok(Page { items, next_cursor })
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
    let after = cursor.map(parse_seq_cursor).transpose()?;
    let waiting = Waiting { stores, after: after.as_ref(), ..Waiting::default() };
    let mut items = list_up_to(state, project, user, waiting, UNCONSUMED_MAX + 1).await?;
    let has_more = items.len() > UNCONSUMED_MAX as usize;
    items.truncate(UNCONSUMED_MAX as usize);
    let next_cursor = items.last().filter(|_| has_more).map(|(last, _)| URL_SAFE_NO_PAD.encode(last.payment_seq.as_str()));
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

fn to_cursor(last: &Payment) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}.{}", last.created_at.0, last.payment_seq))
}

fn parse_cursor(text: &str) -> Result<(Timestamp, PaymentSeq)> {
    let parse = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let (at, seq) = text.split_once('.')?;
        Some((Timestamp(at.parse().ok()?), parse_seq(seq)?))
    };
    parse().ok_or_else(not_a_cursor)
}

fn parse_seq_cursor(text: &str) -> Result<PaymentSeq> {
    let parse = || parse_seq(&String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?);
    parse().ok_or_else(not_a_cursor)
}

fn parse_seq(text: &str) -> Option<PaymentSeq> {
    let is_number = (1..=NUMBER_BYTES_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| PaymentSeq(text.to_owned()))
}

fn not_a_cursor() -> Error {
    Error::invalid("cursor", "is not one that a list gave")
}
