//! What Play hands an app of a purchase: its data and their signature, by the key whose public half is the app's licence key.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::accounts::{apps_of_package, service_account};
use super::ids::purchase_token;
use super::keys::load_keys;
use super::products::has_order;
use super::values::put;
use crate::error::Result;
use crate::model::{SalePayment, SimulatedPurchase};
use crate::state::AppState;

/// `purchaseState` of what waits for payment.
const PENDING: u8 = 4;

/// `INAPP_PURCHASE_DATA` and `INAPP_DATA_SIGNATURE`. An app's purchases are signed with its service account's key, as the
/// licence key it was given has it; those of an app without one with the simulator's own.
pub(super) async fn sign_purchase(state: &AppState, sale: &SimulatedPurchase) -> Result<(String, String)> {
    let data = purchase_data(sale);
    let apps = apps_of_package(state, &sale.store_app_id).await?;
    let account = apps.iter().find_map(|(_, app)| service_account(app));
    let signature = match account {
        Some(account) => account.key.sign_sha1(&data),
        None => load_keys(state).await?.signer()?.sign_sha1(&data),
    };
    Ok((data, STANDARD.encode(signature)))
}

fn purchase_data(sale: &SimulatedPurchase) -> String {
    let details = &sale.details;
    let mut data = json!({
        "packageName": sale.store_app_id,
        "productId": sale.product_id,
        "purchaseTime": sale.purchased_at.0,
        "purchaseState": if details.payment == SalePayment::Pending { PENDING } else { 0 },
        "purchaseToken": purchase_token(sale.signup_id()),
        "quantity": sale.quantity,
        "acknowledged": details.finished_at.is_some(),
    });
    put(&mut data, "orderId", has_order(sale).then_some(sale.order_id.as_str()));
    put(&mut data, "obfuscatedAccountId", sale.account_token.as_deref());
    put(&mut data, "obfuscatedProfileId", details.profile_id.as_deref());
    put(&mut data, "autoRenewing", details.kind.renews().then_some(true));
    data.to_string()
}
