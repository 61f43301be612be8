use crate::db::{self, PageRequest, payments::Waiting};
use crate::error::Result;
use crate::model::{Cursor, Page, Payment, PaymentQuery, ProjectId, StoreCode};
use crate::state::AppState;
use crate::users::User;

/// More unconsumed payments than any honest player has.
const UNCONSUMED_MAX: u32 = 500;

/// One page of a project's payments, newest first.
pub async fn list(state: &AppState, project: &ProjectId, query: &PaymentQuery) -> Result<Page<Payment>> {
    let page = PageRequest::parse(query.cursor.as_deref(), query.limit)?;
    let mut tx = state.db.read().await?;
    let id_kind = match &query.any_id {
        Some(id) => Some(db::payments::resolve(&mut tx, project, id).await?),
        None => None,
    };
    let found = db::payments::list(&mut tx, project, query, id_kind, &page).await?;
    Ok(page.page(found, |last| Cursor { at: last.created_at, key: last.payment_seq.clone() }))
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
