//! The Android Publisher API: which endpoint a call is for. Every answer is JSON, or nothing with 204.

use serde_json::{Value, json};

use super::access::admit;
use super::catalog::{self, Part};
use super::failure::{ApiFailure, ApiResult};
use super::route::Route;
use super::subscription_actions::{acknowledge, cancel, defer, read_cancellation, revoke};
use super::{Admitted, legacy, limits, orders, products, reviews, subscriptions, voided};
use crate::model::VoidSource;
use crate::simulator::finish::Finish;
use crate::simulator::query::Query;
use crate::state::AppState;

/// Where the API is.
pub const APPLICATIONS: &str = "/simulator/androidpublisher/v3/applications/";

/// A call as it came in.
pub struct Call<'a> {
    pub method: &'a str,
    /// Below `androidpublisher/v3/applications/`, as it was sent.
    pub path: &'a str,
    pub query: Query,
    pub authorization: Option<&'a str>,
    pub body: &'a [u8],
}

/// What an endpoint answers; none for an answer without a body.
type Answer = ApiResult<Option<Value>>;

/// Answers a call.
pub async fn answer(state: &AppState, call: &Call<'_>) -> Answer {
    limits::check_faults(state, &format!("{APPLICATIONS}{}", call.path)).await?;
    let route = Route::read(call.path).ok_or(ApiFailure::Page(404))?;
    let by = admit(state, &route.segments[0], call.authorization).await?;
    limits::check_rate(state, &by, call.method, &route).await?;
    let rest: Vec<&str> = route.segments[1..].iter().map(String::as_str).collect();
    let endpoint = Endpoint { state, by, call, verb: &route.verb };
    match rest.as_slice() {
        ["purchases", "subscriptions", product, "tokens", token] => endpoint.old_subscription(product, token).await,
        ["purchases", rest @ ..] => endpoint.purchase(rest).await,
        ["orders", rest @ ..] => endpoint.order(rest).await,
        rest => endpoint.catalog(rest).await.map(Some),
    }
}

/// A call that was let in.
struct Endpoint<'a> {
    state: &'a AppState,
    by: Admitted,
    call: &'a Call<'a>,
    verb: &'a str,
}

impl Endpoint<'_> {
    async fn purchase(&self, rest: &[&str]) -> Answer {
        let (state, by, body) = (self.state, &self.by, self.call.body);
        match (self.call.method, rest, self.verb) {
            ("GET", ["products", product, "tokens", token], "") => products::get_v1(state, by, product, token).await.map(Some),
            ("GET", ["productsv2", "tokens", token], "") => products::get_v2(state, by, token).await.map(Some),
            ("POST", ["products", product, "tokens", token], "acknowledge") => {
                done(products::finish_product(state, by, product, token, Finish::Acknowledge).await)
            }
            ("POST", ["products", product, "tokens", token], "consume") => {
                done(products::finish_product(state, by, product, token, Finish::Consume).await)
            }
            ("GET", ["subscriptionsv2", "tokens", token], "") => subscriptions::get(state, by, token).await.map(Some),
            ("POST", ["subscriptionsv2", "tokens", token], "cancel") => {
                empty(cancel(state, by, token, read_cancellation(body)?).await)
            }
            ("POST", ["subscriptionsv2", "tokens", token], "revoke") => empty(revoke(state, by, token, body).await),
            ("POST", ["subscriptionsv2", "tokens", token], "defer") => defer(state, by, token, body).await.map(Some),
            ("GET", ["voidedpurchases"], "") => voided::list(state, by, &self.call.query).await.map(Some),
            _ => Err(ApiFailure::Page(404)),
        }
    }

    /// The calls whose path names the subscription too.
    async fn old_subscription(&self, product_id: &str, token: &str) -> Answer {
        let (state, by) = (self.state, &self.by);
        match (self.call.method, self.verb) {
            ("POST", "acknowledge") => done(acknowledge(state, by, token, self.call.body).await),
            ("POST", "cancel") => done(cancel(state, by, token, VoidSource::User).await),
            ("GET", "") => legacy::get(state, by, product_id, token).await.map(Some),
            _ => Err(ApiFailure::Page(404)),
        }
    }

    async fn order(&self, rest: &[&str]) -> Answer {
        let (state, by, query) = (self.state, &self.by, &self.call.query);
        match (self.call.method, rest, self.verb) {
            ("GET", [], "batchGet") => orders::batch_get(state, by, query).await.map(Some),
            ("GET", [order_id], "") => orders::get(state, by, order_id).await.map(Some),
            ("POST", [order_id], "refund") => done(orders::refund(state, by, order_id, query).await),
            ("POST", [order_id], "reviewrefund") => done(reviews::review_refund(state, by, order_id, self.call.body).await),
            _ => Err(ApiFailure::Page(404)),
        }
    }

    async fn catalog(&self, rest: &[&str]) -> ApiResult {
        let (state, by, query) = (self.state, &self.by, &self.call.query);
        let part = |name: &str| match name {
            "oneTimeProducts" | "onetimeproducts" => Some(Part::OneTime),
            "subscriptions" => Some(Part::Subscriptions),
            _ => None,
        };
        match (self.call.method, rest, self.verb) {
            (_, ["inappproducts", ..], _) => Err(catalog::migrated()),
            ("GET", [_, _, "basePlans" | "purchaseOptions", _, "offers"], "") => Ok(json!({})),
            ("GET", [name], "") => match part(name) {
                Some(part) => catalog::list(state, by, part, query).await,
                None => Err(ApiFailure::Page(404)),
            },
            ("GET", [name], "batchGet") => match part(name) {
                Some(part) => catalog::batch_get(state, by, part, query).await,
                None => Err(ApiFailure::Page(404)),
            },
            ("GET", [name, product_id], "") => match part(name) {
                Some(part) => catalog::get(state, by, part, product_id).await,
                None => Err(ApiFailure::Page(404)),
            },
            _ => Err(ApiFailure::Page(404)),
        }
    }
}

/// An answer without a body.
fn done(result: ApiResult<()>) -> Answer {
    result.map(|()| None)
}

/// An answer whose message has nothing in it.
fn empty(result: ApiResult<()>) -> Answer {
    result.map(|()| Some(json!({})))
}
