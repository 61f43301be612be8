//! Selling what does not renew, and giving money back.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use serde::Deserialize;

use super::views::{ListView, PriceIn, SaleView, read_environment};
use crate::api::input::{Body, optional_enum, parse_enum};
use crate::error::{Error, Result};
use crate::model::{SaleAction, SaleItem, SaleKind, SaleOrigin, SimulatedOffer, VoidSource};
use crate::simulator::{self, Buy, Refund, Settle};
use crate::state::AppState;

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/simulator/control/purchases", post(create_purchase).get(list_purchases))
        .route("/simulator/control/transactions/{order_id}/{action}", post(settle_sale))
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
    /// `Sandbox` when not said.
    world: Option<String>,
    /// `CONSUMABLE` when not said.
    kind: Option<String>,
    offer: Option<SimulatedOffer>,
    /// Paid later, in cash.
    #[serde(default)]
    pending: bool,
    /// `ORDINARY` when not said.
    origin: Option<String>,
    /// Google Play's `obfuscatedExternalProfileId`.
    profile_id: Option<String>,
    /// Further products of the same order.
    #[serde(default)]
    items: Vec<ItemIn>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ItemIn {
    product_id: String,
    quantity: Option<u32>,
    /// For the whole quantity.
    price: Option<String>,
    currency: Option<String>,
}

impl ItemIn {
    fn read(self) -> Result<SaleItem> {
        let price = PriceIn { price: self.price, currency: self.currency }.read()?;
        let quantity = i64::from(self.quantity.unwrap_or(1));
        Ok(SaleItem { product_id: self.product_id, quantity, price, consumed_at: None })
    }
}

async fn create_purchase(State(state): State<AppState>, Body(input): Body<PurchaseIn>) -> Result<(StatusCode, Json<SaleView>)> {
    let buy = Buy {
        store: parse_enum("store", &input.store)?,
        price: PriceIn { price: input.price, currency: input.currency }.read()?,
        store_app_id: input.store_app_id,
        product_id: input.product_id,
        player: input.player,
        account_token: input.account_token,
        quantity: input.quantity.unwrap_or(1),
        is_revoked: input.revoked,
        environment: read_environment(input.world.as_deref())?,
        kind: optional_enum("kind", input.kind.as_deref())?.unwrap_or(SaleKind::Consumable),
        offer: input.offer,
        is_pending: input.pending,
        origin: optional_enum("origin", input.origin.as_deref())?.unwrap_or(SaleOrigin::Ordinary),
        profile_id: input.profile_id,
        items: input.items.into_iter().map(ItemIn::read).collect::<Result<_>>()?,
    };
    let sale = simulator::buy(&state, &buy).await?;
    Ok((StatusCode::CREATED, Json(SaleView::new(sale.purchase, Some(sale.proof)))))
}

async fn list_purchases(State(state): State<AppState>) -> Result<Json<ListView<SaleView>>> {
    let found = simulator::list_purchases(&state).await?;
    Ok(Json(ListView { items: found.into_iter().map(|purchase| SaleView::new(purchase, None)).collect() }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SettleIn {
    store_app_id: String,
    world: Option<String>,
    /// Of a refund: whether it is for an issue in the app.
    #[serde(default)]
    app_issue: bool,
    /// Of a refund in part: thousandths of a percent.
    percentage: Option<i64>,
    /// Of a refund in part: so many pieces.
    quantity: Option<i64>,
    /// Of a refund: the customer keeps what it was for.
    #[serde(default)]
    keeps_access: bool,
    /// Of a refund: `USER` when not said.
    source: Option<String>,
    /// Of a refund that is asked for.
    reason: Option<String>,
}

async fn settle_sale(
    State(state): State<AppState>,
    Path((order_id, action)): Path<(String, String)>,
    Body(input): Body<SettleIn>,
) -> Result<Json<SaleView>> {
    let settle = match action.parse().map_err(|_| Error::NotFound("action"))? {
        SaleAction::Refund => Settle::Refund(read_refund(&input)?),
        SaleAction::DeclineRefund => Settle::DeclineRefund,
        SaleAction::ReverseRefund => Settle::ReverseRefund,
        SaleAction::Pay => Settle::Pay,
        SaleAction::DropPayment => Settle::DropPayment,
        SaleAction::RequestRefund => Settle::RequestRefund { reason: input.reason.clone().unwrap_or_else(|| "OTHER".into()) },
    };
    let environment = read_environment(input.world.as_deref())?;
    let sale = simulator::settle(&state, environment, &input.store_app_id, &order_id, settle).await?;
    Ok(Json(SaleView::new(sale, None)))
}

/// How the money goes back.
fn read_refund(input: &SettleIn) -> Result<Refund> {
    let source = optional_enum("source", input.source.as_deref())?.unwrap_or(VoidSource::User);
    Ok(Refund {
        is_app_issue: input.app_issue,
        percentage: input.percentage,
        quantity: input.quantity,
        keeps_access: input.keeps_access,
        source,
        ..Refund::default()
    })
}
