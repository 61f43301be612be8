//! An App Store that says what a test wants it to, and remembers what it was asked.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{Method, StatusCode, Uri};
use axum::{Json, Router};
use purser::state::AppState;
use serde_json::{Value, json};
use tokio::net::TcpListener;

const BASE: &str = "/simulator/inApps/";

/// One question: method, path after `inApps/` with its query, body.
pub type Asked = (Method, String, Value);

#[derive(Clone)]
pub struct FakeStore {
    pub addr: SocketAddr,
    answers: Arc<Mutex<HashMap<String, (StatusCode, Value)>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl FakeStore {
    /// Stands in for the App Store of the state's simulated apps; ends with the test's runtime. It knows nothing yet.
    pub async fn open(state: &AppState) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let store = Self { addr: listener.local_addr().expect("an address"), answers: Arc::default(), asked: Arc::default() };
        state.stores.set_own_address(store.addr);
        let router = Router::new().fallback(answer).with_state(store.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.expect("serves") });
        store
    }

    /// What it answers on a path from now on.
    pub fn says(&self, path: &str, status: StatusCode, answer: Value) {
        self.answers.lock().expect("a lock").insert(path.to_owned(), (status, answer));
    }

    /// Its refusal of a question, by Apple's number.
    pub fn refuses(&self, path: &str, code: i64) {
        let status = StatusCode::from_u16(u16::try_from(code / 10_000).expect("a status")).expect("a status");
        self.says(path, status, json!({ "errorCode": code, "errorMessage": "No." }));
    }

    /// What it says of one transaction.
    pub fn knows(&self, state: &AppState, transaction: &Value) {
        let id = transaction["transactionId"].as_str().expect("an id");
        self.says(&format!("v1/transactions/{id}"), StatusCode::OK, json!({ "signedTransactionInfo": sign(state, transaction) }));
    }

    /// Where it says that a chain stands.
    pub fn chain_stands(&self, state: &AppState, status: i64, transaction: &Value, renewal: &Value) {
        let chain = transaction["originalTransactionId"].as_str().expect("a chain");
        let last = json!({
            "originalTransactionId": chain, "status": status,
            "signedTransactionInfo": sign(state, transaction), "signedRenewalInfo": sign(state, renewal),
        });
        let group = json!({ "subscriptionGroupIdentifier": "21000001", "lastTransactions": [last] });
        let answer = json!({ "environment": "Sandbox", "bundleId": crate::shop::BUNDLE, "data": [group] });
        self.says(&format!("v1/subscriptions/{chain}"), StatusCode::OK, answer);
    }

    /// What it was asked since the last look.
    pub fn asked(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.asked.lock().expect("a lock"))
    }
}

/// Signed as the simulated App Store signs.
pub fn sign(state: &AppState, payload: &Value) -> String {
    state.simulator.as_deref().expect("the simulator is on").sign_jws(payload).expect("signs")
}

async fn answer(State(store): State<FakeStore>, method: Method, uri: Uri, body: Bytes) -> (StatusCode, Json<Value>) {
    let path = uri.path().strip_prefix(BASE).unwrap_or(uri.path()).to_owned();
    let full = uri.query().filter(|query| !query.is_empty()).map_or_else(|| path.clone(), |query| format!("{path}?{query}"));
    let found = {
        let answers = store.answers.lock().expect("a lock");
        answers.get(&full).or_else(|| answers.get(&path)).cloned()
    };
    store.asked.lock().expect("a lock").push((method, full, serde_json::from_slice(&body).unwrap_or_default()));
    let unknown = || (StatusCode::NOT_FOUND, json!({ "errorCode": 4_040_010, "errorMessage": "Transaction id not found." }));
    let (status, answer) = found.unwrap_or_else(unknown);
    (status, Json(answer))
}
