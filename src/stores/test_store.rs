//! The built-in TEST store: a proof anyone can write by hand, so that an integrator's first call works without a store
//! account. Only SIMULATOR apps take it.
//!
//! The proof is `{"token": "…"}`, where the token is either the shorthand `test:<productId>:<orderId>`, or JSON text:
//!
//! | Member | Form | Means |
//! |---|---|---|
//! | `orderId`, `productId` | text, required | what was bought; an order id grants once |
//! | `accountToken` | UUID | the user's account token |
//! | `quantity` | whole number from 1 | 1 when absent |
//! | `price`, `currency` | `"4400.00"` or `4400`, and `"KRW"` | what was paid for the whole quantity; both or neither |
//! | `pending`, `refunded` | true or false | not paid yet; taken back |

use async_trait::async_trait;
use serde_json::{Map, Value, json};

use super::fields::Fields;
use super::{Asking, Proof, Refusal, Store, StoreApp};
use crate::model::{
    Environment, Finding, FindingCode, HealthStatus, Money, Ownership, Purchase, RefusalCode, Snapshot, StoreFinish, Timestamp,
};

const TOKEN_BYTES_MAX: usize = 4 * 1024;
const ID_BYTES_MAX: usize = 128;
const MEMBERS: [&str; 8] = ["orderId", "productId", "accountToken", "quantity", "price", "currency", "pending", "refunded"];

/// The adapter of the TEST store; it keeps nothing.
pub struct TestStore;

#[async_trait]
impl Store for TestStore {
    fn read_proof(&self, app: &StoreApp, proof: &Value) -> Result<Proof, Refusal> {
        if app.environment != Environment::Simulator {
            let reason = format!("TEST purchases are for SIMULATOR apps; this app is {}", app.environment);
            return Err(Refusal::new(RefusalCode::EnvironmentMismatch, reason));
        }
        Ok(Proof::Test { token: Fields::of("proof", proof)?.required_text("token")?.to_owned() })
    }

    async fn verify(&self, _app: &StoreApp, proof: &Proof, asking: Asking) -> Result<Snapshot, Refusal> {
        let Proof::Test { token } = proof else { return Err(Refusal::proof("proof.token is missing")) };
        Ok(Snapshot::of(read_purchase(read_token(token)?, asking.now)?, None))
    }

    async fn check(&self, _app: &StoreApp, _now: Timestamp) -> Vec<Finding> {
        vec![Finding::new(FindingCode::NothingToTest, HealthStatus::Ok)]
    }
}

/// The token's members, from either form.
fn read_token(token: &str) -> Result<Map<String, Value>, Refusal> {
    if token.len() > TOKEN_BYTES_MAX {
        return Err(Refusal::proof(format!("proof.token is longer than {TOKEN_BYTES_MAX} bytes")));
    }
    if let Some((product_id, order_id)) = token.strip_prefix("test:").and_then(|rest| rest.split_once(':')) {
        return Ok(Map::from_iter([("productId".into(), json!(product_id)), ("orderId".into(), json!(order_id))]));
    }
    let form = "proof.token must be `test:<productId>:<orderId>` or JSON with orderId and productId";
    serde_json::from_str(token).map_err(|_| Refusal::proof(form))
}

fn read_purchase(token: Map<String, Value>, now: Timestamp) -> Result<Purchase, Refusal> {
    let fields = Fields::new("token", &token);
    if let Some(stranger) = token.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
        return Err(fields.refuse(stranger, "is not known"));
    }
    let order_id = read_id(&fields, "orderId")?;
    Ok(Purchase {
        other_id: None,
        period_id: None,
        purchase_token: None,
        finish: StoreFinish::NotAsked,
        previous_chain_id: None,
        refund: None,
        original_order_id: order_id.clone(),
        order_id,
        product_id: read_id(&fields, "productId")?,
        quantity: fields.quantity("quantity")?,
        account_token: read_account_token(&fields)?,
        environment: Environment::Simulator,
        purchased_at: now,
        started_at: None,
        expires_at: None,
        pending: fields.flag("pending")?,
        never_paid: false,
        revoked_at: fields.flag("refunded")?.then_some(now),
        price: read_price(&fields)?,
        kind: None,
        is_renewal: false,
        is_superseded: false,
        ownership: Ownership::Purchased,
        offer: None,
        group_id: None,
        store_account: None,
        is_provisional: false,
        // Anyone can write a token, so none is newer than another: taken back once is taken back for good.
        as_of: Timestamp(0),
        evidence: Value::Object(token).into(),
    })
}

fn read_id(fields: &Fields<'_>, name: &str) -> Result<String, Refusal> {
    let id = fields.required_text(name)?;
    if id.len() > ID_BYTES_MAX || !id.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(fields.refuse(name, "must be at most 128 visible ASCII characters"));
    }
    Ok(id.to_owned())
}

fn read_account_token(fields: &Fields<'_>) -> Result<Option<String>, Refusal> {
    let read = |text| uuid::Uuid::try_parse(text).map_err(|_| fields.refuse("accountToken", "must be a UUID"));
    Ok(fields.text("accountToken")?.map(read).transpose()?.map(|token| token.to_string()))
}

fn read_price(fields: &Fields<'_>) -> Result<Option<Money>, Refusal> {
    let (price, currency) = match (fields.find("price"), fields.text("currency")?) {
        (None, None) => return Ok(None),
        (None, Some(_)) => return Err(fields.refuse("price", "is missing beside currency")),
        (Some(_), None) => return Err(fields.refuse("currency", "is missing beside price")),
        (Some(price), Some(currency)) => (price, currency),
    };
    let digits = match price {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let price_micros = Money::parse_price(&digits)
        .ok_or_else(|| fields.refuse("price", "must be a decimal of at most six places and 10^12 units, such as \"4400.00\""))?;
    if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(fields.refuse("currency", "must be three capital letters, such as KRW"));
    }
    Ok(Some(Money { price_micros, currency: currency.to_owned() }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stores::{simulated_app, verify_json};

    const NOW: Timestamp = Timestamp(1_795_424_400_000);

    async fn verify(token: impl ToString) -> Result<Purchase, Refusal> {
        verify_json(&TestStore, &simulated_app(), &json!({ "token": token.to_string() }), NOW.into()).await
    }

    #[tokio::test]
    async fn takes_the_shorthand() {
        let purchase = verify("test:gem_100:order:1").await.unwrap();
        assert_eq!((purchase.product_id.as_str(), purchase.order_id.as_str()), ("gem_100", "order:1"));
        assert_eq!((purchase.quantity, purchase.pending, purchase.revoked_at), (1, false, None));
        assert_eq!(purchase.environment, Environment::Simulator);
        assert_eq!(purchase.evidence.read(), json!({ "productId": "gem_100", "orderId": "order:1" }));
    }

    #[tokio::test]
    async fn takes_json_with_everything() {
        let token = json!({
            "orderId": "o-1", "productId": "gem_100", "accountToken": "0B9A6C1E-3F57-4D0C-9C7A-6F2B1D5E8A40",
            "quantity": 2, "price": "4400.50", "currency": "KRW", "pending": true, "refunded": true,
        });
        let purchase = verify(token).await.unwrap();
        assert_eq!(purchase.account_token.as_deref(), Some("0b9a6c1e-3f57-4d0c-9c7a-6f2b1d5e8a40"));
        assert_eq!(purchase.price, Some(Money { price_micros: 4_400_500_000, currency: "KRW".into() }));
        assert_eq!((purchase.quantity, purchase.pending, purchase.revoked_at), (2, true, Some(NOW)));
        let number = verify(json!({ "orderId": "o", "productId": "g", "price": 4400, "currency": "KRW" })).await.unwrap();
        assert_eq!(number.price, Some(Money { price_micros: 4_400_000_000, currency: "KRW".into() }));
    }

    #[tokio::test]
    async fn names_what_is_wrong() {
        let cases = [
            (json!({ "productId": "g" }), "token.orderId is missing"),
            (json!({ "orderId": "o" }), "token.productId is missing"),
            (json!({ "orderId": "o o", "productId": "g" }), "token.orderId must be at most 128 visible ASCII characters"),
            (json!({ "orderId": "o", "productId": "g", "ordrId": 1 }), "token.ordrId is not known"),
            (json!({ "orderId": "o", "productId": "g", "accountToken": "me" }), "token.accountToken must be a UUID"),
            (json!({ "orderId": "o", "productId": "g", "quantity": 0 }), "token.quantity must be at least 1"),
            (json!({ "orderId": "o", "productId": "g", "price": "1" }), "token.currency is missing beside price"),
            (json!({ "orderId": "o", "productId": "g", "currency": "KRW" }), "token.price is missing beside currency"),
            (
                json!({ "orderId": "o", "productId": "g", "price": -1, "currency": "KRW" }),
                "token.price must be a decimal of at most six places and 10^12 units, such as \"4400.00\"",
            ),
            (
                json!({ "orderId": "o", "productId": "g", "price": 1, "currency": "won" }),
                "token.currency must be three capital letters, such as KRW",
            ),
            (json!({ "orderId": "o", "productId": "g", "pending": 1 }), "token.pending must be true or false"),
        ];
        for (token, reason) in cases {
            assert_eq!(verify(token).await, Err(Refusal::proof(reason)));
        }
        for token in ["test:", "test:gem_100:", "gem_100", "[]", "{"] {
            assert_eq!(verify(token).await.unwrap_err().code, RefusalCode::ProofInvalid, "{token}");
        }
        assert!(verify("x".repeat(TOKEN_BYTES_MAX + 1)).await.is_err());
        let missing = verify_json(&TestStore, &simulated_app(), &json!({}), NOW.into()).await;
        assert_eq!(missing, Err(Refusal::proof("proof.token is missing")));
    }

    #[tokio::test]
    async fn is_for_simulator_apps_only() {
        for environment in [Environment::Live, Environment::Sandbox] {
            let app = StoreApp { environment, accept_sandbox: true, ..simulated_app() };
            let refusal = verify_json(&TestStore, &app, &json!({ "token": "test:g:o" }), NOW.into()).await.unwrap_err();
            assert_eq!(refusal.code, RefusalCode::EnvironmentMismatch);
        }
    }
}
