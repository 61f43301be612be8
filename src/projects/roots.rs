//! Extra trust anchors of a SIMULATOR app: what an integrator's own signer is vouched for by.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::apps::{AppInput, find, update_app};
use crate::audit::By;
use crate::db::apps::StoredApp;
use crate::error::{Error, Result};
use crate::model::{AppReason, AppSeq, ProjectId, Timestamp, TrustedRoot};
use crate::state::AppState;

/// The app's extra anchors, as people tell certificates apart.
pub(super) fn describe_roots(stored: &StoredApp) -> Result<Vec<TrustedRoot>> {
    stored.trusted_roots.iter().map(|text| describe(text)).collect()
}

fn describe(text: &str) -> Result<TrustedRoot> {
    let der = STANDARD.decode(text).map_err(Error::internal)?;
    let (_, certificate) = X509Certificate::from_der(&der).map_err(Error::internal)?;
    Ok(TrustedRoot {
        fingerprint: digest(&SHA256, &der).as_ref().iter().map(|byte| format!("{byte:02x}")).collect(),
        subject: certificate.subject().to_string(),
        expires_at: Timestamp(certificate.validity().not_after.timestamp() * 1_000),
    })
}

/// Trusts one more certificate, in PEM or base64 DER.
pub async fn add_trusted_root(state: &AppState, by: &By, project: &ProjectId, app: AppSeq, certificate: &str) -> Result<()> {
    let mut roots = find(state, project, app).await?.trusted_roots;
    roots.push(certificate.to_owned());
    let input = AppInput { trusted_roots: Some(roots), ..AppInput::default() };
    if !update_app(state, by, project, app, &input).await? {
        return Err(Error::invalid("trustedRoots", AppReason::TrustedAlready));
    }
    Ok(())
}

/// Trusts a certificate no longer.
pub async fn remove_trusted_root(state: &AppState, by: &By, project: &ProjectId, app: AppSeq, fingerprint: &str) -> Result<()> {
    let stored = find(state, project, app).await?;
    let mut kept = Vec::new();
    for text in stored.trusted_roots {
        if describe(&text)?.fingerprint != fingerprint {
            kept.push(text);
        }
    }
    let input = AppInput { trusted_roots: Some(kept), ..AppInput::default() };
    if !update_app(state, by, project, app, &input).await? {
        return Err(Error::NotFound("trusted root"));
    }
    Ok(())
}
