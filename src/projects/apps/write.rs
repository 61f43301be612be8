//! Writing an app with its audit row.

use serde_json::json;

use super::AppInput;
use crate::audit::{Change, Stamp};
use crate::db::apps::{APPS_MAX, StoredApp};
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::model::{AppReason, Kept, ProjectId, Reason, Timestamp};
use crate::projects::beside_live::refuse_free_beside_live;
use crate::stores::fields_of;

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
        "nhnTestPayments": stored.app.nhn_test_payments, "outageUntil": stored.app.outage_until.map(Timestamp::to_rfc3339),
        "settings": stored.app.settings, "trustedRoots": stored.trusted_roots.len(), "secretsGiven": given,
        "secretsRemoved": removed,
    })
}
