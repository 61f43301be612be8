use serde_json::{Map, Value};

use super::transaction::{ID_CHARS_MAX, read_environment, read_price};
use crate::model::{ExpirationReason, PriceConsent, Renewal, Timestamp};
use crate::stores::fields::Fields;
use crate::stores::{Refusal, StoreApp};

/// Reads a verified JWSRenewalInfoDecodedPayload. It names no app, so it must be bound to a transaction by its chain.
pub fn read_renewal(app: &StoreApp, payload: &Map<String, Value>, signed_at: Timestamp) -> Result<Renewal, Refusal> {
    let fields = Fields::new("renewalInfo", payload);
    read_environment(app, &fields)?;
    let next_product_id = match fields.line("autoRenewProductId", ID_CHARS_MAX)? {
        Some(next) => Some(next),
        None => fields.line("productId", ID_CHARS_MAX)?,
    };
    Ok(Renewal {
        chain_id: fields.required_digits("originalTransactionId")?.to_owned(),
        next_product_id: next_product_id.map(str::to_owned),
        auto_renew: fields.integer("autoRenewStatus")? != Some(0),
        in_retry: fields.flag("isInBillingRetryPeriod")?,
        is_paused: false,
        grace_end: fields.moment("gracePeriodExpiresDate")?,
        expiration_reason: fields.integer("expirationIntent")?.map(expiration_reason),
        price_consent: fields.integer("priceIncreaseStatus")?.map(price_consent),
        next_price: read_price(&fields, "renewalPrice")?,
        renews_at: fields.moment("renewalDate")?,
        as_of: fields.moment("signedDate")?.unwrap_or(signed_at),
    })
}

const fn expiration_reason(intent: i64) -> ExpirationReason {
    match intent {
        1 => ExpirationReason::Canceled,
        2 => ExpirationReason::BillingError,
        3 => ExpirationReason::PriceRefused,
        4 => ExpirationReason::ProductUnavailable,
        _ => ExpirationReason::Other,
    }
}

const fn price_consent(status: i64) -> PriceConsent {
    match status {
        0 => PriceConsent::Pending,
        _ => PriceConsent::Given,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Money, RefusalCode};
    use crate::stores::simulated_app;
    use serde_json::json;

    fn read(changes: Value) -> Result<Renewal, Refusal> {
        let mut payload = json!({
            "originalTransactionId": "1", "productId": "vip", "autoRenewProductId": "basic", "autoRenewStatus": 1,
            "isInBillingRetryPeriod": false, "renewalPrice": 9_900_000, "currency": "KRW", "environment": "Sandbox",
            "signedDate": 7, "renewalDate": 9,
        });
        payload.as_object_mut().unwrap().extend(changes.as_object().cloned().unwrap_or_default());
        read_renewal(&simulated_app(), payload.as_object().unwrap(), Timestamp(1))
    }

    #[test]
    fn reads_how_a_chain_goes_on() {
        let renewal = read(json!({})).unwrap();
        assert_eq!((renewal.next_product_id.as_deref(), renewal.auto_renew, renewal.in_retry), (Some("basic"), true, false));
        assert_eq!(renewal.next_price, Some(Money { price_micros: 9_900_000_000, currency: "KRW".into() }));
        assert_eq!((renewal.as_of, renewal.renews_at, renewal.grace_end), (Timestamp(7), Some(Timestamp(9)), None));
        let over = read(json!({ "autoRenewStatus": 0, "expirationIntent": 99, "priceIncreaseStatus": 0 })).unwrap();
        assert_eq!(over.expiration_reason, Some(ExpirationReason::Other));
        assert_eq!((over.auto_renew, over.price_consent), (false, Some(PriceConsent::Pending)));
    }

    #[test]
    fn refuses_another_world_and_damage() {
        assert_eq!(read(json!({ "environment": "Production" })).unwrap_err().code, RefusalCode::EnvironmentMismatch);
        assert_eq!(read(json!({ "originalTransactionId": null })).unwrap_err().code, RefusalCode::ProofInvalid);
        assert_eq!(read(json!({ "autoRenewStatus": "on" })).unwrap_err().code, RefusalCode::ProofInvalid);
        for bad in [
            json!({ "originalTransactionId": "1\0" }),
            json!({ "autoRenewProductId": "\0" }),
            json!({ "renewalPrice": i64::MAX }),
            json!({ "currency": "WON!" }),
            json!({ "renewalDate": i64::MAX }),
        ] {
            assert_eq!(read(bad.clone()).unwrap_err().code, RefusalCode::ProofInvalid, "{bad}");
        }
    }
}
