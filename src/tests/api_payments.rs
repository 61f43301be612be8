//! A payment's life through the API.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::shop::{Key, Shop, text};
use crate::support::{TestState, on_both};

on_both! {
    async fn a_purchase_from_reserve_to_consume(state: TestState) {
        let shop = Shop::open(&state).await;
        let (payment, account_token) = shop.reserve("AS", "player-1", "gem_100").await;
        assert_eq!(shop.payment(&payment).await["status"], "RESERVED");

        let proof = shop.buy(json!({ "accountToken": account_token })).await;
        let (status, verified) = shop.verify(&payment, &proof).await;
        assert_eq!(status, StatusCode::OK, "{verified}");
        assert_eq!(verified["status"], "SUCCESS");
        assert_eq!(verified["price"], "4400.00");
        assert_eq!(verified["priceMicros"], 4_400_000_000_i64);
        assert_eq!(verified["currency"], "KRW");
        assert_eq!(verified["environment"], "SIMULATOR");
        assert_eq!(verified["payload"], "note");
        let token = text(&verified, "accessToken");
        assert_eq!(token.len(), 86);

        let (_, list) = shop.call(Key::Secret, "GET", "/api/v1/users/player-1/consumables", Value::Null).await;
        assert_eq!(list["items"][0]["paymentSeq"], payment.as_str());
        assert_eq!(list["items"][0]["accessToken"], token.as_str());

        let (status, consumed) = shop.consume(&payment, &token).await;
        assert_eq!(status, StatusCode::OK, "{consumed}");
        assert_eq!(consumed["consumed"], true);
        let (status, again) = shop.consume(&payment, &token).await;
        assert_eq!((status, again["code"].as_str()), (StatusCode::CONFLICT, Some("ALREADY_CONSUMED")));

        let (_, list) = shop.call(Key::Secret, "GET", "/api/v1/users/player-1/consumables", Value::Null).await;
        assert_eq!(list["items"], json!([]));
        let kinds: Vec<_> = shop.payment(&payment).await["events"].as_array().expect("events").iter()
            .map(|event| text(event, "kind")).collect();
        assert_eq!(kinds, ["RESERVE", "VERIFY", "CONSUME"]);
    }

    async fn verify_again_gives_the_same_answer(state: TestState) {
        let shop = Shop::open(&state).await;
        let (payment, account_token) = shop.reserve("AS", "player-1", "gem_100").await;
        let proof = shop.buy(json!({ "accountToken": account_token })).await;
        let (_, first) = shop.verify(&payment, &proof).await;
        let (status, second) = shop.verify(&payment, &proof).await;
        assert_eq!((status, &second), (StatusCode::OK, &first));
        let (other, _) = shop.reserve("AS", "player-1", "gem_100").await;
        let (status, third) = shop.verify(&other, &proof).await;
        assert_eq!((status, &third["paymentSeq"]), (StatusCode::OK, &first["paymentSeq"]));
        let input = json!({ "store": "AS", "userKey": "player-1", "proof": proof });
        let (status, fourth) = shop.call(Key::App, "POST", "/api/v1/payments/verify", input).await;
        assert_eq!((status, &fourth["paymentSeq"]), (StatusCode::OK, &first["paymentSeq"]));
    }

    async fn a_reservation_used_twice_loses_no_paid_purchase(state: TestState) {
        let shop = Shop::open(&state).await;
        let (payment, account_token) = shop.reserve("AS", "player-1", "gem_100").await;
        let (_, first) = shop.verify(&payment, &shop.buy(json!({ "accountToken": account_token })).await).await;
        let (status, second) = shop.verify(&payment, &shop.buy(json!({ "accountToken": account_token })).await).await;
        assert_eq!(status, StatusCode::OK, "{second}");
        assert_ne!(first["paymentSeq"], second["paymentSeq"]);
        let (_, list) = shop.call(Key::Secret, "GET", "/api/v1/users/player-1/consumables", Value::Null).await;
        assert_eq!(list["items"].as_array().map(Vec::len), Some(2));
    }

    async fn a_purchase_without_reservation(state: TestState) {
        let shop = Shop::open(&state).await;
        let proof = shop.buy(json!({})).await;
        let input = json!({ "items": [
            { "store": "AS", "userKey": "player-9", "proof": proof },
            { "store": "AS", "userKey": "player-9", "proof": { "signedTransaction": "a.b.c" } },
            { "store": "AS", "proof": {} },
        ] });
        let (status, body) = shop.call(Key::App, "POST", "/api/v1/payments/verify", input).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        assert_eq!(body["items"][0]["payment"]["status"], "SUCCESS");
        assert_eq!(body["items"][1]["error"]["code"], "PROOF_INVALID");
        assert_eq!(body["items"][2]["error"]["param"], "userKey");
    }

    async fn each_refusal_has_its_code(state: TestState) {
        let shop = Shop::open(&state).await;
        let (payment, account_token) = shop.reserve("AS", "player-1", "gem_100").await;
        let (_, other_token) = shop.reserve("AS", "player-2", "gem_100").await;
        let good = shop.buy(json!({ "accountToken": account_token })).await;
        let mut forged = text(&good, "signedTransaction");
        forged.replace_range(forged.len() - 6.., "AAAAAA");
        let cases = [
            (json!({ "signedTransaction": forged }), 422, "PROOF_INVALID"),
            (json!({}), 422, "PROOF_INVALID"),
            (shop.buy(json!({ "storeAppId": "com.example.other" })).await, 422, "APP_MISMATCH"),
            (shop.buy(json!({ "productId": "gem_500" })).await, 422, "PRODUCT_MISMATCH"),
            (shop.buy(json!({ "accountToken": other_token })).await, 409, "OWNED_BY_ANOTHER_USER"),
            (shop.buy(json!({ "revoked": true })).await, 409, "REFUNDED"),
        ];
        for (proof, status, code) in cases {
            let (got, body) = shop.verify_by_server(&payment, &proof).await;
            assert_eq!((got.as_u16(), body["code"].as_str()), (status, Some(code)), "{body}");
            let now = shop.payment(&payment).await;
            assert_eq!((now["status"].as_str(), now["refusal"].as_str()), (Some("FAILURE"), Some(code)));
        }
        let (status, body) = shop.verify(&payment, &good).await;
        assert_eq!((status, &body["status"]), (StatusCode::OK, &json!("SUCCESS")), "a later, valid verify wins: {body}");
        let unknown = shop.buy(json!({ "productId": "sword" })).await;
        let input = json!({ "store": "AS", "userKey": "player-1", "proof": unknown });
        let (status, body) = shop.call(Key::App, "POST", "/api/v1/payments/verify", input).await;
        assert_eq!((status.as_u16(), body["code"].as_str()), (422, Some("PRODUCT_UNKNOWN")));
    }

    async fn a_second_user_is_refused_and_nothing_changes(state: TestState) {
        let shop = Shop::open(&state).await;
        let proof = shop.buy(json!({})).await;
        let (mine, _) = shop.reserve("AS", "player-1", "gem_100").await;
        let (_, verified) = shop.verify(&mine, &proof).await;
        let (theirs, _) = shop.reserve("AS", "player-2", "gem_100").await;
        let (status, body) = shop.verify(&theirs, &proof).await;
        assert_eq!((status.as_u16(), body["code"].as_str()), (409, Some("OWNED_BY_ANOTHER_USER")));
        let (_, list) = shop.call(Key::Secret, "GET", "/api/v1/users/player-2/consumables", Value::Null).await;
        assert_eq!(list["items"], json!([]));
        assert_eq!(shop.payment(&mine).await["updatedAt"], verified["updatedAt"]);
    }

    async fn the_test_store_works_by_hand(state: TestState) {
        let shop = Shop::open(&state).await;
        let (payment, _) = shop.reserve("TEST", "player-1", "gem_100").await;
        let (status, body) = shop.verify(&payment, &json!({ "token": "test:gem_100:order-1" })).await;
        assert_eq!((status, &body["storeOrderId"]), (StatusCode::OK, &json!("order-1")), "{body}");
        let (pending, _) = shop.reserve("TEST", "player-1", "gem_100").await;
        let token = json!({ "orderId": "order-2", "productId": "gem_100", "pending": true }).to_string();
        let (status, body) = shop.verify(&pending, &json!({ "token": token })).await;
        assert_eq!((status.as_u16(), body["code"].as_str()), (409, Some("PENDING")));
        assert_eq!(shop.payment(&pending).await["status"], "PENDING");
        let (status, _) = shop.verify(&pending, &json!({ "token": "test:gem_100:order-2" })).await;
        assert_eq!(status, StatusCode::OK);
    }

    async fn a_closed_payment_can_still_be_verified(state: TestState) {
        let shop = Shop::open(&state).await;
        let input = json!({ "store": "TEST", "productId": "gem_100", "userKey": "player-1" });
        let (_, reserved) = shop.call(Key::App, "POST", "/api/v1/payments", input).await;
        let (payment, token) = (text(&reserved, "paymentSeq"), text(&reserved, "reservationToken"));
        let path = format!("/api/v1/payments/{payment}/close");
        let close = json!({ "reason": "cancelled", "reservationToken": token });
        for _ in 0..2 {
            let (status, body) = shop.call(Key::App, "POST", &path, close.clone()).await;
            assert_eq!((status, body), (StatusCode::OK, json!({ "paymentSeq": payment, "status": "USER_CLOSE" })));
        }
        assert_eq!(shop.verify(&payment, &json!({ "token": "test:gem_100:o" })).await.0, StatusCode::OK);
        for (key, body) in [(Key::App, close), (Key::Secret, json!({}))] {
            let (status, body) = shop.call(key, "POST", &path, body).await;
            assert_eq!((status, body["code"].as_str()), (StatusCode::CONFLICT, Some("NOT_OPEN")));
        }
        let (open, _) = shop.reserve("TEST", "player-1", "gem_100").await;
        let (status, body) = shop.call(Key::Secret, "POST", &format!("/api/v1/payments/{open}/close"), json!({})).await;
        assert_eq!((status, &body["status"]), (StatusCode::OK, &json!("USER_CLOSE")), "a game server needs no token");
    }

    async fn a_close_without_the_reservations_token_is_written_down_and_moves_nothing(state: TestState) {
        let shop = Shop::open(&state).await;
        let (payment, _) = shop.reserve("TEST", "player-1", "gem_100").await;
        let path = format!("/api/v1/payments/{payment}/close");
        for _ in 0..8 {
            let (status, body) = shop.call(Key::App, "POST", &path, json!({ "reason": "cancelled" })).await;
            assert_eq!((status, body), (StatusCode::OK, json!({ "paymentSeq": payment, "status": "USER_CLOSE" })));
        }
        let kept = shop.payment(&payment).await;
        assert_eq!(kept["status"], "RESERVED");
        let notes = kept["events"].as_array().expect("events").iter().filter(|event| event["kind"] == "CLOSE").count();
        assert_eq!(notes, 5, "a flood is not written down");
        let (status, body) = shop.verify(&payment, &json!({ "token": "test:gem_100:o" })).await;
        assert_eq!((status, &body["paymentSeq"], &body["payload"]), (StatusCode::OK, &json!(payment), &json!("note")));
        let (status, body) = shop.call(Key::App, "POST", &path, json!({})).await;
        assert_eq!((status, body["code"].as_str()), (StatusCode::CONFLICT, Some("NOT_OPEN")));
        let (status, body) = shop.call(Key::App, "POST", "/api/v1/payments/1/close", json!({})).await;
        assert_eq!((status, body["code"].as_str()), (StatusCode::NOT_FOUND, Some("NOT_FOUND")));
    }

    async fn consume_needs_the_payments_own_token(state: TestState) {
        let shop = Shop::open(&state).await;
        let (payment, _) = shop.reserve("TEST", "player-1", "gem_100").await;
        let (other, _) = shop.reserve("TEST", "player-1", "gem_100").await;
        let (_, body) = shop.verify(&payment, &json!({ "token": "test:gem_100:o1" })).await;
        let (_, wrong) = shop.verify(&other, &json!({ "token": "test:gem_100:o2" })).await;
        for token in [text(&wrong, "accessToken"), String::new(), "x".repeat(86)] {
            let (status, body) = shop.consume(&payment, &token).await;
            assert_eq!((status.as_u16(), body["code"].as_str()), (403, Some("ACCESS_TOKEN_INVALID")));
        }
        let token = text(&body, "accessToken");
        let path = format!("/api/v1/payments/{payment}/consume");
        let (status, _) = shop.call(Key::App, "POST", &path, json!({ "accessToken": token })).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "apps may not consume unless the project says so");
        assert_eq!(shop.consume(&payment, &token).await.0, StatusCode::OK);
    }

    async fn fifty_consumes_at_once_have_one_winner(state: TestState) {
        let shop = std::sync::Arc::new(Shop::open(&state).await);
        let (payment, _) = shop.reserve("TEST", "player-1", "gem_100").await;
        let (_, body) = shop.verify(&payment, &json!({ "token": "test:gem_100:o1" })).await;
        let token = text(&body, "accessToken");
        let tasks: Vec<_> = (0..50).map(|_| {
            let (shop, payment, token) = (shop.clone(), payment.clone(), token.clone());
            tokio::spawn(async move { shop.consume(&payment, &token).await.0 })
        }).collect();
        let mut won = 0;
        for task in tasks {
            match task.await.expect("runs") {
                StatusCode::OK => won += 1,
                status => assert_eq!(status, StatusCode::CONFLICT),
            }
        }
        assert_eq!(won, 1);
    }

    async fn fifty_verifies_at_once_make_one_payment(state: TestState) {
        let shop = std::sync::Arc::new(Shop::open(&state).await);
        let proof = shop.buy(json!({})).await;
        let tasks: Vec<_> = (0..50).map(|index| {
            let (shop, proof) = (shop.clone(), proof.clone());
            tokio::spawn(async move {
                if index % 2 == 0 {
                    let (payment, _) = shop.reserve("AS", "player-1", "gem_100").await;
                    return shop.verify(&payment, &proof).await;
                }
                let input = json!({ "store": "AS", "userKey": "player-1", "proof": proof });
                shop.call(Key::App, "POST", "/api/v1/payments/verify", input).await
            })
        }).collect();
        let mut seen = std::collections::HashSet::new();
        for task in tasks {
            let (status, body) = task.await.expect("runs");
            assert_eq!(status, StatusCode::OK, "{body}");
            seen.insert(text(&body, "paymentSeq"));
        }
        assert_eq!(seen.len(), 1);
        let (_, list) = shop.call(Key::Secret, "GET", "/api/v1/payments?status=SUCCESS", Value::Null).await;
        assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
    }

    async fn a_repeated_key_gets_the_same_answer(state: TestState) {
        let shop = std::sync::Arc::new(Shop::open(&state).await);
        let (payment, _) = shop.reserve("TEST", "player-1", "gem_100").await;
        let (_, body) = shop.verify(&payment, &json!({ "token": "test:gem_100:o1" })).await;
        let path = format!("/api/v1/payments/{payment}/consume");
        let input = json!({ "accessToken": text(&body, "accessToken") });
        let tasks: Vec<_> = (0..10).map(|_| {
            let (shop, path, input) = (shop.clone(), path.clone(), input.clone());
            tokio::spawn(async move { shop.call_with(Key::Secret, "POST", &path, input, &[("idempotency-key", "k-1")]).await })
        }).collect();
        for task in tasks {
            let (status, body) = task.await.expect("runs");
            assert_eq!((status, &body["consumed"]), (StatusCode::OK, &json!(true)), "{body}");
        }
        let (status, body) =
            shop.call_with(Key::Secret, "POST", &path, json!({ "accessToken": "x" }), &[("idempotency-key", "k-1")]).await;
        assert_eq!((status.as_u16(), body["code"].as_str()), (422, Some("IDEMPOTENCY_KEY_REUSED")));
        let (status, _) = shop.call_with(Key::Secret, "POST", &path, input, &[("idempotency-key", "k-2")]).await;
        assert_eq!(status, StatusCode::CONFLICT, "another key is another caller");
    }

    async fn bad_input_names_its_field(state: TestState) {
        let shop = Shop::open(&state).await;
        let good = json!({ "store": "AS", "productId": "gem_100", "userKey": "p" });
        for (name, value) in [("store", json!("XX")), ("productId", json!("nothing")), ("userKey", json!("")),
            ("userChannel", json!("\u{1}")), ("payload", json!("x".repeat(5_000))), ("extra", json!(1)), ("appId", json!("no.such"))] {
            let mut input = good.clone();
            input[name] = value;
            let (status, body) = shop.call(Key::App, "POST", "/api/v1/payments", input).await;
            assert_eq!((status.as_u16(), body["param"].as_str()), (422, Some(name)), "{body}");
        }
        for (query, name) in [("status=GOOD", "status"), ("from=today", "from"), ("limit=0", "limit"), ("limit=101", "limit"),
            ("cursor=x", "cursor"), ("limit=x", "limit")] {
            let (status, body) = shop.call(Key::Secret, "GET", &format!("/api/v1/payments?{query}"), Value::Null).await;
            assert_eq!((status.as_u16(), body["param"].as_str()), (422, Some(name)), "{body}");
        }
        let (status, body) = shop.call(Key::App, "POST", "/api/v1/users", json!({})).await;
        assert_eq!((status.as_u16(), body["param"].as_str()), (422, Some("userKey")), "{body}");
    }

    async fn pages_go_on_where_they_ended(state: TestState) {
        let shop = Shop::open(&state).await;
        let mut made = Vec::new();
        for _ in 0..7 {
            made.push(shop.reserve("AS", "player-1", "gem_100").await.0);
        }
        made.reverse();
        let mut seen = Vec::new();
        let mut cursor = String::new();
        loop {
            let path = format!("/api/v1/payments?userKey=player-1&limit=3&cursor={cursor}");
            let (_, body) = shop.call(Key::Secret, "GET", &path, Value::Null).await;
            seen.extend(body["items"].as_array().expect("items").iter().map(|item| text(item, "paymentSeq")));
            let Some(next) = body["nextCursor"].as_str() else { break };
            cursor = next.to_owned();
        }
        assert_eq!(seen, made);
    }

    async fn every_filter_finds(state: TestState) {
        let shop = Shop::open(&state).await;
        let (payment, _) = shop.reserve("TEST", "player-1", "gem_500").await;
        shop.reserve("AS", "player-2", "gem_100").await;
        shop.verify(&payment, &json!({ "token": "test:gem_500:order-77" })).await;
        for query in ["userKey=player-1", "storeOrderId=order-77", "status=SUCCESS", "store=TEST", "productId=gem_500",
            "userKey=player-1&status=SUCCESS&productId=gem_500", "from=2026-11-22T00:00:00Z&to=2026-11-24T00:00:00Z&store=TEST"] {
            let (status, body) = shop.call(Key::Secret, "GET", &format!("/api/v1/payments?{query}"), Value::Null).await;
            assert_eq!((status, body["items"].as_array().map(Vec::len)), (StatusCode::OK, Some(1)), "{query}: {body}");
            assert_eq!(body["items"][0]["paymentSeq"], payment.as_str());
        }
        let (_, body) = shop.call(Key::Secret, "GET", "/api/v1/payments?userKey=nobody", Value::Null).await;
        assert_eq!(body["items"], json!([]));
    }
}
