mod unconsumed;

use crate::db::payments::{Keys, Owned};
use crate::db::{self, PageRequest};
use crate::error::Result;
use crate::model::{Cursor, ListTotals, Page, Payment, PaymentQuery, PaymentSeq, ProjectId, StoreCode};
use crate::state::AppState;
use crate::users::User;

pub(crate) use unconsumed::list_waiting;
pub use unconsumed::{list_unconsumed, list_unconsumed_page};

/// Owned payments a page.
const OWNED_PAGE: u32 = 100;

/// So many payments of a list are added up at most; a list of more says "at least".
pub const TOTALS_MAX: i64 = 100_000;

/// What the payments a query finds add up to, by environment and currency.
pub async fn sum(state: &AppState, project: &ProjectId, query: &PaymentQuery) -> Result<ListTotals> {
    let mut tx = state.db.read().await?;
    let id_kind = match &query.any_id {
        Some(id) => Some(db::payments::resolve(&mut tx, project, id).await?),
        None => None,
    };
    let found = db::payments::sum(&mut tx, project, query, id_kind, TOTALS_MAX).await?;
    let payments = found.iter().map(|total| total.payments).sum();
    let kept = found.into_iter().filter_map(|total| Some((total.environment, total.kept?)));
    Ok(ListTotals { payments, is_cut: payments == TOTALS_MAX, kept: kept.collect() })
}

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
