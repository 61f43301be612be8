//! `/simulator/*`: driving the simulated stores. Only while the simulator is on, and only from this machine.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::input::{Body, word};
use crate::error::{Error, Result};
use crate::model::{Money, SimulatedPurchase};
use crate::simulator::{self, Buy};
use crate::state::AppState;

pub fn router(state: &AppState) -> Router<AppState> {
    if state.simulator.is_none() {
        return Router::new();
    }
    Router::new()
        .route("/simulator/control/purchases", post(create_purchase).get(list_purchases))
        .route("/simulator/root.der", get(get_root_der))
        .route("/simulator/root.pem", get(get_root_pem))
        .route_layer(middleware::from_fn(refuse_other_machines))
}

/// It mints proofs for whoever asks, so it answers the machine itself only.
async fn refuse_other_machines(request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    if peer.is_some_and(|address| !address.to_canonical().is_loopback()) {
        return Error::Denied("the simulator answers its own machine only").into_response();
    }
    next.run(request).await
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PurchaseIn {
    store: String,
    store_app_id: String,
    product_id: String,
    #[serde(default)]
    player: String,
    account_token: Option<String>,
    quantity: Option<u32>,
    /// Decimal, for the whole quantity; with `currency`.
    price: Option<String>,
    currency: Option<String>,
    #[serde(default)]
    revoked: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SoldView {
    order_id: String,
    store: &'static str,
    store_app_id: String,
    product_id: String,
    player: String,
    account_token: Option<String>,
    quantity: i64,
    price: Option<String>,
    currency: Option<String>,
    purchased_at: String,
    revoked_at: Option<String>,
    /// As `proof` of verify takes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    proof: Option<Value>,
}

impl SoldView {
    fn new(purchase: SimulatedPurchase, proof: Option<Value>) -> Self {
        Self {
            order_id: purchase.order_id,
            store: purchase.store.as_str(),
            store_app_id: purchase.store_app_id,
            product_id: purchase.product_id,
            player: purchase.player,
            account_token: purchase.account_token,
            quantity: purchase.quantity,
            price: purchase.price.as_ref().map(Money::to_decimal),
            currency: purchase.price.map(|price| price.currency),
            purchased_at: purchase.purchased_at.to_rfc3339(),
            revoked_at: purchase.revoked_at.map(|at| at.to_rfc3339()),
            proof,
        }
    }
}

async fn create_purchase(State(state): State<AppState>, Body(input): Body<PurchaseIn>) -> Result<(StatusCode, Json<SoldView>)> {
    let buy = Buy {
        store: word("store", &input.store)?,
        price: read_price(&input)?,
        store_app_id: input.store_app_id,
        product_id: input.product_id,
        player: input.player,
        account_token: input.account_token,
        quantity: input.quantity.unwrap_or(1),
        is_revoked: input.revoked,
    };
    let sold = simulator::buy(&state, &buy).await?;
    Ok((StatusCode::CREATED, Json(SoldView::new(sold.purchase, Some(sold.proof)))))
}

fn read_price(input: &PurchaseIn) -> Result<Option<Money>> {
    let Some(price) = &input.price else { return Ok(None) };
    let price_micros = Money::parse_micros(price).filter(|micros| *micros >= 0);
    let price_micros = price_micros.ok_or_else(|| Error::invalid("price", "must be a decimal number, such as 4400 or 9.99"))?;
    let currency = input.currency.clone().filter(|currency| currency.len() == 3);
    let currency = currency.ok_or_else(|| Error::invalid("currency", "must be three letters (ISO 4217) beside a price"))?;
    Ok(Some(Money { price_micros, currency: currency.to_uppercase() }))
}

#[derive(Debug, Serialize)]
struct SoldListView {
    items: Vec<SoldView>,
}

async fn list_purchases(State(state): State<AppState>) -> Result<Json<SoldListView>> {
    let found = simulator::list_purchases(&state).await?;
    Ok(Json(SoldListView { items: found.into_iter().map(|purchase| SoldView::new(purchase, None)).collect() }))
}

async fn get_root_der(State(state): State<AppState>) -> Result<Response> {
    let authority = state.simulator.as_deref().ok_or(Error::NotFound("simulator"))?;
    Ok(([(header::CONTENT_TYPE, "application/pkix-cert")], authority.root_der().to_vec()).into_response())
}

async fn get_root_pem(State(state): State<AppState>) -> Result<Response> {
    let authority = state.simulator.as_deref().ok_or(Error::NotFound("simulator"))?;
    Ok(([(header::CONTENT_TYPE, "application/x-pem-file")], authority.root_pem()).into_response())
}
