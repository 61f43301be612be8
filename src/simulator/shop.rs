//! The demo shop: plays the app, the store's sheet and the game server of one purchase, through the public API alone.

use serde_json::{Value, json};

use super::shop_call::{Calls, Key};
use super::translate::can_sell;
use crate::catalog;
use crate::error::{Error, Result};
use crate::model::{
    Environment, Money, PaymentSeq, ProductSeq, ProductType, ProjectId, ShopActor, ShopEnd, ShopGood, ShopPayment, ShopRun,
    SimulatorReason,
};
use crate::projects;
use crate::state::AppState;

/// How many payments a player of the demo shop commits to.
const INSTALLMENTS: u32 = 3;

/// What a player does in the demo shop.
#[derive(Debug, Clone)]
pub struct Order {
    pub product: ProductSeq,
    /// The player's user key.
    pub player: String,
    pub price: Money,
    /// How long a subscription's periods are, in ISO 8601; a month when empty.
    pub period: String,
    pub payment: ShopPayment,
    /// The player turns back at the store's sheet.
    pub is_cancelled: bool,
}

/// Who consumes in a project, as far as the shop can.
enum Consumer {
    Server(String),
    App,
    Nobody,
}

/// What the demo shop can sell: products in use of the project's simulated apps, as far as their stores are played.
pub async fn list_goods(state: &AppState, project: &ProjectId) -> Result<Vec<ShopGood>> {
    state.simulator.as_ref().ok_or(Error::NotFound("simulator"))?;
    let on_sale = catalog::list_on_sale(state, project, None, None, None).await?.items;
    let goods = on_sale
        .into_iter()
        .filter(|(app, product)| app.environment == Environment::Simulator && can_sell(app.store, product.product_type));
    let good = goods.map(|(app, product)| ShopGood {
        product_seq: product.product_seq,
        product_id: product.store_product_id,
        product_name: product.name,
        product_type: product.product_type,
        store: app.store,
        store_app_id: app.store_app_id,
        app_name: app.name,
    });
    Ok(good.collect())
}

/// Under which name a visit's calls wait for the page that shows them.
pub fn note_of_visit(project: &ProjectId) -> String {
    format!("visit:{project}")
}

/// One visit: register, reserve, then buy, verify and consume what is consumed, or cancel. A refused step ends it and is in the result.
pub async fn visit(state: &AppState, project: &ProjectId, order: &Order) -> Result<ShopRun> {
    let goods = list_goods(state, project).await?;
    let good = goods.into_iter().find(|good| good.product_seq == order.product);
    let good = good.ok_or_else(|| Error::invalid("product", SimulatorReason::NotInShop))?;
    let app_key = projects::list_app_keys(state, project).await?.into_iter().next();
    let app_key = app_key.ok_or(Error::NotFound("AppKey"))?.app_key;
    let consumer = consumer(state, project).await?;
    let mut calls = Calls::new(state.config.addr)?;
    let mut payment = None;
    let end = make_calls(&mut calls, &app_key, &consumer, &good, order, &mut payment).await?;
    Ok(ShopRun { payment, steps: calls.steps, end })
}

/// The game server if its key is this project's, else the app if the project lets it without a user token.
async fn consumer(state: &AppState, project: &ProjectId) -> Result<Consumer> {
    if let Some(secret) = &state.config.demo_secret_key {
        match projects::authenticate_secret_key(state, secret).await {
            Ok(access) if access.project_id == *project => return Ok(Consumer::Server(secret.clone())),
            Ok(_) | Err(Error::Unauthenticated) => {}
            Err(error) => return Err(error),
        }
    }
    let project = projects::get_project(state, project).await?;
    // A demo app has no game server that would give it a user token.
    Ok(if project.client_consume && !project.user_token_required { Consumer::App } else { Consumer::Nobody })
}

async fn make_calls(
    calls: &mut Calls,
    app_key: &str,
    consumer: &Consumer,
    good: &ShopGood,
    order: &Order,
    payment: &mut Option<PaymentSeq>,
) -> Result<ShopEnd> {
    let app = || Key::App(app_key);
    let user = json!({ "userKey": order.player });
    if calls.post(ShopActor::App, app(), "/api/v1/users", &user).await?.is_none() {
        return Ok(ShopEnd::Failed);
    }
    let input = json!({ "store": good.store, "appId": good.store_app_id, "productId": good.product_id, "userKey": order.player });
    let Some(reserved) = calls.post(ShopActor::App, app(), "/api/v1/payments", &input).await? else {
        return Ok(ShopEnd::Failed);
    };
    let seq = text(&reserved, "paymentSeq")?;
    *payment = Some(PaymentSeq(seq.to_owned()));
    if order.is_cancelled {
        let reason = json!({ "reason": "USER_CANCELED", "reservationToken": text(&reserved, "reservationToken")? });
        let closed = calls.post(ShopActor::App, app(), &format!("/api/v1/payments/{seq}/close"), &reason).await?;
        return Ok(if closed.is_some() { ShopEnd::Cancelled } else { ShopEnd::Failed });
    }
    let (path, sheet) = sheet(good, order, text(&reserved, "accountToken")?);
    let Some(sale) = calls.post(ShopActor::Store, Key::None, path, &sheet).await? else {
        return Ok(ShopEnd::Failed);
    };
    let proof = json!({ "proof": sale["proof"] });
    let Some(verified) = calls.post(ShopActor::App, app(), &format!("/api/v1/payments/{seq}/verify"), &proof).await? else {
        return Ok(ShopEnd::Failed);
    };
    // The store's notification may have come first; the purchase's payment is the one answered, whatever was reserved.
    let seq = text(&verified, "paymentSeq")?;
    *payment = Some(PaymentSeq(seq.to_owned()));
    if !good.product_type.is_consumable() {
        return Ok(if good.product_type.is_owned() { ShopEnd::Owned } else { ShopEnd::Subscribed });
    }
    let (actor, key) = match consumer {
        Consumer::Server(secret) => (ShopActor::GameServer, Key::Secret(secret)),
        Consumer::App => (ShopActor::App, app()),
        Consumer::Nobody => return Ok(ShopEnd::Unconsumed),
    };
    let token = json!({ "accessToken": text(&verified, "accessToken")? });
    let consumed = calls.post(actor, key, &format!("/api/v1/payments/{seq}/consume"), &token).await?;
    Ok(match (consumed.is_some(), good.product_type.is_subscription()) {
        (true, true) => ShopEnd::Subscribed,
        (true, false) => ShopEnd::Consumed,
        (false, _) => ShopEnd::Failed,
    })
}

/// What the player confirms on the store's sheet, and where.
fn sheet(good: &ShopGood, order: &Order, account_token: &str) -> (&'static str, Value) {
    let mut sheet = json!({
        "store": good.store, "storeAppId": good.store_app_id, "productId": good.product_id, "player": order.player,
        "accountToken": account_token, "price": order.price.to_decimal(), "currency": order.price.currency,
    });
    if order.payment == ShopPayment::Pending {
        sheet["pending"] = true.into();
    }
    if !good.product_type.is_subscription() {
        sheet["kind"] = good.product_type.as_str().into();
        return ("/simulator/control/purchases", sheet);
    }
    if !order.period.is_empty() {
        sheet["period"] = order.period.as_str().into();
    }
    match order.payment {
        ShopPayment::Prepaid => sheet["prepaid"] = true.into(),
        ShopPayment::Installments => sheet["installments"] = INSTALLMENTS.into(),
        ShopPayment::Ordinary | ShopPayment::Pending => {}
    }
    // Plans of access are alternatives, in the one group; goods with each period stand beside them.
    if good.product_type == ProductType::ConsumableAutoSubscription {
        sheet["groupId"] = format!("22{}", good.product_seq).into();
    }
    ("/simulator/control/subscriptions", sheet)
}

fn text<'a>(answer: &'a Value, name: &str) -> Result<&'a str> {
    answer[name].as_str().ok_or_else(|| Error::internal(format!("an answer of the API has no {name}")))
}
