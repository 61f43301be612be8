//! What every request can reach: concrete types, cheap to clone.

use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::Notify;

use crate::call_limits::CallLimits;
use crate::catalog::CatalogCache;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::{self, Db, Numbers};
use crate::error::{Error, Result};
use crate::http::Assets;
use crate::jobs::JobsRuntime;
use crate::keys::{Keys, MasterKey};
use crate::ledger::NewPurchases;
use crate::model::StartReason;
use crate::nhn;
use crate::payments::Consumptions;
use crate::projects::KeyLookups;
use crate::simulator::SimulatorRuntime;
use crate::simulator::apple::{Authority, load_authority};
use crate::statistics::OverviewCache;
use crate::stores::Stores;
use crate::vitals::Vitals;

/// The server's state. Every layer a request goes through takes a copy, so a copy is one count.
#[derive(Clone)]
pub struct AppState {
    inner: Arc<Parts>,
}

impl Deref for AppState {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.inner
    }
}

impl From<Parts> for AppState {
    fn from(parts: Parts) -> Self {
        Self { inner: Arc::new(parts) }
    }
}

/// What the state is made of.
#[derive(Clone)]
pub struct Parts {
    pub assets: Assets,
    pub config: Arc<Config>,
    pub db: Db,
    pub numbers: Numbers,
    pub keys: Keys,
    pub clock: Clock,
    pub stores: Arc<Stores>,
    pub wakes: Arc<Wakes>,
    pub vitals: Arc<Vitals>,
    /// What this process remembers of its jobs' passes.
    pub jobs: Arc<JobsRuntime>,
    /// Calls in NHN's forms, counted and not yet in the database.
    pub nhn_calls: nhn::Calls,
    /// Wrong Gamebase secret keys of late.
    pub nhn_guesses: nhn::Guesses,
    /// The simulated stores' signing keys, while the simulator is on.
    pub simulator: Option<Arc<Authority>>,
    pub runtime: Arc<SimulatorRuntime>,
    /// Apps and products that were asked for lately.
    pub catalog_cache: CatalogCache,
    /// What the overview added up in this minute.
    pub overview_cache: OverviewCache,
    /// Looks of API keys that go on now.
    pub key_lookups: KeyLookups,
    /// How often strangers called lately.
    pub call_limits: Arc<CallLimits>,
    /// Where purchases nobody knew yet are entered, many at a time.
    pub new_purchases: NewPurchases,
    /// Where payments are consumed, many at a time.
    pub consumptions: Consumptions,
}

/// Rouses this process's workers when there is something to do; others find it at their own pace.
#[derive(Default)]
pub struct Wakes {
    pub notifications: Notify,
    pub simulator: Notify,
    pub finish: Notify,
}

impl AppState {
    /// Opens the database (made and brought up to date as needed) and checks that the master key is the one it was made with.
    pub async fn open(config: Config, clock: Clock) -> Result<Self> {
        let file = config.sqlite_file();
        if let Some(file) = &file {
            db::files::make_private(file)?;
        }
        let keys = Keys::new(&master_key(&config, file.as_deref())?)?;
        let db = Db::open(&config.database_url).await?;
        let stored = db::instance::get_or_insert(&db, "master_key", keys.fingerprint(), clock.now()).await?;
        if stored != keys.fingerprint() {
            return Err(Error::invalid("PURSER_MASTER_KEY", StartReason::AnotherMasterKey));
        }
        let numbers = Numbers::new(db.clone());
        let call_limits = Arc::new(CallLimits::new(config.call_rates));
        let (new_purchases, consumptions) = (NewPurchases::start(&db), Consumptions::start(&db));
        let simulator = match config.simulator {
            true => Some(Arc::new(load_authority(&db, &keys, &clock).await?)),
            false => None,
        };
        let roots = simulator.iter().map(|authority| authority.root_der().to_vec()).collect();
        let stores = Arc::new(Stores::new(roots)?);
        Ok(Self::from(Parts {
            assets: Assets::load()?,
            config: Arc::new(config),
            db,
            numbers,
            keys,
            clock,
            stores,
            wakes: Arc::default(),
            vitals: Arc::default(),
            jobs: Arc::default(),
            simulator,
            runtime: Arc::default(),
            catalog_cache: CatalogCache::default(),
            overview_cache: OverviewCache::default(),
            key_lookups: KeyLookups::default(),
            call_limits,
            new_purchases,
            consumptions,
            nhn_calls: nhn::Calls::default(),
            nhn_guesses: nhn::Guesses::default(),
        }))
    }
}

/// `PURSER_MASTER_KEY`, or the key file beside the embedded database.
fn master_key(config: &Config, sqlite: Option<&Path>) -> Result<MasterKey> {
    match (&config.master_key, sqlite) {
        (Some(text), _) => MasterKey::parse(text),
        (None, Some(file)) => MasterKey::from_file(&file.with_file_name("master.key")),
        (None, None) => Err(Error::invalid("PURSER_MASTER_KEY", StartReason::NoMasterKey)),
    }
}
