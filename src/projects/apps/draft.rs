//! An app as it would be, checked and not written yet.

use super::fields::{apply_fields, give_simulated_key, open_secrets, parse_roots};
use super::outage::apply_outage;

use super::AppInput;
use crate::db::apps::StoredApp;
use crate::error::{Error, Result};
use crate::model::{App, AppReason, AppSeq, AppSettings, Environment, Reason, StoreCode, Timestamp, UseStatus, Version};
use crate::projects::create::parse_name;
use crate::state::AppState;

const STORE_APP_ID_BYTES_MAX: usize = 155;

/// An app that is not written yet, its secrets sealed.
pub(crate) fn draft_app(
    state: &AppState,
    seq: AppSeq,
    store: StoreCode,
    store_app_id: &str,
    input: &AppInput,
    at: Timestamp,
) -> Result<StoredApp> {
    let store_app_id = parse_store_app_id(store_app_id)?;
    let app = App {
        app_seq: seq,
        store,
        store_app_id: store_app_id.to_owned(),
        name: store_app_id.to_owned(),
        environment: Environment::Live,
        status: UseStatus::Use,
        accept_sandbox: false,
        in_charge_since: None,
        beside_live: false,
        nhn_test_payments: false,
        outage_until: None,
        settings: AppSettings::new(),
        version: Version::FIRST,
        created_at: at,
        updated_at: at,
    };
    let mut stored = StoredApp { app, credentials: None, trusted_roots: Vec::new() };
    apply_input(state, &mut stored, input)?;
    Ok(stored)
}

/// The app as it would be; none when nothing is different.
pub(crate) fn draft_change(state: &AppState, before: &StoredApp, input: &AppInput) -> Result<Option<StoredApp>> {
    let mut after = before.clone();
    apply_input(state, &mut after, input)?;
    let is_same = after.app == before.app
        && after.trusted_roots == before.trusted_roots
        && open_secrets(state, &after)? == open_secrets(state, before)?;
    Ok((!is_same).then_some(after))
}

fn apply_input(state: &AppState, stored: &mut StoredApp, input: &AppInput) -> Result<()> {
    let before = stored.app.clone();
    let app = &mut stored.app;
    if let Some(name) = &input.name {
        app.name = parse_name("name", name)?.to_owned();
    }
    app.environment = input.environment.unwrap_or(app.environment);
    app.status = input.status.unwrap_or(app.status);
    app.accept_sandbox = input.accept_sandbox.unwrap_or(app.accept_sandbox);
    app.beside_live = input.beside_live.unwrap_or(app.beside_live);
    app.nhn_test_payments = input.nhn_test_payments.unwrap_or(app.nhn_test_payments);
    if let Some(text) = &input.in_charge_since {
        app.in_charge_since = parse_in_charge_since(text)?;
    }
    if app.store == StoreCode::Test && app.environment != Environment::Simulator {
        return Err(Error::invalid("environment", AppReason::NotSimulator));
    }
    if let Some(roots) = &input.trusted_roots {
        stored.trusted_roots = parse_roots(roots)?;
    }
    if !stored.trusted_roots.is_empty() && stored.app.environment != Environment::Simulator {
        return Err(Error::invalid("trustedRoots", AppReason::RootsNeedSimulator));
    }
    apply_fields(state, stored, &input.fields)?;
    give_simulated_key(state, stored)?;
    apply_outage(&before, &mut stored.app, input, state.clock.now())
}

/// The date of `AppInput::in_charge_since`; none when empty.
pub(crate) fn parse_in_charge_since(text: &str) -> Result<Option<Timestamp>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let at = Timestamp::parse_rfc3339(text).filter(|at| at.0 >= 0);
    at.map(Some).ok_or_else(|| Error::invalid("inChargeSince", Reason::NotATime))
}

/// A package name or bundle id.
pub(crate) fn parse_store_app_id(text: &str) -> Result<&str> {
    let text = text.trim();
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if text.is_empty() || text.len() > STORE_APP_ID_BYTES_MAX || !text.bytes().all(is_safe) {
        return Err(Error::invalid("storeAppId", AppReason::NotAStoreAppId));
    }
    Ok(text)
}
