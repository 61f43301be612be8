//! The simulated Google Play of a server under measurement: it sells, and its API is asked as a client would.

use std::net::SocketAddr;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use purser::error::{Error, Result};
use purser::model::{ProjectId, StoreCode};
use purser::projects;
use purser::state::AppState;
use serde_json::{Value, json};

use crate::client::{Connection, get, post_head, put_head};

pub const APPS: usize = 8;
pub const PRODUCT: &str = "gem_100";
/// Who pushes notifications, and whom to, as the apps' settings have them.
pub const PUSHER: &str = "pubsub@bench.iam.gserviceaccount.com";
pub const AUDIENCE: &str = "bench";
const SCOPE: &str = "https://www.googleapis.com/auth/androidpublisher";
const TOKEN_AUDIENCE: &str = "https://oauth2.googleapis.com/token";
const TOKEN_LIFE_SECONDS: i64 = 3_600;

/// The package name of one of the apps.
pub fn package(app: usize) -> String {
    format!("com.example.bench.play{app}")
}

/// The apps as a file declares them.
pub fn declared() -> String {
    let app = |app: usize| {
        format!(
            r#"
  [[project.app]]
  store = "GG"
  store_app_id = "{}"
  environment = "SIMULATOR"
  in_charge_since = "2020-01-01T00:00:00Z"
  push_service_account = "{PUSHER}"
  push_audience = "{AUDIENCE}"
    [[project.app.product]]
    store_product_id = "{PRODUCT}"
    type = "CONSUMABLE"
"#,
            package(app)
        )
    };
    (0..APPS).map(app).collect()
}

/// What was bought: the proof for a verify, and what Google is asked by.
#[derive(Clone)]
pub struct Bought {
    pub package: String,
    pub order_id: String,
    pub token: String,
    pub proof: Value,
}

impl Bought {
    /// The requests a verify makes, as bare HTTP.
    pub fn exchange(&self, bearer: &str) -> [Vec<u8>; 3] {
        let Self { package, order_id, token, .. } = self;
        let below = [
            format!("purchases/products/{PRODUCT}/tokens/{token}"),
            format!("purchases/productsv2/tokens/{token}"),
            format!("orders/{order_id}"),
        ];
        let header = format!("Authorization: Bearer {bearer}");
        below.map(|path| get(&format!("/simulator/androidpublisher/v3/applications/{package}/{path}"), &header))
    }
}

/// A connection to the simulator's control API.
pub struct Play {
    connection: Connection,
}

impl Play {
    pub async fn open(addr: SocketAddr) -> Result<Self> {
        Ok(Self { connection: Connection::open(addr).await? })
    }

    /// Sells a product of an app.
    pub async fn buy(&mut self, package: &str) -> Result<Bought> {
        let input = json!({ "store": "GG", "storeAppId": package, "productId": PRODUCT, "price": "4400", "currency": "KRW" });
        let body = input.to_string();
        let head = post_head("/simulator/control/purchases", "", body.len());
        let answer = self.connection.send((head + &body).as_bytes()).await?;
        let sale: Value = serde_json::from_slice(&answer.body).map_err(Error::internal)?;
        let text = |value: &Value| value.as_str().map(str::to_owned).ok_or_else(|| Error::internal(format!("no sale: {sale}")));
        Ok(Bought {
            package: package.to_owned(),
            order_id: text(&sale["orderId"])?,
            token: text(&sale["proof"]["purchaseToken"])?,
            proof: sale["proof"].clone(),
        })
    }

    /// Sets what goes wrong, or where an app's notifications go.
    pub async fn set(&mut self, path: &str, body: &Value) -> Result<()> {
        let body = body.to_string();
        let head = put_head(&format!("/simulator/control/{path}"), "", body.len());
        let answer = self.connection.send((head + &body).as_bytes()).await?;
        match answer.status {
            200..300 => Ok(()),
            status => Err(Error::internal(format!("{path}: {status}"))),
        }
    }

    /// Signs in as the service account of an app, as a client of Google would.
    pub async fn sign_in(&mut self, assertion: &str) -> Result<String> {
        let body = format!("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion={assertion}");
        let head = post_head("/simulator/token", "", body.len()).replace("application/json", "application/x-www-form-urlencoded");
        let answer = self.connection.send((head + &body).as_bytes()).await?.ok()?;
        let answer: Value = serde_json::from_slice(&answer).map_err(Error::internal)?;
        answer["access_token"].as_str().map(str::to_owned).ok_or_else(|| Error::internal("no access token"))
    }
}

/// A signed assertion of an app's service account.
pub async fn assertion(state: &AppState, project: &ProjectId, package: &str) -> Result<String> {
    let apps = projects::list_apps(state, project).await?;
    let is_own = |app: &&purser::model::App| app.store == StoreCode::GooglePlay && app.store_app_id == package;
    let app = apps.iter().find(is_own).ok_or(Error::NotFound("app"))?;
    let app = projects::store_app_of(state, project, app.app_seq).await?;
    let file = app.secrets.get("service_account").ok_or(Error::NotFound("service account"))?;
    let file: Value = serde_json::from_str(file.reveal()).map_err(Error::internal)?;
    let pem = file["private_key"].as_str().unwrap_or_default().lines().filter(|line| !line.starts_with("-----"));
    let der = STANDARD.decode(pem.collect::<String>()).map_err(Error::internal)?;
    let key = RsaKeyPair::from_pkcs8(&der).map_err(Error::internal)?;
    let now = state.clock.now().0 / 1_000;
    let claims = json!({
        "iss": file["client_email"], "scope": SCOPE, "aud": TOKEN_AUDIENCE, "iat": now, "exp": now + TOKEN_LIFE_SECONDS,
    });
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", encode(&json!({ "alg": "RS256", "typ": "JWT" })), encode(&claims));
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).map_err(Error::internal)?;
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}
