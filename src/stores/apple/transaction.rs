use super::jws::Payload;
use crate::model::{
    Environment, Money, Offer, OfferType, Ownership, Purchase, PurchaseKind, RefundedPart, RefusalCode, StoreFinish,
};
use crate::stores::fields::Fields;
use crate::stores::{Refusal, StoreApp};

const MICROS_PER_MILLIUNIT: i64 = 1_000;
/// Apple's own limits are lower: 100 for a product id, 155 for a bundle id, 64 for an offer's.
pub(super) const ID_CHARS_MAX: usize = 255;
/// One of Apple's own words.
pub(super) const VALUE_CHARS_MAX: usize = 64;

/// Reads a verified JWSTransactionDecodedPayload as a purchase of this app: first whose it is, then from which environment.
/// Keys and words we do not know are kept as evidence and otherwise let be.
pub fn read_purchase(app: &StoreApp, payload: Payload) -> Result<Purchase, Refusal> {
    let fields = Fields::new("transaction", &payload.members);
    check_app(app, &fields)?;
    let environment = read_environment(app, &fields)?;
    let offer = read_offer(&fields)?;
    let kind = fields.text("type")?.map(read_kind);
    let transaction_id = fields.required_digits("transactionId")?;
    let original_id = fields.digits("originalTransactionId")?.unwrap_or(transaction_id);
    // A restored non-consumable has an id of its own: it is the purchase that was made once, by its original id.
    let order_id = if kind == Some(PurchaseKind::NonConsumable) { original_id } else { transaction_id };
    fields.line("storefront", VALUE_CHARS_MAX)?;
    let purchased_at = fields.moment("purchaseDate")?.ok_or_else(|| fields.refuse("purchaseDate", "is missing"))?;
    let ownership = match fields.text("inAppOwnershipType")? {
        // Receipts of before StoreKit 2 do not always say.
        Some("PURCHASED") | None => Ownership::Purchased,
        Some(word) => word.parse().unwrap_or(Ownership::Other),
    };
    let price = paid(read_price(&fields, "price")?, offer.as_ref(), ownership);
    // An id of another form is no id of Apple's, whatever the product's type.
    let period_id = fields.digits("webOrderLineItemId")?.filter(|_| kind == Some(PurchaseKind::AutoRenewable));
    Ok(Purchase {
        period_id: period_id.map(str::to_owned),
        purchase_token: None,
        is_provisional: false,
        finish: StoreFinish::NotAsked,
        previous_chain_id: fields.digits("previousOriginalTransactionId")?.map(str::to_owned),
        refund: read_refund(&fields, price.as_ref())?,
        original_order_id: original_id.to_owned(),
        order_id: order_id.to_owned(),
        other_id: (order_id != transaction_id).then(|| transaction_id.to_owned()),
        product_id: fields.required_line("productId", ID_CHARS_MAX)?.to_owned(),
        quantity: fields.quantity("quantity")?,
        account_token: fields.text("appAccountToken")?.and_then(read_account_token),
        environment,
        purchased_at,
        started_at: fields.moment("originalPurchaseDate")?,
        expires_at: fields.moment("expiresDate")?,
        pending: false,
        never_paid: false,
        revoked_at: fields.moment("revocationDate")?,
        price,
        kind,
        is_renewal: fields.text("transactionReason")? == Some("RENEWAL"),
        is_superseded: fields.flag("isUpgraded")?,
        ownership,
        offer,
        group_id: fields.line("subscriptionGroupIdentifier", VALUE_CHARS_MAX)?.map(str::to_owned),
        store_account: fields.line("appTransactionId", VALUE_CHARS_MAX)?.filter(|id| !id.is_empty()).map(str::to_owned),
        as_of: fields.moment("signedDate")?.unwrap_or(purchased_at),
        evidence: payload.text.into(),
    })
}

/// A type of Apple's that is new to us is taken for something bought once.
fn read_kind(kind: &str) -> PurchaseKind {
    match kind {
        "Consumable" => PurchaseKind::Consumable,
        "Non-Consumable" => PurchaseKind::NonConsumable,
        "Non-Renewing Subscription" => PurchaseKind::NonRenewing,
        "Auto-Renewable Subscription" => PurchaseKind::AutoRenewable,
        _ => PurchaseKind::OneTime,
    }
}

/// What it brought: nothing in a free trial, and nothing where somebody else paid, a family member or an organisation.
fn paid(price: Option<Money>, offer: Option<&Offer>, ownership: Ownership) -> Option<Money> {
    match ownership {
        Ownership::FamilyShared | Ownership::Assigned | Ownership::Other => None,
        Ownership::Purchased if offer.is_some_and(Offer::is_free_trial) => price.map(|price| Money { price_micros: 0, ..price }),
        Ownership::Purchased => price,
    }
}

/// What Apple gave back: all, a share of a subscription's price (in thousandths of a percent), or nothing, where a family member
/// only lost access.
fn read_refund(fields: &Fields<'_>, price: Option<&Money>) -> Result<Option<RefundedPart>, Refusal> {
    if fields.moment("revocationDate")?.is_none() {
        return Ok(None);
    }
    let kind = fields.line("revocationType", VALUE_CHARS_MAX)?.map(str::to_owned);
    let share = fields.integer("revocationPercentage")?.filter(|share| (0..PERCENT_100).contains(share));
    let price_micros = match kind.as_deref() {
        Some("FAMILY_REVOKE") => Some(0),
        _ => price.zip(share).map(|(price, share)| share_of(price.price_micros, share)),
    };
    let reason = fields.integer("revocationReason")?.map(|number| number.to_string());
    Ok(Some(RefundedPart { price_micros, quantity: None, kind, reason }))
}

/// Thousandths of a percent.
const PERCENT_100: i64 = 100_000;

fn share_of(price_micros: i64, share: i64) -> i64 {
    let part = i128::from(price_micros) * i128::from(share) / i128::from(PERCENT_100);
    i64::try_from(part).unwrap_or(price_micros)
}

/// The offer of a transaction or of the next renewal; a type we do not know is one all the same.
fn read_offer(fields: &Fields<'_>) -> Result<Option<Offer>, Refusal> {
    let Some(number) = fields.integer("offerType")? else { return Ok(None) };
    let offer_type = match number {
        1 => OfferType::Introductory,
        2 => OfferType::Promotional,
        3 => OfferType::OfferCode,
        4 => OfferType::WinBack,
        _ => OfferType::Other,
    };
    let text = |name: &str, chars_max| fields.line(name, chars_max).map(|text| text.map(str::to_owned));
    let (offer_id, discount_type) = (text("offerIdentifier", ID_CHARS_MAX)?, text("offerDiscountType", VALUE_CHARS_MAX)?);
    Ok(Some(Offer { offer_type, offer_id, discount_type }))
}

/// The account token a purchase carries, lower case; one that is no UUID was given to nobody, and names nobody.
fn read_account_token(text: &str) -> Option<String> {
    uuid::Uuid::try_parse(text).ok().map(|token| token.to_string())
}

pub(super) fn check_app(app: &StoreApp, fields: &Fields<'_>) -> Result<(), Refusal> {
    check_bundle_id(app, fields.required_line("bundleId", ID_CHARS_MAX)?)
}

pub(super) fn check_bundle_id(app: &StoreApp, bundle_id: &str) -> Result<(), Refusal> {
    if bundle_id == app.store_app_id {
        return Ok(());
    }
    let reason = format!("bought in the app {bundle_id:?}, not in {:?}", app.store_app_id);
    Err(Refusal::new(RefusalCode::AppMismatch, reason))
}

/// Which environment the purchase counts in. The simulator marks its own as Sandbox, as Apple's test environment does; that they are
/// simulated is known from whose root vouched for them.
pub(super) fn read_environment(app: &StoreApp, fields: &Fields<'_>) -> Result<Environment, Refusal> {
    environment_of(app, fields.required_line("environment", VALUE_CHARS_MAX)?)
}

/// The same for Apple's word alone.
pub(super) fn environment_of(app: &StoreApp, said: &str) -> Result<Environment, Refusal> {
    match (app.environment, said) {
        (Environment::Live, "Production") => Ok(Environment::Live),
        (Environment::Live, "Sandbox") if app.accept_sandbox => Ok(Environment::Sandbox),
        (Environment::Sandbox, "Sandbox") => Ok(Environment::Sandbox),
        (Environment::Simulator, "Sandbox") => Ok(Environment::Simulator),
        (own, _) => {
            let reason = format!("a purchase made in {said:?} is not for a {own} app");
            Err(Refusal::new(RefusalCode::EnvironmentMismatch, reason))
        }
    }
}

/// Apple counts thousandths of the currency's unit, whatever its decimals; without a currency the number means nothing.
pub(super) fn read_price(fields: &Fields<'_>, name: &str) -> Result<Option<Money>, Refusal> {
    let (Some(milliunits), Some(currency)) = (fields.integer(name)?, fields.currency("currency")?) else {
        return Ok(None);
    };
    let price_micros = milliunits
        .checked_mul(MICROS_PER_MILLIUNIT)
        .filter(|micros| Money::is_price(*micros))
        .ok_or_else(|| fields.refuse(name, "is out of range"))?;
    Ok(Some(Money { price_micros, currency }))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::model::Timestamp;
    use crate::stores::simulated_app;

    fn payload() -> Value {
        json!({
            "transactionId": "710000000000001", "originalTransactionId": "710000000000000", "bundleId": "game.example",
            "productId": "vip.month", "purchaseDate": 1_767_225_600_000_i64, "expiresDate": 1_769_904_000_000.5,
            "quantity": 3, "type": "Auto-Renewable Subscription", "appAccountToken": "0B9A6C1E-3F57-4D0C-9C7A-6F2B1D5E8A40",
            "environment": "Sandbox", "price": 9_900_000, "currency": "KRW", "revocationReason": null, "offerType": 9,
        })
    }

    fn read(app: &StoreApp, changes: Value) -> Result<Purchase, Refusal> {
        let mut members = payload().as_object().unwrap().clone();
        members.extend(changes.as_object().unwrap().clone());
        read_purchase(app, Payload::parse(Value::Object(members).to_string().into_bytes()).unwrap())
    }

    #[test]
    fn reads_what_was_bought() {
        let purchase = read(&simulated_app(), json!({ "revocationDate": 1_767_300_000_000_i64 })).unwrap();
        assert_eq!(purchase.order_id, "710000000000001");
        assert_eq!(purchase.original_order_id, "710000000000000");
        assert_eq!(purchase.product_id, "vip.month");
        assert_eq!(purchase.quantity, 3);
        assert_eq!(purchase.account_token.as_deref(), Some("0b9a6c1e-3f57-4d0c-9c7a-6f2b1d5e8a40"));
        assert_eq!(purchase.purchased_at, Timestamp(1_767_225_600_000));
        assert_eq!(purchase.expires_at, Some(Timestamp(1_769_904_000_000)));
        assert_eq!(purchase.revoked_at, Some(Timestamp(1_767_300_000_000)));
        assert_eq!(purchase.price, Some(Money { price_micros: 9_900_000_000, currency: "KRW".into() }));
        assert_eq!(purchase.kind, Some(PurchaseKind::AutoRenewable));
        assert_eq!(purchase.evidence.read()["offerType"], 9);
    }

    #[test]
    fn a_restored_non_consumable_is_its_first_purchase() {
        for (kind, order_id) in [("Non-Consumable", "710000000000000"), ("Consumable", "710000000000001")] {
            let purchase = read(&simulated_app(), json!({ "type": kind })).unwrap();
            assert_eq!(
                (purchase.order_id.as_str(), purchase.original_order_id.as_str()),
                (order_id, "710000000000000"),
                "{kind}"
            );
        }
    }

    #[test]
    fn does_without_what_apple_may_leave_out() {
        let nulls = json!({
            "originalTransactionId": null, "expiresDate": null, "quantity": null, "type": null, "appAccountToken": null,
            "price": null,
        });
        let purchase = read(&simulated_app(), nulls).unwrap();
        assert_eq!(purchase.original_order_id, purchase.order_id);
        assert_eq!((purchase.quantity, purchase.expires_at, purchase.revoked_at), (1, None, None));
        assert_eq!((purchase.account_token, purchase.price, purchase.kind), (None, None, None));
        for (kind, read_as) in [
            ("Consumable", PurchaseKind::Consumable),
            ("Non-Consumable", PurchaseKind::NonConsumable),
            ("Non-Renewing Subscription", PurchaseKind::NonRenewing),
            ("Loan", PurchaseKind::OneTime),
        ] {
            assert_eq!(read(&simulated_app(), json!({ "type": kind })).unwrap().kind, Some(read_as));
        }
    }

    #[test]
    fn refuses_damaged_members_by_name() {
        for (changes, reason) in [
            (json!({ "transactionId": 7 }), "transaction.transactionId must be text"),
            (json!({ "transactionId": "" }), "transaction.transactionId is missing"),
            (json!({ "productId": null }), "transaction.productId is missing"),
            (json!({ "purchaseDate": null }), "transaction.purchaseDate is missing"),
            (json!({ "price": i64::MAX }), "transaction.price is out of range"),
            (json!({ "price": -1 }), "transaction.price is out of range"),
            (json!({ "price": 1_000_000_000_000_001_i64 }), "transaction.price is out of range"),
            (json!({ "currency": "KR\0" }), "transaction.currency must be three letters (ISO 4217)"),
            (json!({ "transactionId": "1\0" }), "transaction.transactionId must be 1 to 32 digits"),
            (json!({ "transactionId": "1".repeat(33) }), "transaction.transactionId must be 1 to 32 digits"),
            (json!({ "originalTransactionId": "a" }), "transaction.originalTransactionId must be 1 to 32 digits"),
            (json!({ "webOrderLineItemId": "1 2" }), "transaction.webOrderLineItemId must be 1 to 32 digits"),
            (json!({ "productId": "gem\u{1}" }), "transaction.productId must have no control characters"),
            (json!({ "productId": "x".repeat(256) }), "transaction.productId must have at most 255 characters"),
            (json!({ "bundleId": "game\0" }), "transaction.bundleId must have no control characters"),
            (json!({ "appTransactionId": "\0" }), "transaction.appTransactionId must have no control characters"),
            (
                json!({ "subscriptionGroupIdentifier": "\0" }),
                "transaction.subscriptionGroupIdentifier must have no control characters",
            ),
            (json!({ "offerIdentifier": "\0" }), "transaction.offerIdentifier must have no control characters"),
            (json!({ "purchaseDate": i64::MAX }), "transaction.purchaseDate must be milliseconds since 1970"),
            (json!({ "quantity": 0 }), "transaction.quantity must be at least 1"),
        ] {
            assert_eq!(read(&simulated_app(), changes), Err(Refusal::proof(reason)));
        }
    }

    #[test]
    fn an_account_token_that_is_no_uuid_names_nobody() {
        for token in ["", "player-1", "\0", &"x".repeat(10_000)] {
            assert_eq!(read(&simulated_app(), json!({ "appAccountToken": token })).unwrap().account_token, None);
        }
    }

    #[test]
    fn tells_apps_and_worlds_apart() {
        let live = StoreApp { environment: Environment::Live, ..simulated_app() };
        let review = StoreApp { accept_sandbox: true, ..live.clone() };
        let sandbox = StoreApp { environment: Environment::Sandbox, accept_sandbox: true, ..simulated_app() };
        let simulator = StoreApp { accept_sandbox: true, ..simulated_app() };
        let cases = [
            (&live, "Production", Some(Environment::Live)),
            (&live, "Sandbox", None),
            (&review, "Production", Some(Environment::Live)),
            (&review, "Sandbox", Some(Environment::Sandbox)),
            (&sandbox, "Sandbox", Some(Environment::Sandbox)),
            (&sandbox, "Production", None),
            (&simulator, "Sandbox", Some(Environment::Simulator)),
            (&simulator, "Production", None),
        ];
        let never = ["Xcode", "LocalTesting", "sandbox", ""];
        let all = cases
            .into_iter()
            .chain([&live, &review, &sandbox, &simulator].into_iter().flat_map(|app| never.map(|word| (app, word, None))));
        for (app, said, expected) in all {
            let answer = read(app, json!({ "environment": said }));
            assert_eq!(answer.as_ref().ok().map(|purchase| purchase.environment), expected, "{} {said}", app.environment);
            let code = answer.err().map(|refusal| refusal.code);
            let refused = if said.is_empty() { RefusalCode::ProofInvalid } else { RefusalCode::EnvironmentMismatch };
            assert_eq!(code, expected.is_none().then_some(refused));
        }
        let other = read(&live, json!({ "bundleId": "game.examples" }));
        assert_eq!(other.unwrap_err().code, RefusalCode::AppMismatch, "the app is checked before the environment");
    }
}
