//! What all figures share: a signing authority, a declared project, and the transactions its players bring.

use std::path::PathBuf;

use purser::apply::apply;
use purser::clock::Clock;
use purser::config::Config;
use purser::error::{Error, Result};
use purser::model::{Money, ProjectId, SimulatedPurchase, StoreCode, Timestamp};
use purser::projects;
use purser::simulator::apple::{Authority, payloads};
use purser::state::AppState;
use serde_json::Value;

use crate::{Measure, play};

pub const BUNDLE: &str = "com.example.bench";
pub const APP_KEY: &str = "bench-app-key";
pub const SECRET_KEY: &str = "sk_bench6789abcdef0123456789";
/// The header of a game server's call.
pub const AS_SERVER: &str = "Authorization: Bearer sk_bench6789abcdef0123456789";
pub const MASTER_KEY: &str = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
const DECLARED: &str = r#"
[[project]]
name = "Bench"
app_key = "bench-app-key"
secret_keys = [{ name = "server", value = "file:secret" }]
  [[project.app]]
  store = "AS"
  store_app_id = "com.example.bench"
  environment = "SIMULATOR"
  in_charge_since = "2020-01-01T00:00:00Z"
  trusted_roots = ["file:root.der"]
    [[project.app.product]]
    store_product_id = "gem_100"
    name = "100 gems"
    type = "CONSUMABLE"
    [[project.app.product]]
    store_product_id = "vip"
    name = "VIP"
    type = "AUTO_SUBSCRIPTION"
"#;
const ORDER_FIRST: u64 = 2_000_000_000_000_000;

/// Where the run takes place.
pub struct World {
    pub server: PathBuf,
    pub postgres: String,
    pub pgbench: PathBuf,
    /// The run's own; removed at its end.
    pub folder: PathBuf,
    pub authority: Authority,
}

impl World {
    pub fn new(measure: &Measure) -> Result<Self> {
        let folder = measure.folder.join(format!("purser-bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder).map_err(Error::internal)?;
        let folder = folder.canonicalize().map_err(Error::internal)?;
        let authority = Authority::generate(Clock::System.now())?;
        let (root, keys) = (authority.root_der().to_vec(), authority.to_pem().into_bytes());
        for (name, content) in [
            ("bench.toml", (DECLARED.to_owned() + &play::declared()).into_bytes()),
            ("secret", SECRET_KEY.into()),
            ("root.der", root),
            ("authority.pem", keys),
        ] {
            std::fs::write(folder.join(name), content).map_err(Error::internal)?;
        }
        let server = measure.server.canonicalize().map_err(Error::internal)?;
        let (postgres, pgbench) = (measure.postgres.clone(), measure.pgbench.clone());
        Ok(Self { server, postgres, pgbench, folder, authority })
    }

    pub fn now(&self) -> Timestamp {
        Clock::System.now()
    }

    /// Where the load process finds the signing keys.
    pub fn authority_file(&self) -> PathBuf {
        self.folder.join("authority.pem")
    }

    /// Opens a database in this process, with the project declared in it.
    pub async fn open(&self, url: &str) -> Result<(AppState, ProjectId)> {
        let url = url.to_owned();
        let config = Config::from_lookup(move |name| match name {
            "PURSER_DATABASE_URL" => Some(url.clone()),
            "PURSER_MASTER_KEY" => Some(MASTER_KEY.to_owned()),
            _ => None,
        })?;
        let state = AppState::open(config, Clock::System).await?;
        apply(&state, &self.folder.join("bench.toml")).await?;
        let project = projects::authenticate_app_key(&state, APP_KEY).await?.project_id;
        Ok((state, project))
    }

    /// The bytes of a transaction that its signature is over.
    pub fn signed_bytes(&self) -> Result<usize> {
        let token = self.authority.sign_jws(&self.transaction(0, 0, None)?)?;
        token.rfind('.').ok_or_else(|| Error::internal("not a JWS"))
    }

    pub fn transaction(&self, index: u64, user: usize, account_token: Option<&str>) -> Result<Value> {
        transaction(index, user, account_token)
    }
}

impl Drop for World {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

/// A user's purchase of `gem_100`, the index of its order given.
pub fn transaction(index: u64, user: usize, account_token: Option<&str>) -> Result<Value> {
    let now = Clock::System.now();
    let price = Money { price_micros: 4_400_000_000, currency: "KRW".into() };
    let order_id = (ORDER_FIRST + index).to_string();
    let purchase = SimulatedPurchase {
        customer_id: format!("704{user:015}"),
        account_token: account_token.map(str::to_owned),
        price: Some(price),
        ..SimulatedPurchase::consumable(StoreCode::AppStore, &order_id, BUNDLE, "gem_100", now.plus_millis(-Timestamp::SECOND))
    };
    Ok(payloads::transaction(&purchase, now))
}
