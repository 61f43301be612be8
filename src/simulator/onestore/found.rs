//! What a purchase token leads to.

use super::access::Admitted;
use super::failure::{ApiFailure, ApiResult};
use super::ids::read_token;
use crate::db;
use crate::error::Error;
use crate::model::{SimulatedPurchase, SimulatedSubscription, StoreCode, Timestamp};
use crate::state::AppState;

/// More periods than anybody looks back.
const PERIODS_MAX: i64 = 500;

/// A purchase as a path names it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Named<'a> {
    pub product_id: &'a str,
    pub token: &'a str,
}

/// A subscription as one purchase token stands for it: from one sign-up to the next.
pub(super) struct Signup {
    pub chain: SimulatedSubscription,
    /// The sale of the sign-up itself.
    pub first: SimulatedPurchase,
    /// The sale of its latest period.
    pub last: SimulatedPurchase,
    /// No later sign-up took its place.
    pub is_current: bool,
    /// When another plan took its place at once.
    pub replaced_at: Option<Timestamp>,
}

/// The purchase of a managed product.
pub(super) async fn get_managed(state: &AppState, by: &Admitted, named: Named<'_>) -> ApiResult<SimulatedPurchase> {
    let sale = get_sale(state, by, named.token).await?;
    let is_asked = !sale.details.kind.renews() && sale.product_id == named.product_id;
    is_asked.then_some(sale).ok_or_else(no_such_data)
}

/// The subscription of a token.
pub(super) async fn get_signup(state: &AppState, by: &Admitted, named: Named<'_>) -> ApiResult<Signup> {
    let first = get_sale(state, by, named.token).await?;
    if !first.details.kind.renews() || first.product_id != named.product_id {
        return Err(no_such_data());
    }
    let mut tx = state.db.read().await?;
    let chain = db::simulator::find_subscription(&mut tx, &first.chain_id).await?;
    let chain = chain.ok_or_else(|| Error::internal("a simulated period has no subscription"))?;
    let sales = db::simulator::list_of_chain(&mut tx, &first, PERIODS_MAX).await?;
    drop(tx);
    let present = sales.iter().find(|sale| sale.order_id == chain.lifecycle.order_id);
    let present = present.filter(|sale| sale.signup_id() == first.order_id);
    let last = present.or_else(|| sales.iter().find(|sale| sale.signup_id() == first.order_id)).cloned();
    let took_place = |sale: &&SimulatedPurchase| {
        let is_at_once = sale.details.running_order_id.is_none() && !sale.details.is_out_of_app && !sale.details.is_renewal;
        is_at_once && sale.details.previous_signup_id.as_ref() == Some(&first.order_id)
    };
    Ok(Signup {
        replaced_at: sales.iter().find(took_place).map(|sale| sale.purchased_at),
        is_current: present.is_some(),
        last: last.unwrap_or_else(|| first.clone()),
        chain,
        first,
    })
}

async fn get_sale(state: &AppState, by: &Admitted, token: &str) -> ApiResult<SimulatedPurchase> {
    let signup_id = read_token(token).ok_or_else(no_such_data)?;
    let found = db::simulator::find_sale(&mut state.db.read().await?, StoreCode::OneStore, &signup_id).await?;
    found.filter(|sale| by.has(&sale.store_app_id)).ok_or_else(no_such_data)
}

fn no_such_data() -> ApiFailure {
    ApiFailure::of("NoSuchData")
}
