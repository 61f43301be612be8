//! An app's store fields, its sealed secrets and the roots it trusts.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use x509_parser::pem::Pem;

use crate::db::apps::StoredApp;
use crate::error::{Error, Result};
use crate::model::{AppReason, AppSeq, Environment, Reason};
use crate::state::AppState;
use crate::stores::{check_root, fields_of, simulated_fields};

const ROOTS_MAX: usize = 8;

type Secrets = BTreeMap<String, String>;

fn owner(app: AppSeq) -> String {
    format!("app:{app}")
}

/// The app's secrets by name.
pub fn open_secrets(state: &AppState, stored: &StoredApp) -> Result<Secrets> {
    let Some(sealed) = &stored.credentials else { return Ok(Secrets::new()) };
    serde_json::from_slice(&state.keys.sealer.open(&owner(stored.app.app_seq), sealed)?).map_err(Error::internal)
}

/// A SIMULATOR app needs no account at its store: it is given a key of its own, which only the simulator takes.
pub(super) fn give_simulated_key(state: &AppState, stored: &mut StoredApp) -> Result<()> {
    if stored.app.environment != Environment::Simulator || stored.credentials.is_some() {
        return Ok(());
    }
    let fields = simulated_fields(stored.app.store)?;
    match fields.keys().any(|name| stored.app.settings.contains_key(name)) {
        true => Ok(()),
        false => apply_fields(state, stored, &fields),
    }
}

pub(super) fn apply_fields(state: &AppState, stored: &mut StoredApp, given: &BTreeMap<String, String>) -> Result<()> {
    let known = fields_of(stored.app.store);
    let before = open_secrets(state, stored)?;
    let mut after = before.clone();
    for (name, value) in given {
        let field = known.iter().find(|field| field.name == name);
        let field = field.ok_or_else(|| Error::invalid(name, AppReason::NoField(stored.app.store)))?;
        let value = value.trim();
        let place = if field.is_secret { &mut after } else { &mut stored.app.settings };
        if value.is_empty() {
            place.remove(name);
        } else {
            field.check(value)?;
            place.insert(name.clone(), value.to_owned());
        }
    }
    if after != before {
        let text = serde_json::to_vec(&after).map_err(Error::internal)?;
        stored.credentials = match after.is_empty() {
            true => None,
            false => Some(state.keys.sealer.seal(&owner(stored.app.app_seq), &text)?),
        };
    }
    Ok(())
}

pub(super) fn parse_roots(texts: &[String]) -> Result<Vec<String>> {
    if texts.len() > ROOTS_MAX {
        return Err(Error::invalid("trustedRoots", Reason::CountAtMost { max: ROOTS_MAX }));
    }
    let mut roots: Vec<String> = texts
        .iter()
        .map(|text| {
            let text = text.trim();
            let from_pem = || Pem::iter_from_buffer(text.as_bytes()).next()?.ok().map(|pem| pem.contents);
            let der = STANDARD.decode(text).ok().or_else(from_pem);
            let der = der.ok_or_else(|| Error::invalid("trustedRoots", AppReason::NotACertificate))?;
            check_root(&der).map_err(|fault| Error::invalid("trustedRoots", AppReason::NotARoot(fault.to_owned())))?;
            Ok(STANDARD.encode(der))
        })
        .collect::<Result<_>>()?;
    let mut seen = std::collections::HashSet::new();
    roots.retain(|root| seen.insert(root.clone()));
    Ok(roots)
}
