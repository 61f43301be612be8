//! What is bought once and kept: owned, restored, taken back by a refund, and never consumed.

use axum::http::StatusCode;
use purser::audit::By;
use purser::catalog::{self, NewProduct, ProductInput};
use purser::model::{PaymentQuery, ProductType, Role, Timestamp, ZoneOffset};
use purser::payments::{self, ConsumedImport};
use purser::router::router;
use purser::statistics::get_overview;
use purser::{nhn, projects};
use serde_json::{Value, json};

use crate::apple_life::{DAY, account_token, apple_app, gem, payment_of, tell, told, unconsumed};
use crate::goods::{bring, consume, proof};
use crate::nhn_shop::NhnShop;
use crate::people::{account, session, visit};
use crate::shop::{Key, Shop, text};
use crate::support::{START, TestState, on_both};

const BY: By = By::System("test");
const PRODUCT: &str = "remove_ads";

/// A shop whose apps sell `remove_ads` too.
async fn open(state: &TestState) -> Shop {
    let shop = Shop::open(state).await;
    add_product(state, &shop).await;
    shop
}

async fn add_product(state: &TestState, shop: &Shop) {
    for app in projects::list_apps(state, &shop.project).await.expect("apps") {
        let (product_type, details) = (ProductType::NonConsumable, ProductInput::default());
        let new = NewProduct { app: app.app_seq, store_product_id: PRODUCT, product_type, details: &details };
        catalog::create_product(state, &BY, &shop.project, &new).await.expect("a product");
    }
}

/// The transaction Apple would sign of a `remove_ads` bought at START.
fn bought(id: &str, changes: Value) -> Value {
    let mut transaction = gem(id, json!({ "type": "Non-Consumable", "productId": PRODUCT }));
    transaction.as_object_mut().expect("an object").extend(changes.as_object().expect("an object").clone());
    transaction
}

async fn owned_page(shop: &Shop, user: &str, query: &str) -> Value {
    let (status, body) = shop.call(Key::Secret, "GET", &format!("/api/v1/users/{user}/owned{query}"), Value::Null).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    body
}

/// The store's order ids of what a user owns, as listed.
async fn owned(shop: &Shop, user: &str, query: &str) -> Vec<String> {
    let page = owned_page(shop, user, query).await;
    page["items"].as_array().expect("a list").iter().map(|item| text(item, "storeOrderId")).collect()
}

async fn verify_in_test_store(shop: &Shop, user: &str, orders: &[String]) {
    let token = |order: &String| json!({ "token": format!("test:{PRODUCT}:{order}") });
    let item = |order| json!({ "store": "TEST", "userKey": user, "proof": token(order) });
    let input = json!({ "items": orders.iter().map(item).collect::<Vec<_>>() });
    let (status, body) = shop.call(Key::Secret, "POST", "/api/v1/payments/verify", input).await;
    let rows = body["items"].as_array().expect("rows");
    assert!(status == StatusCode::OK && rows.iter().all(|row| row["payment"]["owned"] == true), "{body}");
}

on_both! {
    async fn it_is_owned_and_never_consumed(state: TestState) {
        let shop = open(&state).await;
        let (seq, account_token) = shop.reserve("AS", "player-1", PRODUCT).await;
        assert_eq!(shop.payment(&seq).await["owned"], false, "not yet paid");
        let proof = shop.buy(json!({ "productId": PRODUCT, "kind": "NON_CONSUMABLE", "accountToken": account_token })).await;
        let (status, paid) = shop.verify(&seq, &proof).await;
        let seen = [&paid["productType"], &paid["status"], &paid["owned"], &paid["consumable"], &paid["payload"]];
        assert_eq!((status, seen), (StatusCode::OK, [&json!("NON_CONSUMABLE"), &json!("SUCCESS"), &json!(true), &json!(false), &json!("note")]));
        assert_eq!(unconsumed(&shop, "player-1").await, 0);
        let list = owned_page(&shop, "player-1", "").await;
        let item = &list["items"][0];
        assert_eq!((&item["paymentSeq"], &item["environment"], &item["price"]), (&json!(seq), &json!("SIMULATOR"), &json!("4400.00")));
        assert!(item.get("accessToken").is_none() && list["nextCursor"].is_null(), "{list}");

        let (status, refused) = shop.consume(&seq, &shop.access_token(&state, &seq).await).await;
        assert_eq!((status, text(&refused, "code").as_str()), (StatusCode::CONFLICT, "NOT_CONSUMABLE"));
        assert!(text(&refused, "detail").contains("is owned"), "{refused}");
        for (unconsumed, withheld) in [(true, false), (false, true)] {
            let query = PaymentQuery { unconsumed, withheld, ..PaymentQuery::default() };
            let shown = payments::list(&state, &shop.project, &query).await;
            assert!(shown.expect("a list").items.is_empty(), "{query:?}");
        }
    }

    async fn another_device_restores_it_and_another_user_does_not(state: TestState) {
        let shop = open(&state).await;
        let (status, first) = bring(&shop, "player-1", &proof(&state, &bought("7", json!({})))).await;
        assert_eq!((status, &first["owned"]), (StatusCode::OK, &json!(true)), "{first}");
        // The same transaction again, and a restored one under an id of its own, for a reservation too.
        let restored = bought("8", json!({ "originalTransactionId": "7", "signedDate": START.0 + DAY }));
        for transaction in [&bought("7", json!({})), &restored] {
            let (status, again) = bring(&shop, "player-1", &proof(&state, transaction)).await;
            assert_eq!((status, &again["paymentSeq"]), (StatusCode::OK, &first["paymentSeq"]), "{again}");
        }
        let (seq, _) = shop.reserve("AS", "player-1", PRODUCT).await;
        let (_, again) = shop.verify_by_server(&seq, &proof(&state, &restored)).await;
        assert_eq!(again["paymentSeq"], first["paymentSeq"], "{again}");
        for transaction in [&bought("7", json!({})), &restored] {
            let (status, body) = bring(&shop, "player-2", &proof(&state, transaction)).await;
            assert_eq!((status, text(&body, "code").as_str()), (StatusCode::CONFLICT, "OWNED_BY_ANOTHER_USER"));
        }
        assert_eq!(owned(&shop, "player-1", "").await, ["7"]);
        assert!(owned(&shop, "player-2", "").await.is_empty());
    }

    async fn a_refund_takes_it_away_and_its_reversal_gives_it_back(state: TestState) {
        let shop = open(&state).await;
        let at = |days: i64, changes: Value| {
            let mut transaction = bought("7", changes);
            transaction["signedDate"] = (START.0 + days * DAY).into();
            transaction
        };
        bring(&shop, "player-1", &proof(&state, &at(0, json!({})))).await;
        let refunded = at(1, json!({ "revocationDate": START.0 + DAY, "revocationReason": 0 }));
        tell(&state, &shop, &told("REFUND", None, refunded.clone())).await;
        assert!(owned(&shop, "player-1", "").await.is_empty());
        let kept = payment_of(&shop, "7").await;
        assert_eq!((&kept["status"], &kept["owned"]), (&json!("REFUND"), &json!(false)));
        let (_, body) = bring(&shop, "player-1", &proof(&state, &refunded)).await;
        assert_eq!(body["code"], "REFUNDED");
        tell(&state, &shop, &told("REFUND_REVERSED", None, at(2, json!({})))).await;
        assert_eq!(owned(&shop, "player-1", "").await, ["7"]);
    }

    async fn the_store_says_what_it_sells(state: TestState) {
        let shop = open(&state).await;
        for (id, kind, product, code) in [
            ("1", "Consumable", PRODUCT, "PRODUCT_MISMATCH"),
            ("2", "Non-Renewing Subscription", PRODUCT, "PRODUCT_MISMATCH"),
            ("3", "Auto-Renewable Subscription", PRODUCT, "PRODUCT_MISMATCH"),
            ("4", "Non-Consumable", "gem_100", "PRODUCT_MISMATCH"),
            ("5", "Non-Renewing Subscription", "gem_100", ""),
            ("6", "Non-Consumable", PRODUCT, ""),
            ("7", "A type of next year", PRODUCT, ""),
        ] {
            let transaction = bought(id, json!({ "type": kind, "productId": product }));
            let (status, body) = bring(&shop, "player-1", &proof(&state, &transaction)).await;
            assert_eq!(body["code"].as_str().unwrap_or_default(), code, "{kind} as {product}: {body}");
            assert_eq!(status, if code.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }, "{kind}");
        }
        assert_eq!(owned(&shop, "player-1", "").await, ["7", "6"]);
    }

    async fn what_a_family_member_shares_is_owned_and_is_no_revenue(state: TestState) {
        let shop = open(&state).await;
        let of = |id: &str, changes: Value| {
            let mut transaction = bought(id, changes);
            transaction["inAppOwnershipType"] = "FAMILY_SHARED".into();
            transaction["appTransactionId"] = "704000000000000002".into();
            transaction
        };
        let (status, body) = bring(&shop, "child", &proof(&state, &of("9", json!({})))).await;
        let seen = [&body["owned"], &body["ownership"], &body["price"]];
        assert_eq!((status, seen), (StatusCode::OK, [&json!(true), &json!("FAMILY_SHARED"), &Value::Null]), "{body}");
        assert_eq!(owned_page(&shop, "child", "").await["items"][0]["ownership"], "FAMILY_SHARED");
        let overview = get_overview(&state, &shop.project, ZoneOffset::UTC).await.expect("numbers");
        assert!(overview.environments[1].today.revenue.is_empty());
        let ended = of("9", json!({ "revocationDate": START.0 + DAY, "revocationType": "FAMILY_REVOKE", "signedDate": START.0 + DAY }));
        tell(&state, &shop, &told("REVOKE", None, ended)).await;
        assert!(owned(&shop, "child", "").await.is_empty());
    }

    async fn it_counts_as_revenue_and_never_waits(state: TestState) {
        let shop = open(&state).await;
        bring(&shop, "player-1", &proof(&state, &bought("7", json!({})))).await;
        let overview = get_overview(&state, &shop.project, ZoneOffset::UTC).await.expect("numbers");
        let today = &overview.environments[1].today;
        assert_eq!((today.verified, today.revenue[0].micros), (1, 4_400_000_000));
        state.clock.advance(2 * Timestamp::HOUR);
        let overview = get_overview(&state, &shop.project, ZoneOffset::UTC).await.expect("numbers");
        assert_eq!(overview.environments[1].waiting, 0, "nothing is to be consumed");
    }

    async fn neither_the_apps_date_nor_an_import_takes_it_away(state: TestState) {
        let shop = open(&state).await;
        let app = apple_app(&state, &shop.project).await;
        let file = b"orderId\n7\n8\n";
        let old = bought("7", json!({ "purchaseDate": START.0 - DAY, "originalPurchaseDate": START.0 - DAY }));
        let (status, body) = bring(&shop, "player-1", &proof(&state, &old)).await;
        assert_eq!((status, &body["owned"]), (StatusCode::OK, &json!(true)), "owned wherever it was bought: {body}");
        let taken = payments::import_consumed(&state, &BY, &shop.project, app, file).await.expect("reads");
        assert_eq!(taken, ConsumedImport::Taken { orders: 2, consumed: 0 });
        let (status, body) = bring(&shop, "player-1", &proof(&state, &bought("8", json!({})))).await;
        assert_eq!((status, &body["consumedAt"]), (StatusCode::OK, &Value::Null), "{body}");
        assert_eq!(owned(&shop, "player-1", "").await, ["8", "7"]);
        let seq = text(&body, "paymentSeq");
        assert_eq!(consume(&state, &shop, &seq).await, "NOT_CONSUMABLE");
        let released = payments::release(&state, &BY, &shop.project, &purser::model::PaymentSeq(seq), "why not").await;
        assert_eq!(released.expect_err("refused").code(), "NOT_RELEASABLE");
    }

    async fn the_list_is_newest_first_by_store_channel_and_page(state: TestState) {
        let shop = open(&state).await;
        bring(&shop, "player-1", &proof(&state, &bought("7", json!({})))).await;
        bring(&shop, "player-1", &proof(&state, &gem("70", json!({})))).await;
        state.clock.advance(Timestamp::SECOND);
        verify_in_test_store(&shop, "player-1", &["t-1".into()]).await;
        assert_eq!(owned(&shop, "player-1", "").await, ["t-1", "7"]);
        assert_eq!(owned(&shop, "player-1", "?stores=AS").await, ["7"]);
        assert_eq!(owned(&shop, "player-1", "?stores=GG,TEST&userChannel=GF").await, ["t-1"]);
        assert!(owned(&shop, "player-1", "?userChannel=KR").await.is_empty());
        for (query, param) in [("stores=XX", "stores"), ("cursor=x", "cursor")] {
            let (status, body) = shop.call(Key::Secret, "GET", &format!("/api/v1/users/player-1/owned?{query}"), Value::Null).await;
            assert_eq!((status, text(&body, "param").as_str()), (StatusCode::UNPROCESSABLE_ENTITY, param));
        }
        // Consumables of the same player do not take the page's room.
        let orders: Vec<String> = (0..101).map(|number| format!("c-{number:03}")).collect();
        for chunk in orders.chunks(50) {
            verify_in_test_store(&shop, "collector", chunk).await;
            state.clock.advance(Timestamp::SECOND);
        }
        let page = owned_page(&shop, "collector", "").await;
        assert_eq!((page["items"].as_array().map(Vec::len), &page["items"][0]["storeOrderId"]), (Some(100), &json!("c-100")));
        let rest = owned_page(&shop, "collector", &format!("?cursor={}", text(&page, "nextCursor"))).await;
        assert_eq!((rest["items"].as_array().map(Vec::len), &rest["nextCursor"]), (Some(1), &Value::Null));
        let seqs = |page: &Value| page["items"].as_array().expect("a list").iter().map(|item| text(item, "paymentSeq")).collect::<Vec<_>>();
        assert!(!seqs(&page).contains(&seqs(&rest)[0]), "no row twice");
    }

    async fn nhns_forms_do_not_show_it(state: TestState) {
        let shop = NhnShop::open(&state).await;
        shop.take_over_gamebase().await;
        shop.change(nhn::NhnInput { legacy: Some(true), ..nhn::NhnInput::default() }).await;
        add_product(&state, &shop.shop).await;
        verify_in_test_store(&shop.shop, "player-1", &["t-1".into()]).await;
        let seq = text(&payment_of(&shop.shop, "t-1").await, "paymentSeq");
        let token = shop.shop.access_token(&state, &seq).await;
        let (app, item) = shop.product(purser::model::StoreCode::Test, PRODUCT).await;
        let (named, by_number) = (json!({ "paymentSeq": seq, "accessToken": token }), json!({ "appSeq": app, "userKey": "player-1" }));
        for empty in [
            shop.service("consumable", json!({ "marketId": "TEST", "userKey": "player-1" })).await,
            shop.gamebase("POST", "v1.3/consumable", json!({ "userId": "player-1" })).await,
            shop.gamebase("POST", "v1.3/active-subscriptions", json!({ "userId": "player-1", "packageName": "com.example.test" })).await,
            shop.gamebase("POST", "v1.2/consumable", json!({ "marketId": "TEST", "userKey": "player-1" })).await,
            shop.legacy("/standard/inapp/v1/consumable/list", by_number).await,
        ] {
            assert_eq!((empty.code(), &empty.json()["result"]), (0, &json!([])), "{}", empty.text);
        }
        let items = shop.send("GET", &format!("/standard/item/list/{app}"), &[], "").await;
        assert!(items.text.contains("gem_100") && !items.text.contains(PRODUCT), "{}", items.text);
        for refused in [
            shop.service("consume", named.clone()).await,
            shop.gamebase("POST", "v1.3/consume", named).await,
            shop.legacy(&format!("/inapp/v3/consume/{seq}/items/{item}"), json!({ "purchaseToken": token })).await,
        ] {
            assert_eq!(refused.code(), 5000, "{}", refused.text);
        }
        let found = shop.gamebase("GET", &format!("v1.3/payment/transaction?accessToken={token}"), Value::Null).await;
        assert!(found.code() != 0 && !found.text.contains(PRODUCT), "{}", found.text);
    }

    async fn a_store_account_buys_it_once(state: TestState) {
        let shop = open(&state).await;
        for store in ["AS", "TEST"] {
            let sheet = |player: &str, changes: Value| {
                let mut sheet = json!({ "store": store, "productId": PRODUCT, "player": player, "kind": "NON_CONSUMABLE" });
                if store == "TEST" {
                    sheet["storeAppId"] = "com.example.test".into();
                }
                sheet.as_object_mut().expect("an object").extend(changes.as_object().expect("an object").clone());
                sheet
            };
            let input = |user: &str, proof: Value| json!({ "store": store, "userKey": user, "proof": proof });
            let user = format!("{store}-player");
            let verify = async |proof: Value| {
                let (status, body) = shop.call(Key::Secret, "POST", "/api/v1/payments/verify", input(&user, proof)).await;
                assert_eq!(status, StatusCode::OK, "{body}");
                text(&body, "paymentSeq")
            };
            let first = verify(shop.buy(sheet("anna", json!({}))).await).await;
            assert_eq!(verify(shop.buy(sheet("anna", json!({}))).await).await, first, "restored");
            assert_ne!(verify(shop.buy(sheet("berta", json!({}))).await).await, first, "another account's own");
            assert_eq!(owned(&shop, &user, "").await.len(), 2);
        }
    }

    async fn the_console_shows_what_a_player_owns(state: TestState) {
        let shop = open(&state).await;
        account_token(&shop, "player-1").await;
        let operator = account(&state, "s@example.com", false, Some((&shop.project, Role::Viewer))).await;
        let (app, cookie) = (router(state.state.clone()), session(&state, &operator).await);
        let show = async |path: String| visit(&app, &format!("/projects/{}/{path}", shop.project), Some(&cookie)).await.body;
        assert!(!show("users/player-1".into()).await.contains("Bought once and kept."), "an empty card is not shown");
        let (_, body) = bring(&shop, "player-1", &proof(&state, &bought("7", json!({})))).await;
        let user = show("users/player-1".into()).await;
        assert!(user.contains("Bought once and kept.") && user.contains(">Owned</span>"), "{user}");
        let payment = show(format!("payments/{}", text(&body, "paymentSeq"))).await;
        assert!(payment.contains("Non-consumable") && payment.contains("there is nothing to consume"), "{payment}");
        assert!(!payment.contains(">Consumed<"), "{payment}");
    }
}
