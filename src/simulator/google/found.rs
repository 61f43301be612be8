//! What a purchase token or an order id leads to.

use super::access::Admitted;
use super::failure::{ApiFailure, ApiResult};
use super::ids::read_token;
use crate::db;
use crate::error::Error;
use crate::model::{Lifecycle, SimulatedPurchase, SimulatedSubscription, StoreCode};
use crate::state::AppState;

/// More periods than anybody looks back.
const PERIODS_MAX: i64 = 500;
const TOKEN_BYTES_MAX: usize = 1_000;

/// A subscription as one purchase token stands for it: from one sign-up to the next.
pub(super) struct Signup {
    pub chain: SimulatedSubscription,
    /// The sale of the sign-up itself.
    pub first: SimulatedPurchase,
    /// The sale of its latest period.
    pub last: SimulatedPurchase,
    /// No later sign-up took its place.
    pub is_current: bool,
}

impl Signup {
    /// How it goes on, or stood when the customer signed up anew after its end.
    pub fn lifecycle(&self) -> &Lifecycle {
        let end = self.last.details.signup_end.as_deref().filter(|_| !self.is_current);
        end.unwrap_or(&self.chain.lifecycle)
    }

    /// Whether it is known how it goes on, or stood at its end; what was replaced in the middle is not.
    pub fn is_known(&self) -> bool {
        self.is_current || self.last.details.signup_end.is_some()
    }
}

/// The one-time purchase of a token.
pub(super) async fn get_product(state: &AppState, by: &Admitted, token: &str) -> ApiResult<SimulatedPurchase> {
    let sale = get_sale(state, by, token).await?;
    match sale.details.kind.renews() {
        true => Err(ApiFailure::token_not_found()),
        false => Ok(sale),
    }
}

/// The subscription of a token.
pub(super) async fn get_signup(state: &AppState, by: &Admitted, token: &str) -> ApiResult<Signup> {
    let first = get_sale(state, by, token).await?;
    match first.details.kind.renews() {
        true => signup_of(state, first).await,
        false => Err(ApiFailure::no_longer_valid()),
    }
}

/// The subscription of a sign-up's sale.
pub(super) async fn signup_of(state: &AppState, first: SimulatedPurchase) -> ApiResult<Signup> {
    let mut tx = state.db.read().await?;
    let chain = db::simulator::find_subscription(&mut tx, &first.chain_id).await?;
    let chain = chain.ok_or_else(|| Error::internal("a simulated period has no subscription"))?;
    let sales = db::simulator::list_of_chain(&mut tx, &first, PERIODS_MAX).await?;
    let is_present = |sale: &&SimulatedPurchase| sale.order_id == chain.lifecycle.order_id;
    let present = sales.iter().find(is_present).filter(|sale| sale.signup_id() == first.order_id);
    let is_current = present.is_some();
    let last = present.or_else(|| sales.iter().find(|sale| sale.signup_id() == first.order_id)).cloned();
    Ok(Signup { last: last.unwrap_or_else(|| first.clone()), chain, first, is_current })
}

async fn get_sale(state: &AppState, by: &Admitted, token: &str) -> ApiResult<SimulatedPurchase> {
    if token.is_empty() || token.len() > TOKEN_BYTES_MAX || !token.contains('.') {
        return Err(ApiFailure::invalid_token());
    }
    let signup_id = read_token(token).ok_or_else(ApiFailure::token_not_found)?;
    let found = db::simulator::find_sale(&mut state.db.read().await?, StoreCode::GooglePlay, &signup_id).await?;
    let sale = found.ok_or_else(ApiFailure::token_not_found)?;
    if sale.store_app_id != by.package {
        let message = "The purchase token does not match the package name.";
        return Err(ApiFailure::new(400, "purchaseTokenDoesNotMatchPackageName", message));
    }
    Ok(sale)
}

/// The sale of an order id; what was not paid for has none yet, nor has a plan that begins when another ends.
pub(super) async fn get_order(state: &AppState, by: &Admitted, order_id: &str) -> ApiResult<SimulatedPurchase> {
    let found = db::simulator::find_sale(&mut state.db.read().await?, StoreCode::GooglePlay, order_id).await?;
    let own = found.filter(|sale| {
        sale.store_app_id == by.package && super::products::has_order(sale) && sale.details.running_order_id.is_none()
    });
    own.ok_or_else(|| ApiFailure::not_found("Order"))
}
