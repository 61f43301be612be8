//! A customer's transactions and refunds, page by page.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::access::Admitted;
use super::customer::{find_customer, list_chains, list_purchases, sign};
use super::failure::{ApiFailure, ApiResult};
use super::lookups::head;
use super::payloads::ownership;
use crate::model::{RevocationKind, SaleKind, SimulatedPurchase, TextKind, Timestamp, has_control};
use crate::simulator::query::Query;
use crate::state::AppState;

const PAGE: usize = 20;
const OWNERSHIPS: [&str; 3] = ["PURCHASED", "FAMILY_SHARED", "ASSIGNED"];

/// Get Transaction History (v2).
pub async fn history(state: &AppState, by: &Admitted, id: &str, query: &Query) -> ApiResult {
    pages(state, by, id, query, |_| true).await
}

/// Get Transaction History V1, which leaves out consumables that were finished.
pub async fn history_v1(state: &AppState, by: &Admitted, id: &str, query: &Query) -> ApiResult {
    pages(state, by, id, query, |sale| sale.details.kind != SaleKind::Consumable || sale.details.finished_at.is_none()).await
}

async fn pages(
    state: &AppState,
    by: &Admitted,
    id: &str,
    query: &Query,
    is_listed: impl Fn(&SimulatedPurchase) -> bool,
) -> ApiResult {
    let filter = Filter::read(query)?;
    let after = read_revision(query, &filter.name)?;
    let customer = find_customer(state, by, id).await?;
    let mut all = list_purchases(state, by, &customer.customer_id).await?;
    all.retain(|sale| is_listed(sale) && filter.takes(sale));
    let place = |sale: &SimulatedPurchase| Place { count: sale.changed, order_id: sale.order_id.clone() };
    if filter.is_descending {
        all.reverse();
    }
    let is_after = |sale: &SimulatedPurchase| match &after {
        Some(after) if filter.is_descending => place(sale) < *after,
        Some(after) => place(sale) > *after,
        None => true,
    };
    all.retain(is_after);
    let has_more = all.len() > PAGE;
    all.truncate(PAGE);
    let last = all.last().map(place).or(after).unwrap_or_default();
    let mut answer = head(state, by).await?;
    answer["revision"] = write_revision(&last, &filter.name).into();
    answer["hasMore"] = has_more.into();
    answer["signedTransactions"] = sign_all(state, by, &customer.customer_id, &all).await?;
    Ok(answer)
}

async fn sign_all(state: &AppState, by: &Admitted, customer_id: &str, sales: &[SimulatedPurchase]) -> ApiResult {
    let chains = list_chains(state, by, customer_id).await?;
    sales.iter().map(|sale| sign(state, by, sale, &chains).map(Value::from)).collect()
}

/// Get Refund History: what was refunded, the earliest first.
pub async fn refund_history(state: &AppState, by: &Admitted, id: &str, query: &Query) -> ApiResult {
    let after = read_revision(query, "refunds")?;
    let customer = find_customer(state, by, id).await?;
    let mut all = list_purchases(state, by, &customer.customer_id).await?;
    let is_refund = |sale: &SimulatedPurchase| {
        let kind = sale.details.revocation.map(|revocation| revocation.kind);
        sale.revoked_at.is_some() && kind.is_none_or(RevocationKind::is_refund)
    };
    all.retain(is_refund);
    let place = |sale: &SimulatedPurchase| Place { count: sale.revoked_at.map_or(0, |at| at.0), order_id: sale.order_id.clone() };
    all.sort_by_key(place);
    all.retain(|sale| after.as_ref().is_none_or(|after| place(sale) > *after));
    let has_more = all.len() > PAGE;
    all.truncate(PAGE);
    let last = all.last().map(place).or(after).unwrap_or_default();
    Ok(serde_json::json!({
        "revision": write_revision(&last, "refunds"),
        "hasMore": has_more,
        "signedTransactions": sign_all(state, by, &customer.customer_id, &all).await?,
    }))
}

/// Where a page ended.
#[derive(Default, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    /// What the list is ordered by first.
    count: i64,
    order_id: String,
}

fn write_revision(place: &Place, filter: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}\n{}\n{filter}", place.count, place.order_id))
}

/// Reads a revision; one that was given for other questions is as bad as none of ours.
fn read_revision(query: &Query, filter: &str) -> ApiResult<Option<Place>> {
    let Some(text) = query.first("revision") else { return Ok(None) };
    let read = || {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let (count, rest) = text.split_once('\n')?;
        let (order_id, asked) = rest.split_once('\n')?;
        let is_ours = asked == filter && !has_control(order_id, TextKind::Line);
        Some(Place { count: count.parse().ok()?, order_id: order_id.to_owned() }).filter(|_| is_ours)
    };
    read().map(Some).ok_or(ApiFailure::INVALID_REVISION)
}

struct Filter {
    /// All of it as text.
    name: String,
    start: Option<Timestamp>,
    end: Option<Timestamp>,
    products: Vec<String>,
    kinds: Vec<SaleKind>,
    groups: Vec<String>,
    ownership: Option<String>,
    is_revoked: Option<bool>,
    is_descending: bool,
}

impl Filter {
    fn read(query: &Query) -> ApiResult<Self> {
        let start = query.moment("startDate", ApiFailure::INVALID_START)?;
        let end = query.moment("endDate", ApiFailure::INVALID_END)?;
        if start.zip(end).is_some_and(|(start, end)| start >= end) {
            return Err(ApiFailure::START_AFTER_END);
        }
        let is_descending = match query.first("sort") {
            None | Some("ASCENDING") => false,
            Some("DESCENDING") => true,
            Some(_) => return Err(ApiFailure::INVALID_SORT),
        };
        let ownership = query.first("inAppOwnershipType");
        if ownership.is_some_and(|word| !OWNERSHIPS.contains(&word)) {
            return Err(ApiFailure::INVALID_OWNERSHIP);
        }
        let excludes_revoked = query.flag("excludeRevoked", ApiFailure::INVALID_EXCLUDE_REVOKED)?;
        let is_revoked = query.flag("revoked", ApiFailure::INVALID_REVOKED)?;
        let texts = |name: &'static str, failure: fn() -> ApiFailure| {
            let check = |text: &str| if text.is_empty() { Err(failure()) } else { Ok(text.to_owned()) };
            query.all(name).map(check).collect::<ApiResult<Vec<String>>>()
        };
        Ok(Self {
            name: query.without("revision"),
            start,
            end,
            products: texts("productId", || ApiFailure::INVALID_PRODUCT_ID)?,
            kinds: query.all("productType").map(read_kind).collect::<ApiResult<_>>()?,
            groups: texts("subscriptionGroupIdentifier", || ApiFailure::INVALID_GROUP)?,
            ownership: ownership.map(str::to_owned),
            is_revoked: is_revoked.or(excludes_revoked.filter(|excludes| *excludes).map(|_| false)),
            is_descending,
        })
    }

    fn takes(&self, sale: &SimulatedPurchase) -> bool {
        let details = &sale.details;
        let among = |all: &[String], one: &str| all.is_empty() || all.iter().any(|each| each == one);
        self.start.is_none_or(|start| start <= sale.purchased_at)
            && self.end.is_none_or(|end| sale.purchased_at < end)
            && among(&self.products, &sale.product_id)
            && (self.kinds.is_empty() || self.kinds.contains(&details.kind))
            && among(&self.groups, details.group_id.as_deref().unwrap_or_default())
            && self.ownership.as_deref().is_none_or(|word| word == ownership(details))
            && self.is_revoked.is_none_or(|is_revoked| is_revoked == sale.revoked_at.is_some())
    }
}

/// The query's spelling, which is not the payload's.
fn read_kind(text: &str) -> ApiResult<SaleKind> {
    match text {
        "AUTO_RENEWABLE" => Ok(SaleKind::AutoRenewable),
        "NON_RENEWABLE" => Ok(SaleKind::NonRenewing),
        "CONSUMABLE" => Ok(SaleKind::Consumable),
        "NON_CONSUMABLE" => Ok(SaleKind::NonConsumable),
        _ => Err(ApiFailure::INVALID_PRODUCT_TYPE),
    }
}
