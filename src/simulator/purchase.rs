//! Selling what does not renew. Knows no store.

use serde_json::Value;
use uuid::Uuid;

use super::clock::now;
use super::deliver::wake_sender;
use super::happened::Happened;
use super::ids::customer_id;
use super::notification::{Dates, Draft};
use super::settings::require_on;
use super::transition::insert_sale;
use super::translate::{finish_by, store_of};
use crate::db;
use crate::db::simulator::AppScope;
use crate::error::{Error, Result};
use crate::model::{
    Money, ProjectId, Reason, Revocation, RevocationKind, SaleDetails, SaleItem, SaleKind, SaleOrigin, SalePayment,
    SimulatedOffer, SimulatedPurchase, SimulatedSale, SimulatorReason, StoreCode, StoreEnvironment, Timestamp, Unit,
};
use crate::state::AppState;

const LISTED_MAX: u32 = 100;
/// More purchases than a simulated store account is given.
const OF_CUSTOMER_MAX: i64 = 10_000;
const TEXT_BYTES_MAX: usize = 200;
const QUANTITY_MAX: u32 = 10;
const ITEMS_MAX: u32 = 20;

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
    pub environment: StoreEnvironment,
    /// Anything that does not renew.
    pub kind: SaleKind,
    pub offer: Option<SimulatedOffer>,
    /// The player pays later, in cash.
    pub is_pending: bool,
    pub origin: SaleOrigin,
    /// The app's second id of the customer, where the store has one.
    pub profile_id: Option<String>,
    /// Further products of the same order.
    pub items: Vec<SaleItem>,
}

/// A sale and the proof the store's library would hand to the app.
#[derive(Debug, Clone)]
pub struct Sale {
    pub purchase: SimulatedPurchase,
    /// As `proof` of verify takes it.
    pub proof: Value,
}

/// Sells to a player and makes the proof. The caller's input is checked; the store's catalog is not. A store account buys a
/// non-consumable once: whoever buys it again gets the purchase restored.
pub async fn buy(state: &AppState, input: &Buy) -> Result<Sale> {
    require_on(state)?;
    check(input)?;
    let store = store_of(input.store)?;
    let at = if store.notifier().is_some() { now(state).await? } else { state.clock.now() };
    let order_id = store.order_id(input.environment, state.numbers.next_row().await?, at);
    let purchase = new_sale(input, &order_id, at);
    if let Some(owned) = find_owned(state, &purchase).await? {
        return Ok(Sale { proof: store.prove(state, &owned, owned.purchased_at).await?, purchase: owned });
    }
    let proof = store.prove(state, &purchase, at).await?;
    let dates = Dates { as_of: at, due_at: at, made_at: state.clock.now() };
    let is_quiet = input.is_revoked || input.is_pending;
    let notifications = if is_quiet { Vec::new() } else { Draft::of_sale(&purchase, None, dates).write(Happened::Bought)? };
    let write = state.db.write(async |tx| {
        insert_sale(tx, &purchase).await?;
        for notification in &notifications {
            db::simulator::insert_notification(tx, notification).await?;
        }
        Ok(())
    });
    write.await?;
    wake_sender(state);
    Ok(Sale { purchase, proof })
}

fn new_sale(input: &Buy, order_id: &str, at: Timestamp) -> SimulatedPurchase {
    let revocation = Revocation { kind: RevocationKind::RefundFull, reason: 0, percentage: None };
    let mut sale = SimulatedPurchase {
        player: input.player.clone(),
        account_token: input.account_token.as_ref().map(|token| token.to_lowercase()),
        quantity: i64::from(input.quantity),
        price: input.price.clone(),
        revoked_at: input.is_revoked.then_some(at),
        environment: input.environment,
        customer_id: customer_of(input.environment, &input.store_app_id, &input.player, input.account_token.as_deref()),
        details: SaleDetails {
            kind: input.kind,
            offer: input.offer.clone(),
            revocation: input.is_revoked.then_some(revocation),
            as_of: Some(at),
            payment: if input.is_pending { SalePayment::Pending } else { SalePayment::Paid },
            origin: input.origin,
            profile_id: input.profile_id.clone(),
            items: input.items.clone(),
            ..SaleDetails::default()
        },
        ..SimulatedPurchase::consumable(input.store, order_id, &input.store_app_id, &input.product_id, at)
    };
    sale.due_at = finish_by(&sale, at).filter(|_| !input.is_revoked);
    sale
}

/// The same non-consumable, which the store account has already.
async fn find_owned(state: &AppState, wanted: &SimulatedPurchase) -> Result<Option<SimulatedPurchase>> {
    if wanted.details.kind != SaleKind::NonConsumable || wanted.revoked_at.is_some() {
        return Ok(None);
    }
    let app = AppScope { store: wanted.store, environment: wanted.environment, store_app_id: &wanted.store_app_id };
    let mut tx = state.db.read().await?;
    let bought = db::simulator::list_of_customer(&mut tx, app, &wanted.customer_id, OF_CUSTOMER_MAX).await?;
    let is_same = |sale: &SimulatedPurchase| {
        sale.product_id == wanted.product_id
            && sale.details.kind == SaleKind::NonConsumable
            && sale.revoked_at.is_none()
            && sale.details.payment == SalePayment::Paid
            && sale.details.consumed_at.is_none()
    };
    Ok(bought.into_iter().find(is_same))
}

/// The newest sales.
pub async fn list_purchases(state: &AppState) -> Result<Vec<SimulatedPurchase>> {
    db::simulator::list_purchases(&mut state.db.read().await?, LISTED_MAX).await
}

/// The newest sales for a project's SIMULATOR apps, each with the payment it became.
pub async fn list_sales(state: &AppState, project: &ProjectId) -> Result<Vec<SimulatedSale>> {
    require_on(state)?;
    db::simulator::list_sales(&mut state.db.read().await?, project, LISTED_MAX).await
}

/// The store account: the player's, else the one the account token stands for, else one nobody else has.
pub(super) fn customer_of(
    environment: StoreEnvironment,
    store_app_id: &str,
    player: &str,
    account_token: Option<&str>,
) -> String {
    match (player, account_token) {
        ("", None) => customer_id(environment, store_app_id, &Uuid::new_v4().to_string()),
        ("", Some(token)) => customer_id(environment, store_app_id, &token.to_lowercase()),
        (player, _) => customer_id(environment, store_app_id, player),
    }
}

/// Fails on a text that is too long, or empty where it must not be.
pub(super) fn check_text(field: &'static str, text: &str, is_required: bool) -> Result<()> {
    if text.len() > TEXT_BYTES_MAX || (is_required && text.is_empty()) {
        return Err(Error::invalid(field, Reason::length(Unit::Bytes, 1, TEXT_BYTES_MAX)));
    }
    Ok(())
}

/// Fails on an account token that is no UUID.
pub(super) fn check_account_token(token: Option<&str>) -> Result<()> {
    if token.is_some_and(|token| Uuid::try_parse(token).is_err()) {
        return Err(Error::invalid("accountToken", Reason::NotAUuid));
    }
    Ok(())
}

/// Fails on an offer no store could have.
pub(super) fn check_offer(offer: &SimulatedOffer) -> Result<()> {
    const DISCOUNTS: [&str; 4] = ["FREE_TRIAL", "PAY_AS_YOU_GO", "PAY_UP_FRONT", "ONE_TIME"];
    if !(1..=4).contains(&offer.offer_type) {
        return Err(Error::invalid(
            "offer.type",
            Reason::one_of(["1 (introductory)", "2 (promotional)", "3 (offer code)", "4 (win-back)"]),
        ));
    }
    if offer.discount.as_deref().is_some_and(|word| !DISCOUNTS.contains(&word)) {
        return Err(Error::invalid("offer.discount", Reason::one_of(DISCOUNTS)));
    }
    if offer.period.as_deref().is_some_and(|period| super::period::Period::parse(period).is_none()) {
        return Err(Error::invalid("offer.period", SimulatorReason::NotAPeriod { example: "P1W".into() }));
    }
    check_text("offer.id", offer.id.as_deref().unwrap_or_default(), false)
}

fn check(input: &Buy) -> Result<()> {
    check_text("storeAppId", &input.store_app_id, true)?;
    check_text("productId", &input.product_id, true)?;
    check_text("player", &input.player, false)?;
    check_account_token(input.account_token.as_deref())?;
    input.offer.as_ref().map_or(Ok(()), check_offer)?;
    check_text("profileId", input.profile_id.as_deref().unwrap_or_default(), false)?;
    let has_terms = input.is_pending || input.origin != SaleOrigin::Ordinary || !input.items.is_empty();
    if has_terms && !store_of(input.store)?.sells_with_terms() {
        return Err(Error::invalid("store", SimulatorReason::NotSimulated));
    }
    if !(1..=QUANTITY_MAX).contains(&input.quantity) {
        return Err(Error::invalid("quantity", Reason::range(1, QUANTITY_MAX)));
    }
    if input.items.len() > ITEMS_MAX as usize {
        return Err(Error::invalid("items", Reason::range(0, ITEMS_MAX)));
    }
    for item in &input.items {
        check_text("items", &item.product_id, true)?;
        if !(1..=i64::from(QUANTITY_MAX)).contains(&item.quantity) || item.product_id == input.product_id {
            return Err(Error::invalid("items", Reason::range(1, QUANTITY_MAX)));
        }
    }
    if input.kind.renews() {
        return Err(Error::invalid("kind", SimulatorReason::Renews));
    }
    Ok(())
}
