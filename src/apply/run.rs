use std::path::Path;

use super::file::{AppDecl, File, ProductDecl, ProjectDecl};
use super::secret::{resolve, resolve_certificate, resolve_secret};
use crate::audit::By;
use crate::catalog::{self, NewProduct, ProductInput};
use crate::error::{Error, Result};
use crate::keys::hash_secret;
use crate::model::{App, Project, ProjectId};
use crate::projects::{self, AppInput, fields_of};
use crate::state::AppState;

const BY: By = By::System("apply");

/// Brings the instance to what the file declares, and tells what was changed, a line each. What the file does not name
/// is left alone. An error names the table and the field; what came before it stays and is found done when repeated.
pub async fn apply(state: &AppState, path: &Path) -> Result<Vec<String>> {
    let at = |error: &dyn std::fmt::Display| Error::invalid(path.display().to_string(), error.to_string());
    let text = std::fs::read_to_string(path).map_err(|error| at(&error))?;
    let file: File = toml::from_str(&text).map_err(|error| at(&error))?;
    let folder = path.parent().unwrap_or(Path::new(".")).to_owned();
    let prepared = file.project.iter().map(|project| prepare(project, &folder)).collect::<Result<Vec<_>>>()?;
    let mut done = Vec::new();
    for project in prepared {
        apply_project(state, project, &mut done).await?;
    }
    Ok(done)
}

/// A declared project with every value read, so that a missing one is found before anything is changed.
struct Prepared<'a> {
    declared: &'a ProjectDecl,
    secret_keys: Vec<(&'a str, String)>,
    apps: Vec<(&'a AppDecl, AppInput)>,
}

fn prepare<'a>(declared: &'a ProjectDecl, folder: &Path) -> Result<Prepared<'a>> {
    let secret_keys = declared
        .secret_keys
        .iter()
        .map(|key| Ok((key.name.as_str(), resolve_secret("project.secret_keys.value", &key.value, folder)?)))
        .collect::<Result<_>>()?;
    let apps = declared.app.iter().map(|app| Ok((app, prepare_app(app, folder)?))).collect::<Result<_>>()?;
    let prepared = Prepared { declared, secret_keys, apps };
    check(&prepared).map_err(|error| within("project", error))?;
    Ok(prepared)
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
        ..AppInput::default()
    };
    for (name, value) in &app.fields {
        let field = fields_of(app.store).iter().find(|field| field.name == name);
        let place = format!("project.app.{name}");
        let field = field.ok_or_else(|| Error::invalid(&place, format!("is no field of {}", app.store)))?;
        let text = match value {
            toml::Value::String(text) => text.clone(),
            toml::Value::Integer(number) => number.to_string(),
            toml::Value::Boolean(yes) => if *yes { "YES" } else { "NO" }.to_owned(),
            _ => return Err(Error::invalid(place, "must be text")),
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

async fn apply_project(state: &AppState, prepared: Prepared<'_>, done: &mut Vec<String>) -> Result<()> {
    let declared = prepared.declared;
    let project = find_or_create(state, declared, done).await.map_err(|error| within("project", error))?;
    let client_consume = declared.client_consume.unwrap_or(project.client_consume);
    if project.name != declared.name || project.client_consume != client_consume {
        projects::update_project(state, &BY, &project.id, &declared.name, client_consume).await?;
        done.push(format!("project {}: updated", declared.name));
    }
    for (name, secret) in &prepared.secret_keys {
        apply_secret_key(state, &project.id, name, secret, done).await.map_err(|error| within("project.secret_keys", error))?;
    }
    for (app, input) in &prepared.apps {
        apply_app(state, &project.id, app, input, done).await.map_err(|error| within("project.app", error))?;
    }
    Ok(())
}

/// The project of the declared AppKey, else of the declared name, else a new one.
async fn find_or_create(state: &AppState, declared: &ProjectDecl, done: &mut Vec<String>) -> Result<Project> {
    if let Some(app_key) = &declared.app_key
        && let Ok(access) = projects::authenticate_app_key(state, app_key).await
    {
        return projects::get_project(state, &access.project_id).await;
    }
    if let Some(found) = projects::find_project_by_name(state, &declared.name).await? {
        if let Some(app_key) = &declared.app_key {
            projects::rotate_app_key(state, &BY, &found.id, Some(app_key), OVERLAP_HOURS).await?;
            done.push(format!("project {}: AppKey changed, the old one works for {OVERLAP_HOURS} h", declared.name));
        }
        return Ok(found);
    }
    let project = projects::create_project(state, &BY, &declared.name, declared.app_key.as_deref()).await?;
    done.push(format!("project {}: created", declared.name));
    Ok(project)
}

/// How long an old AppKey works when a file declares another.
const OVERLAP_HOURS: i64 = 24;

/// Keeps a key of this name and secret; another secret under the name is replaced.
async fn apply_secret_key(state: &AppState, project: &ProjectId, name: &str, secret: &str, done: &mut Vec<String>) -> Result<()> {
    if projects::has_secret_key(state, project, name, &hash_secret(secret)).await? {
        return Ok(());
    }
    let existing = projects::list_secret_keys(state, project).await?;
    projects::create_secret_key(state, &BY, project, name, Some(secret)).await?;
    for old in existing.into_iter().filter(|key| key.name == name && key.revoked_at.is_none()) {
        projects::revoke_secret_key(state, &BY, project, &old.id).await?;
    }
    done.push(format!("secret key {name}: set"));
    Ok(())
}

async fn apply_app(
    state: &AppState,
    project: &ProjectId,
    declared: &AppDecl,
    input: &AppInput,
    done: &mut Vec<String>,
) -> Result<()> {
    let apps = projects::list_apps(state, project).await?;
    let found = apps.into_iter().find(|app| app.store == declared.store && app.store_app_id == declared.store_app_id);
    let app = match found {
        Some(app) => {
            if projects::update_app(state, &BY, project, app.app_seq, input).await? {
                done.push(format!("app {}: updated", declared.store_app_id));
            }
            app
        }
        None => {
            done.push(format!("app {}: created", declared.store_app_id));
            projects::create_app(state, &BY, project, declared.store, &declared.store_app_id, input).await?
        }
    };
    for product in &declared.product {
        apply_product(state, project, &app, product, done).await.map_err(|error| within("product", error))?;
    }
    Ok(())
}

async fn apply_product(
    state: &AppState,
    project: &ProjectId,
    app: &App,
    declared: &ProductDecl,
    done: &mut Vec<String>,
) -> Result<()> {
    let input = ProductInput { name: declared.name.clone(), status: declared.status, sku: declared.sku.clone() };
    let id = &declared.store_product_id;
    match catalog::find_in_app(state, project, app.app_seq, id).await? {
        Some(found) if found.product_type != declared.product_type => {
            Err(Error::invalid("type", format!("of {id} is {} and can't change", found.product_type)))
        }
        Some(found) => {
            if catalog::update_product(state, &BY, project, found.product_seq, &input).await? {
                done.push(format!("product {id}: updated"));
            }
            Ok(())
        }
        None => {
            let new = NewProduct { app: app.app_seq, store_product_id: id, product_type: declared.product_type, details: &input };
            catalog::create_product(state, &BY, project, &new).await?;
            done.push(format!("product {id}: created"));
            Ok(())
        }
    }
}

/// Puts the table's name before the field's.
fn within(table: &str, error: Error) -> Error {
    match error {
        Error::Invalid { field, reason } => Error::Invalid { field: format!("{table}.{field}"), reason },
        other => other,
    }
}
