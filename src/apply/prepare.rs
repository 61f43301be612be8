//! Reading what a file declares: every value, and everything that can be seen to be wrong without the database.

use std::path::Path;

use super::file::{AppDecl, NhnDecl, ProjectDecl};
use super::secret::{resolve, resolve_certificate, resolve_secret};
use crate::catalog;
use crate::error::{Error, Result};
use crate::model::{AppReason, DeclaredReason, Reason};
use crate::nhn::{NhnInput, parse_addresses, parse_gamebase_app_id, parse_gamebase_secret};
use crate::projects::{self, AppInput};
use crate::stores::fields_of;

/// A declared project with every value read, so that a missing one is found before anything is changed.
pub(super) struct Prepared<'a> {
    pub declared: &'a ProjectDecl,
    pub secret_keys: Vec<(&'a str, String)>,
    pub nhn: Option<NhnInput>,
    pub apps: Vec<(&'a AppDecl, AppInput)>,
}

pub(super) fn prepare<'a>(declared: &'a ProjectDecl, folder: &Path) -> Result<Prepared<'a>> {
    let secret_keys = declared
        .secret_keys
        .iter()
        .map(|key| Ok((key.name.as_str(), resolve_secret("project.secret_keys.value", &key.value, folder)?)))
        .collect::<Result<_>>()?;
    let apps = declared.app.iter().map(|app| Ok((app, prepare_app(app, folder)?))).collect::<Result<_>>()?;
    let nhn = declared.nhn.as_ref().map(|nhn| prepare_nhn(nhn, folder)).transpose()?;
    let nhn = match declared.nhn_compatible {
        Some(is_open) => Some(NhnInput { compatible: Some(is_open), ..nhn.unwrap_or_default() }),
        None => nhn,
    };
    let prepared = Prepared { declared, secret_keys, nhn, apps };
    check(&prepared).map_err(|error| within("project", error))?;
    Ok(prepared)
}

fn prepare_nhn(nhn: &NhnDecl, folder: &Path) -> Result<NhnInput> {
    let read = |secret: &String| resolve_secret("project.nhn.gamebase_secret", secret, folder);
    let gamebase_secret = nhn.gamebase_secret.as_ref().map(read).transpose()?;
    if let Some(secret) = &gamebase_secret {
        parse_gamebase_secret(secret).map_err(|error| within("project.nhn", error))?;
    }
    if let Some(app_id) = &nhn.gamebase_app_id {
        parse_gamebase_app_id(app_id).map_err(|error| within("project.nhn", error))?;
    }
    let addresses = nhn.addresses.as_ref().map(|addresses| addresses.join(" "));
    if let Some(addresses) = &addresses {
        parse_addresses(addresses).map_err(|error| within("project.nhn", error))?;
    }
    let (legacy, gamebase_app_id) = (nhn.legacy, nhn.gamebase_app_id.clone());
    Ok(NhnInput { addresses, legacy, gamebase_app_id, gamebase_secret, ..NhnInput::default() })
}

/// Everything that can be seen to be wrong without the database.
fn check(prepared: &Prepared<'_>) -> Result<()> {
    let declared = prepared.declared;
    projects::parse_name("name", &declared.name)?;
    if let Some(app_key) = &declared.app_key {
        projects::parse_app_key(app_key)?;
    }
    for (name, secret) in &prepared.secret_keys {
        projects::parse_name("name", name).and(projects::parse_secret(secret)).map_err(|error| within("secret_keys", error))?;
    }
    for app in &declared.app {
        projects::parse_store_app_id(&app.store_app_id).map_err(|error| within("app", error))?;
        if let Some(name) = &app.name {
            projects::parse_name("name", name).map_err(|error| within("app", error))?;
        }
        for product in &app.product {
            catalog::parse_store_product_id(&product.store_product_id).map_err(|error| within("app.product", error))?;
            if let Some(name) = &product.name {
                projects::parse_name("name", name).map_err(|error| within("app.product", error))?;
            }
        }
    }
    Ok(())
}

fn prepare_app(app: &AppDecl, folder: &Path) -> Result<AppInput> {
    let mut input = AppInput {
        name: app.name.clone(),
        environment: Some(app.environment),
        status: app.status,
        accept_sandbox: app.accept_sandbox,
        in_charge_since: app.in_charge_since.as_ref().map(read_time).transpose()?,
        beside_live: app.allow_test_store_beside_live,
        nhn_test_payments: app.nhn_test_payments,
        ..AppInput::default()
    };
    for (name, value) in &app.fields {
        let field = fields_of(app.store).iter().find(|field| field.name == name);
        let place = format!("project.app.{name}");
        let field = field.ok_or_else(|| Error::invalid(&place, AppReason::NoField(app.store)))?;
        let text = match value {
            toml::Value::String(text) => text.clone(),
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Boolean(yes) => if *yes { "YES" } else { "NO" }.to_owned(),
            _ => return Err(Error::invalid(place, DeclaredReason::NotText)),
        };
        let text = if field.is_secret { resolve_secret(&place, &text, folder)? } else { resolve(&place, &text, folder)? };
        field.check(&text).map_err(|error| within("project.app", error))?;
        input.fields.insert(name.clone(), text);
    }
    if let Some(roots) = &app.trusted_roots {
        let read = |text: &String| resolve_certificate("project.app.trusted_roots", text, folder);
        input.trusted_roots = Some(roots.iter().map(read).collect::<Result<_>>()?);
    }
    Ok(input)
}

/// A time as text, or as TOML's own kind.
fn read_time(value: &toml::Value) -> Result<String> {
    let text = match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Datetime(time) => time.to_string(),
        _ => String::new(),
    };
    match projects::parse_in_charge_since(&text) {
        Ok(Some(_)) => Ok(text),
        _ => Err(Error::invalid("project.app.in_charge_since", Reason::NotATime)),
    }
}

/// No project may be declared twice: the second would be taken for another.
pub(super) fn refuse_twins(prepared: &[Prepared<'_>]) -> Result<()> {
    for (index, project) in prepared.iter().enumerate() {
        let before = prepared[..index].iter().map(|other| other.declared);
        for other in before {
            let declared = project.declared;
            if other.name == declared.name {
                return Err(Error::invalid("project.name", DeclaredReason::Twice(declared.name.clone())));
            }
            if declared.app_key.is_some() && other.app_key == declared.app_key {
                return Err(Error::invalid("project.app_key", DeclaredReason::OfAnotherProject(declared.name.clone())));
            }
        }
    }
    Ok(())
}

/// Puts the table's name before the field's.
pub(super) fn within(table: &str, error: Error) -> Error {
    match error {
        Error::Invalid { field, reason } => Error::Invalid { field: format!("{table}.{field}"), reason },
        other => other,
    }
}
