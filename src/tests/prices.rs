//! No price is too large to be added up, and none that is out of range is taken.

use axum::http::StatusCode;
use purser::model::{Environment, MoneySum, ZoneOffset};
use purser::statistics::{get_overview, sum_of_user};
use purser::users::User;
use serde_json::{Value, json};

use crate::apple_life::{self, gem};
use crate::shop::{Key, Shop};
use crate::support::{TestState, on_both};

async fn verify_test(shop: &Shop, order: &str, price: Value) -> (StatusCode, Value) {
    let token = json!({ "orderId": order, "productId": "gem_100", "price": price, "currency": "KRW" }).to_string();
    let body = json!({ "store": "TEST", "userKey": "whale", "proof": { "token": token } });
    shop.call(Key::App, "POST", "/api/v1/payments/verify", body).await
}

on_both! {
    async fn the_largest_prices_add_up_exactly(state: TestState) {
        let shop = Shop::open(&state).await;
        for number in 0..12 {
            let (status, body) = verify_test(&shop, &format!("o-{number}"), json!("999999999999.999999")).await;
            assert_eq!(status, StatusCode::OK, "{body}");
        }
        let expected = MoneySum { micros: 12 * 999_999_999_999_999_999, currency: "KRW".into() };
        let overview = get_overview(&state, &shop.project, ZoneOffset::UTC).await.expect("numbers");
        let simulated = overview.environments.iter().find(|of| of.environment == Environment::Simulator).expect("numbers");
        assert_eq!(simulated.today.revenue, std::slice::from_ref(&expected));
        assert_eq!(simulated.week.revenue, std::slice::from_ref(&expected));
        let user = User::parse("whale", None).expect("a user");
        let totals = sum_of_user(&state, &shop.project, &user).await.expect("totals");
        assert_eq!((totals[0].paid, totals[0].paid_sum.as_ref()), (12, Some(&expected)));
    }

    async fn a_price_out_of_range_is_refused_by_its_name(state: TestState) {
        let shop = apple_life::open(&state).await;
        for price in [json!("1000000000000.000001"), json!(1_000_000_000_001_i64), json!(-1), json!("9223372036854.775807")] {
            let (status, body) = verify_test(&shop, "o", price).await;
            assert_eq!((status.as_u16(), &body["code"]), (422, &json!("PROOF_INVALID")), "{body}");
            assert!(body["detail"].as_str().is_some_and(|detail| detail.contains("price")), "{body}");
        }
        let authority = state.simulator.as_deref().expect("the simulator is on");
        for changes in [json!({ "price": i64::MAX }), json!({ "price": 1_000_000_000_000_001_i64 }), json!({ "currency": "₩₩₩" })] {
            let proof = json!({ "signedTransaction": authority.sign_jws(&gem("1", changes)).expect("signs") });
            let body = json!({ "store": "AS", "userKey": "u", "proof": proof });
            let (status, body) = shop.call(Key::App, "POST", "/api/v1/payments/verify", body).await;
            assert_eq!((status.as_u16(), &body["code"]), (422, &json!("PROOF_INVALID")), "{body}");
        }
        let sale = json!({ "store": "AS", "storeAppId": crate::shop::BUNDLE, "productId": "gem_100", "price": "1000000000001", "currency": "KRW" });
        let (status, body) = shop.call(Key::None, "POST", "/simulator/control/purchases", sale).await;
        assert_eq!((status.as_u16(), &body["param"]), (422, &json!("price")), "{body}");
    }

    async fn what_a_store_signed_is_checked_before_it_is_kept(state: TestState) {
        let shop = apple_life::open(&state).await;
        let authority = state.simulator.as_deref().expect("the simulator is on");
        for (name, bad) in [
            ("transactionId", json!("1\0")), ("transactionId", json!("1".repeat(33))), ("transactionId", json!("../x")),
            ("originalTransactionId", json!("\u{1}")), ("webOrderLineItemId", json!("x")), ("productId", json!("gem_100\0")),
            ("productId", json!("x".repeat(3_000))), ("bundleId", json!("x\0")), ("currency", json!("KR\0")),
            ("appTransactionId", json!("7\0")), ("purchaseDate", json!(i64::MAX)), ("storefront", json!("\0")),
        ] {
            let payload = gem("77", json!({ name: bad }));
            let proof = json!({ "signedTransaction": authority.sign_jws(&payload).expect("signs") });
            let body = json!({ "store": "AS", "userKey": "u", "proof": proof });
            let (status, body) = shop.call(Key::App, "POST", "/api/v1/payments/verify", body).await;
            assert_eq!((status.as_u16(), &body["code"]), (422, &json!("PROOF_INVALID")), "{name}: {body}");
            assert!(body["detail"].as_str().is_some_and(|detail| detail.contains(name)), "{name}: {body}");
        }
        // A token that is no UUID names nobody, and NUL in it harms nobody.
        for (number, token) in ["former-backend-7", "\0", ""].into_iter().enumerate() {
            let payload = gem(&format!("9{number}"), json!({ "appAccountToken": token }));
            let proof = json!({ "signedTransaction": authority.sign_jws(&payload).expect("signs") });
            let body = json!({ "store": "AS", "userKey": "u", "proof": proof });
            let (status, body) = shop.call(Key::App, "POST", "/api/v1/payments/verify", body).await;
            assert_eq!(status.as_u16(), 200, "{token:?}: {body}");
        }
    }
}
