//! The simulated stores of a server under measurement that are asked about what they sold: they sell, and their APIs are asked as a
//! client would.

use std::net::SocketAddr;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use purser::error::{Error, Result};
use purser::model::{ProjectId, StoreCode};
use purser::projects;
use purser::state::AppState;
use purser::stores::StoreApp;
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

/// A store that is asked about what it sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Google,
    OneStore,
}

impl Asked {
    pub const ALL: [Self; 2] = [Self::Google, Self::OneStore];

    pub const fn code(self) -> StoreCode {
        match self {
            Self::Google => StoreCode::GooglePlay,
            Self::OneStore => StoreCode::OneStore,
        }
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Google => "Google Play",
            Self::OneStore => "ONE store",
        }
    }

    /// How many questions a verify of a one-time purchase asks.
    pub const fn questions(self) -> f64 {
        match self {
            Self::Google => 3.0,
            Self::OneStore => 1.0,
        }
    }

    /// The package name of one of the apps.
    pub fn package(self, app: usize) -> String {
        match self {
            Self::Google => format!("com.example.bench.play{app}"),
            Self::OneStore => format!("com.example.bench.one{app}"),
        }
    }

    /// A notification's own number, by its body.
    pub fn notification_id(self, body: &Value) -> Option<String> {
        match self {
            Self::Google => body["message"]["messageId"].as_str().map(str::to_owned),
            Self::OneStore => {
                let (order, state) = (body["purchaseId"].as_str()?, body["purchaseState"].as_str()?);
                Some(format!("PNS:SANDBOX:{order}:{state}"))
            }
        }
    }

    fn settings(self) -> String {
        match self {
            Self::Google => format!("push_service_account = \"{PUSHER}\"\n  push_audience = \"{AUDIENCE}\""),
            Self::OneStore => String::new(),
        }
    }
}

/// The apps as a file declares them.
pub fn declared() -> String {
    let app = |store: Asked, app: usize| {
        format!(
            r#"
  [[project.app]]
  store = "{}"
  store_app_id = "{}"
  environment = "SIMULATOR"
  in_charge_since = "2020-01-01T00:00:00Z"
  {}
    [[project.app.product]]
    store_product_id = "{PRODUCT}"
    type = "CONSUMABLE"
"#,
            store.code().as_str(),
            store.package(app),
            store.settings(),
        )
    };
    Asked::ALL.into_iter().flat_map(|store| (0..APPS).map(move |number| app(store, number))).collect()
}

/// Who asks a store's API, signed in.
pub struct Caller {
    bearer: String,
    /// What ONE store knows the app by.
    client_id: String,
}

/// What was bought: the proof for a verify, and what its store is asked by.
#[derive(Clone)]
pub struct Bought {
    pub store: Asked,
    pub package: String,
    pub order_id: String,
    pub token: String,
    pub proof: Value,
}

impl Bought {
    /// The requests a verify makes, as bare HTTP.
    pub fn exchange(&self, by: &Caller) -> Vec<Vec<u8>> {
        let Self { package, order_id, token, .. } = self;
        let header = format!("Authorization: Bearer {}", by.bearer);
        match self.store {
            Asked::Google => {
                let below = [
                    format!("purchases/products/{PRODUCT}/tokens/{token}"),
                    format!("purchases/productsv2/tokens/{token}"),
                    format!("orders/{order_id}"),
                ];
                let ask = |path| get(&format!("/simulator/androidpublisher/v3/applications/{package}/{path}"), &header);
                below.into_iter().map(ask).collect()
            }
            Asked::OneStore => {
                let path = format!("/simulator/v7/apps/{}/purchases/inapp/products/{PRODUCT}/{token}", by.client_id);
                vec![get(&path, &format!("{header}\r\nx-market-code: MKT_ONE"))]
            }
        }
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
    pub async fn buy(&mut self, store: Asked, app: usize) -> Result<Bought> {
        let (code, package) = (store.code().as_str(), store.package(app));
        let input = json!({ "store": code, "storeAppId": package, "productId": PRODUCT, "price": "4400", "currency": "KRW" });
        let body = input.to_string();
        let head = post_head("/simulator/control/purchases", "", body.len());
        let answer = self.connection.send((head + &body).as_bytes()).await?;
        let sale: Value = serde_json::from_slice(&answer.body).map_err(Error::internal)?;
        let text = |value: &Value| value.as_str().map(str::to_owned).ok_or_else(|| Error::internal(format!("no sale: {sale}")));
        Ok(Bought {
            store,
            package,
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

    /// Signs in for an app of a store, as a client of it would.
    pub async fn sign_in(&mut self, store: Asked, of: (&AppState, &ProjectId), app: usize) -> Result<Caller> {
        let app = find_app(of.0, of.1, store, app).await?;
        let client_id = app.settings.get("client_id").cloned().unwrap_or_default();
        let (path, body) = match store {
            Asked::Google => {
                let assertion = assertion(of.0, &app)?;
                let grant = "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer";
                ("/simulator/token", format!("grant_type={grant}&assertion={assertion}"))
            }
            Asked::OneStore => {
                let secret = app.secrets.get("client_secret").ok_or(Error::NotFound("client secret"))?;
                let secret: String = url::form_urlencoded::byte_serialize(secret.reveal().as_bytes()).collect();
                let grant = format!("grant_type=client_credentials&client_id={client_id}&client_secret={secret}");
                ("/simulator/v7/oauth/token", grant)
            }
        };
        let head = post_head(path, "x-market-code: MKT_ONE", body.len());
        let head = head.replace("application/json", "application/x-www-form-urlencoded");
        let answer = self.connection.send((head + &body).as_bytes()).await?.ok()?;
        let answer: Value = serde_json::from_slice(&answer).map_err(Error::internal)?;
        let bearer = answer["access_token"].as_str().map(str::to_owned).ok_or_else(|| Error::internal("no access token"))?;
        Ok(Caller { bearer, client_id })
    }
}

async fn find_app(state: &AppState, project: &ProjectId, store: Asked, app: usize) -> Result<StoreApp> {
    let (apps, package) = (projects::list_apps(state, project).await?, store.package(app));
    let is_own = |app: &&purser::model::App| app.store == store.code() && app.store_app_id == package;
    let app = apps.iter().find(is_own).ok_or(Error::NotFound("app"))?;
    projects::store_app_of(state, project, app.app_seq).await
}

/// A signed assertion of an app's service account.
fn assertion(state: &AppState, app: &StoreApp) -> Result<String> {
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
