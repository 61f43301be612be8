//! What is set in the simulator: what goes wrong on purpose, and where apps want their notifications. Knows no store.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::reach::is_own_machine;
use crate::db;
use crate::error::{Error, Result};
use crate::model::{Reason, SimulatorFaults, SimulatorReason};
use crate::state::AppState;

const FAULTS: &str = "simulator_faults";
const ADDRESSES: &str = "simulator_notice_addresses";
const PERCENT_MAX: u32 = 100;
const DELAY_MILLIS_MAX: u64 = 25_000;
const DELAY_SECONDS_MAX: i64 = 30 * 86_400;
const ADDRESS_BYTES_MAX: usize = 500;
const ADDRESSES_MAX: usize = 1_000;

/// Where an app wants its notifications.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Address {
    Url(String),
    /// As if none were entered in the store's console.
    Nowhere,
}

/// Fails when the simulator is switched off.
pub(super) fn require_on(state: &AppState) -> Result<()> {
    state.simulator.as_ref().map(drop).ok_or(Error::NotFound("simulator"))
}

async fn read<T: DeserializeOwned + Default>(state: &AppState, name: &str) -> Result<T> {
    let found = db::instance::find(&mut state.db.read().await?, name).await?;
    found.map_or_else(|| Ok(T::default()), |text| serde_json::from_str(&text).map_err(Error::internal))
}

async fn keep(state: &AppState, name: &str, value: &impl Serialize) -> Result<()> {
    let text = serde_json::to_string(value).map_err(Error::internal)?;
    let at = state.clock.now();
    state.db.write(async |tx| db::instance::set(tx, name, &text, at).await).await
}

/// What goes wrong at present.
pub async fn faults(state: &AppState) -> Result<SimulatorFaults> {
    read(state, FAULTS).await
}

/// Sets what goes wrong from now on, instead of what did.
pub async fn set_faults(state: &AppState, faults: &SimulatorFaults) -> Result<()> {
    require_on(state)?;
    let notifications = &faults.notifications;
    for (field, percent) in
        [("notices.lostPercent", notifications.lost_percent), ("notices.repeatedPercent", notifications.repeated_percent)]
    {
        if percent > PERCENT_MAX {
            return Err(Error::invalid(field, Reason::range(0, PERCENT_MAX)));
        }
    }
    if !(0..=DELAY_SECONDS_MAX).contains(&notifications.delay_seconds) {
        return Err(Error::invalid("notices.delaySeconds", SimulatorReason::DaysAtMost { max: 30 }));
    }
    if faults.api.delay_millis > DELAY_MILLIS_MAX {
        return Err(Error::invalid("api.delayMillis", Reason::range(0, DELAY_MILLIS_MAX as i64)));
    }
    if faults.api.status.is_some_and(|status| !(400..=599).contains(&status)) {
        return Err(Error::invalid("api.status", Reason::range(400, 599)));
    }
    keep(state, FAULTS, faults).await
}

/// Where an app's notifications go, where that was set; else to this server's own callback.
pub(super) async fn address_of(state: &AppState, store_app_id: &str) -> Result<Option<Address>> {
    let mut all: BTreeMap<String, Address> = read(state, ADDRESSES).await?;
    Ok(all.remove(store_app_id))
}

/// Sets where an app's notifications go; none for this server's own callback.
pub async fn set_address(state: &AppState, store_app_id: &str, address: Option<Address>) -> Result<()> {
    require_on(state)?;
    if let Some(Address::Url(url)) = &address {
        let is_here = url::Url::parse(url).is_ok_and(|url| is_own_machine(&url));
        if !is_here || url.len() > ADDRESS_BYTES_MAX {
            return Err(Error::invalid("url", SimulatorReason::NotThisMachine));
        }
    }
    let mut all: BTreeMap<String, Address> = read(state, ADDRESSES).await?;
    match address {
        Some(address) => all.insert(store_app_id.to_owned(), address),
        None => all.remove(store_app_id),
    };
    if all.len() > ADDRESSES_MAX {
        return Err(Error::invalid("storeAppId", SimulatorReason::AddressesFull));
    }
    keep(state, ADDRESSES, &all).await
}
