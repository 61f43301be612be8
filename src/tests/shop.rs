//! A project with simulated apps, and calls of the API as games and their servers make them.

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use purser::audit::By;
use purser::catalog::{self, NewProduct, ProductInput};
use purser::model::{Environment, PaymentSeq, ProductType, ProjectId, StoreCode};
use purser::payments;
use purser::projects::{self, AppInput, ProjectInput};
use purser::router::router;
use purser::state::AppState;
use serde_json::{Value, json};
use tower::ServiceExt;

pub const APP_KEY: &str = "test-app-key";
pub const SECRET_KEY: &str = "sk_0123456789abcdef0123456789";
pub const BUNDLE: &str = "com.example.game";
const BY: By = By::System("test");

/// A project with an App Store app and a TEST app, both SIMULATOR, that sell `gem_100` and `gem_500`.
pub struct Shop {
    pub project: ProjectId,
    app: axum::Router,
}

/// Who calls.
#[derive(Debug, Clone, Copy)]
pub enum Key {
    App,
    Secret,
    None,
}

impl Shop {
    pub async fn open(state: &AppState) -> Self {
        let project = projects::create_project(state, &BY, "Game", Some(APP_KEY)).await.expect("a project").id;
        projects::create_secret_key(state, &BY, &project, "server", Some(SECRET_KEY)).await.expect("a secret key");
        for (store, id) in [(StoreCode::AppStore, BUNDLE), (StoreCode::Test, "com.example.test")] {
            let input = AppInput { environment: Some(Environment::Simulator), ..AppInput::default() };
            let app = projects::create_app(state, &BY, &project, store, id, &input).await.expect("an app");
            for product in ["gem_100", "gem_500"] {
                let details = ProductInput::default();
                let (app, product_type) = (app.app_seq, ProductType::Consumable);
                let new = NewProduct { app, store_product_id: product, product_type, details: &details };
                catalog::create_product(state, &BY, &project, &new).await.expect("a product");
            }
        }
        Self::of(state, &project)
    }

    /// The same shop, as another process serves it.
    pub fn of(state: &AppState, project: &ProjectId) -> Self {
        Self { project: project.clone(), app: router(state.clone()) }
    }

    /// Calls the API; the answer's body is null when it is no JSON.
    pub async fn call(&self, key: Key, method: &str, path: &str, body: Value) -> (StatusCode, Value) {
        self.call_with(key, method, path, body, &[]).await
    }

    pub async fn call_with(
        &self,
        key: Key,
        method: &str,
        path: &str,
        body: Value,
        headers: &[(&str, &str)],
    ) -> (StatusCode, Value) {
        let mut request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        request = match key {
            Key::App => request.header("x-appkey", APP_KEY),
            Key::Secret => request.header("authorization", format!("Bearer {SECRET_KEY}")),
            Key::None => request,
        };
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        let response = self.app.clone().oneshot(request.body(body).expect("a request")).await.expect("answers");
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    /// Posts a body as it is, with no headers but those given.
    pub async fn send(&self, path: &str, body: String, headers: &[(&str, &str)]) -> (StatusCode, Value) {
        let mut request = Request::post(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.app.clone().oneshot(request.body(Body::from(body)).expect("a request")).await.expect("answers");
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.expect("a body");
        (status, serde_json::from_slice(&bytes).unwrap_or_default())
    }

    /// The headers of an answer.
    pub async fn headers(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> HeaderMap {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.app.clone().oneshot(request.body(Body::empty()).expect("a request")).await.expect("answers");
        response.headers().clone()
    }

    /// Reserves a payment for a player; gives its number and account token.
    pub async fn reserve(&self, store: &str, user: &str, product: &str) -> (String, String) {
        let input = json!({ "store": store, "productId": product, "userKey": user, "payload": "note" });
        let (status, body) = self.call(Key::App, "POST", "/api/v1/payments", input).await;
        assert_eq!(status, StatusCode::CREATED, "{body}");
        (text(&body, "paymentSeq"), text(&body, "accountToken"))
    }

    /// Buys in the simulated App Store; gives the proof.
    pub async fn buy(&self, changes: Value) -> Value {
        let mut input =
            json!({ "store": "AS", "storeAppId": BUNDLE, "productId": "gem_100", "price": "4400", "currency": "KRW" });
        input.as_object_mut().expect("an object").extend(changes.as_object().cloned().unwrap_or_default());
        let (status, body) = self.call(Key::None, "POST", "/simulator/control/purchases", input).await;
        assert_eq!(status, StatusCode::CREATED, "{body}");
        body["proof"].clone()
    }

    pub async fn verify(&self, payment: &str, proof: &Value) -> (StatusCode, Value) {
        self.call(Key::App, "POST", &format!("/api/v1/payments/{payment}/verify"), json!({ "proof": proof })).await
    }

    /// The same by the game server.
    pub async fn verify_by_server(&self, payment: &str, proof: &Value) -> (StatusCode, Value) {
        self.call(Key::Secret, "POST", &format!("/api/v1/payments/{payment}/verify"), json!({ "proof": proof })).await
    }

    pub async fn consume(&self, payment: &str, token: &str) -> (StatusCode, Value) {
        self.call(Key::Secret, "POST", &format!("/api/v1/payments/{payment}/consume"), json!({ "accessToken": token })).await
    }

    /// A payment's access token, whether it was given to anybody or not.
    pub async fn access_token(&self, state: &AppState, payment: &str) -> String {
        let found = payments::find(state, &self.project, &PaymentSeq(payment.to_owned())).await.expect("a payment");
        payments::access_token(state, &found)
    }

    /// A payment as it stands.
    pub async fn payment(&self, payment: &str) -> Value {
        let (status, body) = self.call(Key::Secret, "GET", &format!("/api/v1/payments/{payment}"), Value::Null).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        body
    }
}

/// A project's name and whether its apps consume by themselves, as a change of it.
pub fn project_input(name: &str, client_consume: bool) -> ProjectInput {
    ProjectInput { name: name.into(), client_consume, ..ProjectInput::default() }
}

/// A text member that must be there.
pub fn text(body: &Value, name: &str) -> String {
    body[name].as_str().unwrap_or_else(|| panic!("no {name} in {body}")).to_owned()
}
