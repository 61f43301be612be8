//! How fast a signed transaction is verified once its chain is known, beside the signature alone.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use purser::error::{Error, Result};
use purser::model::{AppSeq, AppSettings, Environment, StoreCode, Timestamp};
use purser::stores::{Proof, StoreApp, Stores};

use crate::bare::{Bare, MESSAGES};
use crate::figure::Figure;
use crate::world::{BUNDLE, World};

/// As many as there are bare signatures: neither has more of the processor's memory to read than the other.
const TOKENS: u64 = MESSAGES as u64;
/// The two take turns, so that whatever else the machine does meets both.
const ROUNDS: usize = 16;
const ROUND: Duration = Duration::from_millis(250);

pub async fn measure(world: &World) -> Result<Vec<Figure>> {
    let bare = Bare::new(world.signed_bytes()?)?;
    let stores = Stores::new(vec![world.authority.root_der().to_vec()])?;
    let proofs = (0..TOKENS).map(|index| proof(world, index)).collect::<Result<Vec<_>>>()?;
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let limit = bare.rate(ROUND)?;
        rounds.push((verify(&stores, &proofs, world).await? / limit, limit));
    }
    rounds.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (ratio, limit) = rounds[ROUNDS / 2];
    Ok(vec![Figure::rate("Verify a signed transaction, chain cached, one core", ratio * limit, ("bare P-256", limit), 0.9)])
}

fn proof(world: &World, index: u64) -> Result<Proof> {
    let payload = world.transaction(index, 0, None)?;
    Ok(Proof::Transaction { signed_transaction: world.authority.sign_jws(&payload)? })
}

async fn verify(stores: &Stores, proofs: &[Proof], world: &World) -> Result<f64> {
    let (app, store) = (app(), stores.of(StoreCode::AppStore));
    let (started, mut count) = (Instant::now(), 0_u32);
    while started.elapsed() < ROUND {
        for proof in proofs {
            let snapshot = store.verify(&app, proof, world.now().into()).await?;
            if snapshot.purchases.is_empty() {
                return Err(Error::internal("a purchase without an order"));
            }
            count += 1;
        }
    }
    Ok(f64::from(count) / started.elapsed().as_secs_f64())
}

fn app() -> StoreApp {
    StoreApp {
        app_seq: AppSeq(1),
        store: StoreCode::AppStore,
        store_app_id: BUNDLE.into(),
        environment: Environment::Simulator,
        accept_sandbox: false,
        in_charge_since: Timestamp(0),
        is_shut: false,
        outage_until: None,
        trusted_roots: Vec::new(),
        settings: AppSettings::new(),
        secrets: BTreeMap::new(),
    }
}
