//! Orders that another server consumed, from a file: never granted again, whenever their purchases come.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use purser::audit::By;
use purser::model::{AppSeq, PaymentSeq, Role};
use purser::payments::{self, ConsumedImport};
use purser::router::router;
use serde_json::json;

use crate::apple_life::{self, account_token, apple_app, gem, payment_of, tell, told, unconsumed};
use crate::goods::{bring, consume, proof};
use crate::people::{HOME, account, send, session, visit};
use crate::shop::{Shop, text};
use crate::support::{START, TestState, on_both};

const BY: By = By::System("test");

async fn import(state: &TestState, shop: &Shop, file: &str) -> ConsumedImport {
    let app = apple_app(state, &shop.project).await;
    payments::import_consumed(state, &BY, &shop.project, app, file.as_bytes()).await.expect("is read")
}

fn taken(orders: usize, consumed: usize) -> ConsumedImport {
    ConsumedImport::Taken { orders, consumed }
}

on_both! {
    async fn known_and_coming_orders_are_consumed_and_a_file_may_come_again(state: TestState) {
        let shop = apple_life::open(&state).await;
        bring(&shop, "player-1", &proof(&state, &gem("1", json!({})))).await;
        bring(&shop, "player-1", &proof(&state, &gem("2", json!({})))).await;
        let file = "orderId,userKey,consumedAt\n1,player-1,2026-11-01T12:00:00+09:00\n3,,\n4,,1793000000000\n5,player-1,\n";
        assert_eq!(import(&state, &shop, file).await, taken(4, 1));
        assert_eq!(import(&state, &shop, file).await, taken(4, 0));
        // By proof, by notification, and for a reservation.
        let (_, body) = bring(&shop, "player-1", &proof(&state, &gem("3", json!({})))).await;
        assert_eq!(body["code"], "ALREADY_CONSUMED", "{body}");
        let token = account_token(&shop, "player-1").await;
        tell(&state, &shop, &told("ONE_TIME_CHARGE", None, gem("4", json!({ "appAccountToken": token })))).await;
        let (seq, _) = shop.reserve("AS", "player-1", "gem_100").await;
        let (_, body) = shop.verify(&seq, &proof(&state, &gem("5", json!({})))).await;
        assert_eq!(body["code"], "ALREADY_CONSUMED", "{body}");
        assert_eq!(unconsumed(&shop, "player-1").await, 1, "the one that is not in the file");
        for (order, consumed_at) in [("1", "2026-11-01T03:00:00.000Z"), ("4", "2026-10-26T07:33:20.000Z")] {
            let payment = payment_of(&shop, order).await;
            assert_eq!((&payment["consumed"], text(&payment, "consumedAt").as_str()), (&json!(true), consumed_at), "{order}");
            let seq = text(&payment, "paymentSeq");
            assert_eq!(consume(&state, &shop, &seq).await, "ALREADY_CONSUMED", "{order}");
            let events = shop.payment(&seq).await["events"].clone();
            let lines: Vec<_> = events.as_array().expect("lines").iter().filter(|line| line["kind"] == "CONSUME").collect();
            assert_eq!((lines.len(), &lines[0]["reason"]), (1, &json!("imported: consumed at another server")), "{order}");
        }
    }

    async fn a_bad_row_leaves_nothing(state: TestState) {
        let shop = apple_life::open(&state).await;
        bring(&shop, "player-1", &proof(&state, &gem("1", json!({})))).await;
        let refused = async |file: &str| match import(&state, &shop, file).await {
            ConsumedImport::Refused(rows) => {
                rows.into_iter().map(|row| (row.line, row.fault.param.unwrap_or_default())).collect::<Vec<_>>()
            }
            done => panic!("{done:?}"),
        };
        let row = |line, column: &str| (line, column.to_owned());
        assert_eq!(refused("orderId,consumedAt\n1,\n2,soon\n,2026-11-01T00:00:00Z\n1,\n").await, [
            row(3, "consumedAt"), row(4, "orderId"), row(5, "orderId"),
        ]);
        assert_eq!(refused("orderId,userKey\n1,player-2\n2,player-2\n").await, [row(2, "userKey")]);
        for file in ["", "orderId\n", "userKey\nx\n", "orderId,colour\n1,red\n"] {
            let app = apple_app(&state, &shop.project).await;
            let error = payments::import_consumed(&state, &BY, &shop.project, app, file.as_bytes()).await.expect_err("refused");
            assert!(error.to_string().starts_with("file:"), "{error}");
        }
        assert_eq!(unconsumed(&shop, "player-1").await, 1);
        let other = payments::import_consumed(&state, &BY, &shop.project, AppSeq(9), b"orderId\n1\n").await;
        assert_eq!(other.expect_err("no app").code(), "NOT_FOUND");
    }

    async fn an_import_and_the_purchase_at_the_same_time_never_grant(state: TestState) {
        let shop = apple_life::open(&state).await;
        let app = apple_app(&state, &shop.project).await;
        for round in 0..10 {
            let id = format!("{}", 100 + round);
            let (proof, file) = (proof(&state, &gem(&id, json!({}))), format!("orderId\n{id}\n"));
            let import = payments::import_consumed(&state, &BY, &shop.project, app, file.as_bytes());
            let (verified, imported) = tokio::join!(bring(&shop, "player-1", &proof), import);
            imported.expect("is taken");
            drop(verified);
            let seq = text(&payment_of(&shop, &id).await, "paymentSeq");
            assert_eq!(consume(&state, &shop, &seq).await, "ALREADY_CONSUMED", "{round}");
        }
    }

    async fn operators_send_the_file_on_the_console(state: TestState) {
        let shop = apple_life::open(&state).await;
        let (app, router) = (apple_app(&state, &shop.project).await, router(state.state.clone()));
        bring(&shop, "player-1", &proof(&state, &gem("1", json!({})))).await;
        let page = format!("/projects/{}/apps/{app}/consumed-orders", shop.project);
        let upload = async |file: &str, cookie: &str| {
            let body = format!("--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"o.csv\"\r\n\r\n{file}\r\n--cut--\r\n");
            let request = Request::post(format!("{page}.csv"))
                .header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut").header(header::COOKIE, cookie);
            let answer = send(&router, HOME, request.body(Body::from(body)).expect("a request")).await;
            (answer.status, answer.location().to_owned())
        };
        let viewer = session(&state, &account(&state, "v@example.com", false, Some((&shop.project, Role::Support))).await).await;
        assert_eq!(upload("orderId\n1\n", &viewer).await.0, StatusCode::FORBIDDEN);
        let operator = session(&state, &account(&state, "o@example.com", false, Some((&shop.project, Role::Operator))).await).await;
        assert_eq!(upload("orderId\n\"a b\"\n", &operator).await, (StatusCode::SEE_OTHER, page.clone()));
        assert!(visit(&router, &page, Some(&operator)).await.body.contains("a b"), "the bad row is shown");
        let done = format!("{page}?orders=1&consumed=1");
        assert_eq!(upload("orderId\n1\n", &operator).await, (StatusCode::SEE_OTHER, done.clone()));
        assert!(visit(&router, &done, Some(&operator)).await.body.contains("1 orders are remembered"));
        assert_eq!(unconsumed(&shop, "player-1").await, 0);
        let detail = payments::find(&state, &shop.project, &PaymentSeq(text(&payment_of(&shop, "1").await, "paymentSeq"))).await;
        assert_eq!(detail.expect("a payment").consumed_at, Some(START));
    }
}
