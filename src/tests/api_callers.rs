//! Every call of the native API by each kind of caller: nobody, an app, an app in the built-in model with and without a user
//! token, a game server.

use axum::http::StatusCode;
use purser::audit::By;
use purser::model::Timestamp;
use purser::projects::{self, ProjectInput};
use purser::state::AppState;
use serde_json::{Value, json};

use crate::access_table::{TABLE, Who};
use crate::shop::{Key, Shop, text};
use crate::support::{TestState, on_both};

const BY: By = By::System("test");
const PLAYER: &str = "player-1";

/// How a project lets its apps act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Model {
    Server,
    BuiltIn,
    BuiltInWithToken,
}

/// What an app says of its user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sent {
    Nothing,
    Own,
    Others,
    Forged,
    Over,
}

async fn set(state: &AppState, shop: &Shop, model: Model) {
    let input = ProjectInput {
        name: "Game".into(),
        client_consume: model != Model::Server,
        user_token_required: model == Model::BuiltInWithToken,
        ..ProjectInput::default()
    };
    projects::update_project(state, &BY, &shop.project, &input).await.expect("changes");
}

async fn user_token(shop: &Shop, user: &str) -> String {
    let (_, body) = shop.call(Key::Secret, "POST", "/api/v1/users", json!({ "userKey": user })).await;
    text(&body, "userToken")
}

/// The code an app gets on what needs the built-in model; none when it is served.
fn refusal(model: Model, sent: Sent) -> Option<&'static str> {
    match (model, sent) {
        (_, Sent::Forged | Sent::Over) => Some("USER_TOKEN_INVALID"),
        (Model::Server, _) => Some("DENIED"),
        (_, Sent::Others) | (Model::BuiltInWithToken, Sent::Nothing) => Some("USER_TOKEN_INVALID"),
        _ => None,
    }
}

/// What is sent on a route's own call, of the player and of a payment of theirs.
async fn sent_on(shop: &Shop, state: &AppState, line: (&str, &str, &str)) -> (String, Value) {
    let (_, path, sample) = line;
    let input = json!({ "store": "TEST", "productId": "gem_100", "userKey": PLAYER });
    let (_, reserved) = shop.call(Key::Secret, "POST", "/api/v1/payments", input).await;
    let payment = text(&reserved, "paymentSeq");
    if path.ends_with("/consume") {
        let proof = json!({ "token": format!("test:gem_100:order-{payment}") });
        assert_eq!(shop.verify_by_server(&payment, &proof).await.0, StatusCode::OK);
    }
    let fill = |text: &str| {
        text.replace("{paymentSeq}", &payment)
            .replace("{userKey}", PLAYER)
            .replace("{subscriptionId}", "1")
            .replace("\"u\"", "\"player-1\"")
    };
    let sample = fill(sample)
        .replace("{accessToken}", &shop.access_token(state, &payment).await)
        .replace("{reservationToken}", &self::text(&reserved, "reservationToken"));
    (fill(path), serde_json::from_str(&sample).unwrap_or_default())
}

on_both! {
    async fn each_call_by_each_caller(state: TestState) {
        let shop = Shop::open(&state).await;
        let over = user_token(&shop, PLAYER).await;
        state.clock.advance(Timestamp::HOUR);
        let (own, others) = (user_token(&shop, PLAYER).await, user_token(&shop, "player-2").await);
        let lines: Vec<_> = TABLE.iter().filter(|(_, path, ..)| path.starts_with("/api/v1/")).collect();
        assert!(lines.len() >= 15);
        for (method, path, who, sample) in lines {
            let is_built_in = path.ends_with("/consume") || path.starts_with("/api/v1/users/");
            for model in [Model::Server, Model::BuiltIn, Model::BuiltInWithToken] {
                set(&state, &shop, model).await;
                for sent in [Sent::Nothing, Sent::Own, Sent::Others, Sent::Forged, Sent::Over] {
                    let (path, body) = sent_on(&shop, &state, (*method, *path, *sample)).await;
                    let body = if *method == "GET" { Value::Null } else { body };
                    let what = format!("{method} {path} in {model:?} with {sent:?}");
                    let token = match sent {
                        Sent::Nothing => None,
                        Sent::Own => Some(own.clone()),
                        Sent::Others => Some(others.clone()),
                        Sent::Forged => Some(format!("{}{}", if own.starts_with('A') { 'B' } else { 'A' }, &own[1..])),
                        Sent::Over => Some(over.clone()),
                    };
                    let headers: Vec<_> = token.iter().map(|token| ("x-user-token", token.as_str())).collect();
                    let (status, answer) = shop.call_with(Key::App, method, &path, body.clone(), &headers).await;
                    let refused = match who {
                        _ if is_built_in => refusal(model, sent),
                        _ if matches!(sent, Sent::Forged | Sent::Over) => Some("USER_TOKEN_INVALID"),
                        Who::Server => Some("DENIED"),
                        _ if path.ends_with("/verify") && (model, sent) == (Model::BuiltInWithToken, Sent::Nothing) => Some("USER_TOKEN_INVALID"),
                        // What names another user than the token does.
                        _ if sent == Sent::Others && *method == "POST" && body["userKey"] == PLAYER => Some("USER_TOKEN_INVALID"),
                        _ => None,
                    };
                    match refused {
                        Some(code) => assert_eq!((status.as_u16(), answer["code"].as_str()), (403, Some(code)), "{what}"),
                        None => assert!(!matches!(status.as_u16(), 401 | 403 | 500), "{what}: {status} {answer}"),
                    }
                    let (status, answer) = shop.call_with(Key::None, method, &path, body.clone(), &headers).await;
                    assert_eq!((status.as_u16(), answer["code"].as_str()), (401, Some("UNAUTHENTICATED")), "{what} by nobody");
                    let (status, answer) = shop.call_with(Key::Secret, method, &path, body, &headers).await;
                    assert!(!matches!(status.as_u16(), 401 | 403 | 500), "{what} by a game server: {status} {answer}");
                }
            }
        }
    }

    async fn a_user_token_opens_its_own_users_goods_only(state: TestState) {
        let shop = Shop::open(&state).await;
        set(&state, &shop, Model::BuiltInWithToken).await;
        let (payment, _) = shop.reserve("TEST", PLAYER, "gem_100").await;
        let (_, paid) = shop.verify_by_server(&payment, &json!({ "token": "test:gem_100:o-1" })).await;
        let consume = async |token: &str| {
            let path = format!("/api/v1/payments/{payment}/consume");
            let body = json!({ "accessToken": paid["accessToken"] });
            let (status, body) = shop.call_with(Key::App, "POST", &path, body, &[("x-user-token", token)]).await;
            (status.as_u16(), body["code"].as_str().map(str::to_owned))
        };
        assert_eq!(consume(&user_token(&shop, "player-2").await).await, (403, Some("USER_TOKEN_INVALID".into())));
        assert_eq!(shop.payment(&payment).await["consumed"], false);
        let own = user_token(&shop, PLAYER).await;
        let (status, list) = shop.call_with(Key::App, "GET", &format!("/api/v1/users/{PLAYER}/consumables"), Value::Null, &[("x-user-token", &own)]).await;
        assert_eq!((status, &list["items"][0]["accessToken"]), (StatusCode::OK, &paid["accessToken"]));
        let (status, _) = shop.call_with(Key::App, "GET", &format!("/api/v1/users/{PLAYER}/consumables?userChannel=KR"), Value::Null, &[("x-user-token", &own)]).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "the same key in another channel is another user");
        assert_eq!(consume(&own).await, (200, None));
        // With another's token, a reservation is not there; with the own one it is closed.
        let (open, _) = shop.reserve("TEST", PLAYER, "gem_100").await;
        let (others, path) = (user_token(&shop, "player-2").await, format!("/api/v1/payments/{open}"));
        let proof = json!({ "proof": { "token": "test:gem_100:o-2" } });
        let (status, body) = shop.call_with(Key::App, "POST", &format!("{path}/verify"), proof, &[("x-user-token", &others)]).await;
        assert_eq!((status.as_u16(), body["code"].as_str()), (422, Some("PROOF_INVALID")));
        let (status, _) = shop.call_with(Key::App, "POST", &format!("{path}/close"), json!({}), &[("x-user-token", &others)]).await;
        assert_eq!((status.as_u16(), shop.payment(&open).await["status"].as_str()), (403, Some("RESERVED")));
        let (status, body) = shop.call_with(Key::App, "POST", &format!("{path}/close"), json!({}), &[("x-user-token", &own)]).await;
        assert_eq!((status, body), (StatusCode::OK, json!({ "paymentSeq": open, "status": "USER_CLOSE" })));
    }

    async fn only_a_game_server_gets_a_user_token(state: TestState) {
        let shop = Shop::open(&state).await;
        let input = json!({ "userKey": PLAYER });
        let (_, by_app) = shop.call(Key::App, "POST", "/api/v1/users", input.clone()).await;
        assert!(by_app.get("userToken").is_none() && by_app.get("userTokenExpiresAt").is_none(), "{by_app}");
        let headers = [("idempotency-key", "user-1")];
        let (_, first) = shop.call_with(Key::Secret, "POST", "/api/v1/users", input.clone(), &headers).await;
        assert_eq!(first["userTokenExpiresAt"], state.clock.now().plus_millis(Timestamp::HOUR).to_rfc3339());
        assert_eq!(first["accountToken"], by_app["accountToken"]);
        state.clock.advance(Timestamp::HOUR);
        let (_, again) = shop.call_with(Key::Secret, "POST", "/api/v1/users", input, &headers).await;
        assert_ne!(first["userToken"], again["userToken"], "a kept one would be over by now");
    }

    async fn settings_are_audited(state: TestState) {
        let shop = Shop::open(&state).await;
        set(&state, &shop, Model::BuiltInWithToken).await;
        let query = purser::model::AuditQuery { action: Some("project.update".into()), ..Default::default() };
        let rows = purser::audit::list(&state, &query).await.expect("rows").items;
        assert!(format!("{rows:?}").contains("userTokenRequired"));
        assert!(projects::get_project(&state, &shop.project).await.expect("found").user_token_required);
    }
}
