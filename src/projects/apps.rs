use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use x509_parser::pem::Pem;

use super::beside_live::{are_free_beside_live, refuse_free_beside_live};
use super::create::parse_name;
use super::roots::describe_roots;
use crate::audit::{By, Change, Stamp};
use crate::db::{self, Tx, apps::APPS_MAX, apps::StoredApp};
use crate::error::{Error, Result};
use crate::model::{
    App, AppReason, AppSeq, AppSettings, Environment, Kept, ProjectId, Reason, StoreCode, Timestamp, TrustedRoot, UseStatus,
    Version,
};
use crate::state::AppState;
use crate::stores::{check_root, fields_of, is_secret_field, simulated_fields};

const ROOTS_MAX: usize = 8;
const STORE_APP_ID_BYTES_MAX: usize = 155;

/// What an operator or a declared file says of an app. Absent fields stay as they are.
#[derive(Clone, Default)]
pub struct AppInput {
    pub name: Option<String>,
    pub environment: Option<Environment>,
    pub status: Option<UseStatus>,
    pub accept_sandbox: Option<bool>,
    /// RFC 3339; empty goes back to the app's creation.
    pub in_charge_since: Option<String>,
    /// Free purchases may stand beside paid ones.
    pub beside_live: Option<bool>,
    /// NHN's lists show this app's payments that are not LIVE.
    pub nhn_test_payments: Option<bool>,
    /// The store's fields by name, secret and not; an empty value takes the field away.
    pub fields: BTreeMap<String, String>,
    /// Certificates in PEM or base64 DER; SIMULATOR only. Given ones replace all.
    pub trusted_roots: Option<Vec<String>>,
    /// The version the change is based on; none for any.
    pub seen: Option<Version>,
}

/// An app with the names of the secrets that are stored.
#[derive(Debug, Clone)]
pub struct AppDetail {
    pub app: App,
    pub stored_secrets: Vec<String>,
    pub trusted_roots: Vec<TrustedRoot>,
    /// Whether its free purchases stand beside LIVE apps, or the other way round.
    pub is_beside_live: bool,
}

type Secrets = BTreeMap<String, String>;

/// Adds an app to the project. A second one of the same store and id is refused.
pub async fn create_app(
    state: &AppState,
    by: &By,
    project: &ProjectId,
    store: StoreCode,
    store_app_id: &str,
    input: &AppInput,
) -> Result<App> {
    let at = state.clock.now();
    let seq = state.numbers.next_app().await?;
    let stored = draft_app(state, seq, store, store_app_id, input, at)?;
    let stamp = Stamp { by, at };
    state.db.write(async |tx| insert_app(tx, &stamp, project, &stored, input).await).await?;
    Ok(stored.app)
}

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
        settings: AppSettings::new(),
        version: Version::FIRST,
        created_at: at,
        updated_at: at,
    };
    let mut stored = StoredApp { app, credentials: None, trusted_roots: Vec::new() };
    apply_input(state, &mut stored, input)?;
    Ok(stored)
}

pub(crate) async fn insert_app(
    tx: &mut Tx,
    stamp: &Stamp<'_>,
    project: &ProjectId,
    stored: &StoredApp,
    input: &AppInput,
) -> Result<()> {
    if db::apps::count(tx, project).await? >= APPS_MAX {
        return Err(Error::invalid("storeAppId", Reason::OneTooMany { of: Kept::Apps, max: APPS_MAX }));
    }
    if !db::apps::insert(tx, project, stored).await? {
        return Err(Error::invalid("storeAppId", AppReason::StoreAppIdTaken));
    }
    refuse_free_beside_live(tx, project, None, &stored.app).await?;
    let change = Change {
        action: "app.create",
        project: Some(project),
        target: format!("app:{}", stored.app.app_seq),
        before: None,
        after: Some(summary(stored, input)),
    };
    stamp.record(tx, change).await
}

/// Changes an app; secrets that are not given stay. True when anything was different.
pub async fn update_app(state: &AppState, by: &By, project: &ProjectId, app: AppSeq, input: &AppInput) -> Result<bool> {
    let before = find(state, project, app).await?;
    if !before.app.version.is_base_of(input.seen) {
        return Err(Error::edited_meanwhile());
    }
    let Some(after) = draft_change(state, &before, input)? else { return Ok(false) };
    let at = state.clock.now();
    let stamp = Stamp { by, at };
    state.db.write(async |tx| write_app(tx, &stamp, project, &before, &after, input).await).await?;
    Ok(true)
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

pub(crate) async fn write_app(
    tx: &mut Tx,
    stamp: &Stamp<'_>,
    project: &ProjectId,
    before: &StoredApp,
    after: &StoredApp,
    input: &AppInput,
) -> Result<()> {
    let app = after.app.app_seq;
    if after.app.environment != before.app.environment && db::apps::has_payments(tx, app).await? {
        return Err(Error::invalid("environment", AppReason::EnvironmentFixed));
    }
    if !db::apps::update(tx, project, after, stamp.at).await? {
        return Err(Error::edited_meanwhile());
    }
    refuse_free_beside_live(tx, project, Some(&before.app), &after.app).await?;
    let change = Change {
        action: "app.update",
        project: Some(project),
        target: format!("app:{app}"),
        before: Some(summary(before, &AppInput::default())),
        after: Some(summary(after, input)),
    };
    stamp.record(tx, change).await
}

/// The project's apps, oldest first.
pub async fn list_apps(state: &AppState, project: &ProjectId) -> Result<Vec<App>> {
    let found = db::apps::list(&mut state.db.read().await?, project).await?;
    Ok(found.into_iter().map(|stored| stored.app).collect())
}

/// An app of the project and which secrets it has, or `NotFound`.
pub async fn get_app(state: &AppState, project: &ProjectId, app: AppSeq) -> Result<AppDetail> {
    let stored = find(state, project, app).await?;
    let stored_secrets = open_secrets(state, &stored)?.into_keys().collect();
    let is_beside_live = list_apps(state, project).await?.iter().any(|other| are_free_beside_live(other, &stored.app));
    Ok(AppDetail { stored_secrets, trusted_roots: describe_roots(&stored)?, is_beside_live, app: stored.app })
}

/// Takes a stored secret away, so that nothing can be done with it any more. `seen` is the app's version the change is based
/// on; none for any.
pub async fn remove_secret(
    state: &AppState,
    by: &By,
    project: &ProjectId,
    app: AppSeq,
    name: &str,
    seen: Option<Version>,
) -> Result<()> {
    if !is_secret_field(name) {
        return Err(Error::invalid("name", AppReason::NoSecret));
    }
    let input = AppInput { fields: BTreeMap::from([(name.to_owned(), String::new())]), seen, ..AppInput::default() };
    if !update_app(state, by, project, app, &input).await? {
        return Err(Error::NotFound("secret"));
    }
    Ok(())
}

pub(super) async fn find(state: &AppState, project: &ProjectId, app: AppSeq) -> Result<StoredApp> {
    db::apps::find(&mut state.db.read().await?, project, app).await?.ok_or(Error::NotFound("app"))
}

fn owner(app: AppSeq) -> String {
    format!("app:{app}")
}

/// The app's secrets by name.
pub(super) fn open_secrets(state: &AppState, stored: &StoredApp) -> Result<Secrets> {
    let Some(sealed) = &stored.credentials else { return Ok(Secrets::new()) };
    serde_json::from_slice(&state.keys.sealer.open(&owner(stored.app.app_seq), sealed)?).map_err(Error::internal)
}

fn apply_input(state: &AppState, stored: &mut StoredApp, input: &AppInput) -> Result<()> {
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
    give_simulated_key(state, stored)
}

/// A SIMULATOR app needs no account at its store: it is given a key of its own, which only the simulator takes.
fn give_simulated_key(state: &AppState, stored: &mut StoredApp) -> Result<()> {
    if stored.app.environment != Environment::Simulator || stored.credentials.is_some() {
        return Ok(());
    }
    let fields = simulated_fields(stored.app.store)?;
    match fields.keys().any(|name| stored.app.settings.contains_key(name)) {
        true => Ok(()),
        false => apply_fields(state, stored, &fields),
    }
}

fn apply_fields(state: &AppState, stored: &mut StoredApp, given: &BTreeMap<String, String>) -> Result<()> {
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

fn parse_roots(texts: &[String]) -> Result<Vec<String>> {
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

/// What the audit log keeps: settings, and the names of secrets that were given or taken away, never their values.
fn summary(stored: &StoredApp, input: &AppInput) -> serde_json::Value {
    let is_secret =
        |name: &&String| fields_of(stored.app.store).iter().any(|field| field.is_secret && field.name == name.as_str());
    let (removed, given): (Vec<&String>, Vec<&String>) =
        input.fields.keys().filter(is_secret).partition(|name| input.fields[*name].trim().is_empty());
    json!({
        "store": stored.app.store, "storeAppId": stored.app.store_app_id, "name": stored.app.name,
        "environment": stored.app.environment, "status": stored.app.status, "acceptSandbox": stored.app.accept_sandbox,
        "inChargeSince": stored.app.in_charge_since.map(Timestamp::to_rfc3339), "allowTestStoreBesideLive": stored.app.beside_live,
        "nhnTestPayments": stored.app.nhn_test_payments, "settings": stored.app.settings, "trustedRoots": stored.trusted_roots.len(), "secretsGiven": given,
        "secretsRemoved": removed,
    })
}
