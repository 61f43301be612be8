use serde_json::{Value, json};

use crate::db;
use crate::error::{Error, Result};
use crate::model::{Money, ProjectId, SimulatedPurchase, SimulatedSale, StoreCode};
use crate::state::AppState;
use crate::stores::simulator::{Authority, OneTimePurchase, Storefront, one_time_transaction, transaction_id};

const LISTED_MAX: u32 = 100;
const TEXT_BYTES_MAX: usize = 200;
const QUANTITY_MAX: u32 = 10;

/// What a player buys in a simulated store.
#[derive(Debug, Clone)]
pub struct Buy {
    pub store: StoreCode,
    /// Package name or bundle id.
    pub store_app_id: String,
    pub product_id: String,
    /// The store account; any text, may be empty.
    pub player: String,
    /// The UUID the app handed over with the purchase.
    pub account_token: Option<String>,
    pub quantity: u32,
    /// For the whole quantity.
    pub price: Option<Money>,
    /// The sale is shown as taken back by the store.
    pub is_revoked: bool,
}

/// A sale and the proof the store's library would hand to the app.
#[derive(Debug, Clone)]
pub struct Sold {
    pub purchase: SimulatedPurchase,
    /// As `proof` of verify takes it.
    pub proof: Value,
}

/// Sells to a player and signs the proof. The caller's input is checked; the store's catalog is not.
pub async fn buy(state: &AppState, input: &Buy) -> Result<Sold> {
    let authority = state.simulator.as_deref().ok_or(Error::NotFound("simulator"))?;
    check(input)?;
    let at = state.clock.now();
    let purchase = SimulatedPurchase {
        order_id: transaction_id()?,
        store: input.store,
        store_app_id: input.store_app_id.clone(),
        product_id: input.product_id.clone(),
        player: input.player.clone(),
        account_token: input.account_token.as_ref().map(|token| token.to_lowercase()),
        quantity: i64::from(input.quantity),
        price: input.price.clone(),
        purchased_at: at,
        revoked_at: input.is_revoked.then_some(at),
    };
    let proof = prove(authority, input, &purchase)?;
    let is_new = state.db.write(async |tx| db::simulator::insert(tx, &purchase).await).await?;
    if !is_new {
        return Err(Error::internal("the simulator gave out an order id twice"));
    }
    Ok(Sold { purchase, proof })
}

/// The newest sales.
pub async fn list_purchases(state: &AppState) -> Result<Vec<SimulatedPurchase>> {
    db::simulator::list(&mut state.db.read().await?, LISTED_MAX).await
}

/// The newest sales for a project's SIMULATOR apps, each with the payment it became.
pub async fn list_sales(state: &AppState, project: &ProjectId) -> Result<Vec<SimulatedSale>> {
    db::simulator::list_sales(&mut state.db.read().await?, project, LISTED_MAX).await
}

fn check(input: &Buy) -> Result<()> {
    for (field, text, is_required) in
        [("storeAppId", &input.store_app_id, true), ("productId", &input.product_id, true), ("player", &input.player, false)]
    {
        if text.len() > TEXT_BYTES_MAX || (is_required && text.is_empty()) {
            return Err(Error::invalid(field, format!("must have 1 to {TEXT_BYTES_MAX} bytes")));
        }
    }
    if input.account_token.as_ref().is_some_and(|token| uuid::Uuid::try_parse(token).is_err()) {
        return Err(Error::invalid("accountToken", "must be a UUID"));
    }
    if !(1..=QUANTITY_MAX).contains(&input.quantity) {
        return Err(Error::invalid("quantity", format!("must be 1 to {QUANTITY_MAX}")));
    }
    Ok(())
}

fn prove(authority: &Authority, input: &Buy, purchase: &SimulatedPurchase) -> Result<Value> {
    match input.store {
        StoreCode::AppStore => {
            let payload = one_time_transaction(
                &OneTimePurchase {
                    transaction_id: &purchase.order_id,
                    app_transaction_id: &format!("70{}", &purchase.order_id[2..]),
                    bundle_id: &purchase.store_app_id,
                    product_id: &purchase.product_id,
                    product_kind: "Consumable",
                    quantity: input.quantity,
                    account_token: purchase.account_token.as_deref(),
                    price: purchase.price.as_ref(),
                    storefront: storefront(purchase.price.as_ref()),
                    purchased_at: purchase.purchased_at,
                    revoked_at: purchase.revoked_at,
                },
                purchase.purchased_at,
            );
            Ok(json!({ "signedTransaction": authority.sign_jws(&payload)? }))
        }
        StoreCode::Test => Ok(json!({ "token": test_token(purchase).to_string() })),
        StoreCode::GooglePlay | StoreCode::OneStore => Err(Error::invalid("store", "is not simulated yet; take AS or TEST")),
    }
}

fn storefront(price: Option<&Money>) -> Storefront {
    match price.map(|price| price.currency.as_str()) {
        Some("USD") => Storefront::UnitedStates,
        Some("JPY") => Storefront::Japan,
        _ => Storefront::Korea,
    }
}

fn test_token(purchase: &SimulatedPurchase) -> Value {
    let mut token = json!({ "orderId": purchase.order_id, "productId": purchase.product_id, "quantity": purchase.quantity });
    if let Some(account_token) = &purchase.account_token {
        token["accountToken"] = account_token.as_str().into();
    }
    if let Some(price) = &purchase.price {
        token["price"] = price.to_decimal().into();
        token["currency"] = price.currency.as_str().into();
    }
    if purchase.revoked_at.is_some() {
        token["refunded"] = true.into();
    }
    token
}
