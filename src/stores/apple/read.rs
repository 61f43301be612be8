use serde::de::DeserializeOwned;

use super::AppleStore;
use super::payloads::{AppTransaction, RenewalInfo, Signed, Transaction};
use crate::model::{RefusalCode, Timestamp};
use crate::stores::{Refusal, StoreApp};

/// Apple's word for the environment where the numeric app id must agree.
const PRODUCTION: &str = "Production";

impl AppleStore {
    /// A signed transaction of this app. From which environment it is, is not judged here.
    pub fn read_transaction(&self, app: &StoreApp, token: &str, now: Timestamp) -> Result<Signed<Transaction>, Refusal> {
        let signed: Signed<Transaction> = self.read("transaction", app, token, now)?;
        check_bundle(app, signed.data.bundle_id.as_deref())?;
        Ok(signed)
    }

    /// A signed renewal info. It names no app, so it is bound to the transaction it came with by the chain's id.
    pub fn read_renewal_info(
        &self,
        app: &StoreApp,
        token: &str,
        transaction: &Transaction,
        now: Timestamp,
    ) -> Result<Signed<RenewalInfo>, Refusal> {
        let signed: Signed<RenewalInfo> = self.read("renewalInfo", app, token, now)?;
        let (chain, environment) = (&signed.data.original_transaction_id, &signed.data.environment);
        if chain.is_none() || *chain != transaction.original_transaction_id || *environment != transaction.environment {
            return Err(Refusal::proof("the renewal info is of another subscription than the transaction beside it"));
        }
        Ok(signed)
    }

    /// A signed app transaction of this app.
    pub fn read_app_transaction(&self, app: &StoreApp, token: &str, now: Timestamp) -> Result<Signed<AppTransaction>, Refusal> {
        let signed: Signed<AppTransaction> = self.read("appTransaction", app, token, now)?;
        check_bundle(app, signed.data.bundle_id.as_deref())?;
        check_apple_id(app, signed.data.app_apple_id, signed.data.receipt_type.as_deref())?;
        Ok(signed)
    }

    fn read<T: DeserializeOwned>(&self, noun: &str, app: &StoreApp, token: &str, now: Timestamp) -> Result<Signed<T>, Refusal> {
        let payload = self.signed_data.verify(token, &self.roots.of(app), now)?;
        Signed::read(noun, token, payload)
    }
}

fn check_bundle(app: &StoreApp, bundle_id: Option<&str>) -> Result<(), Refusal> {
    if bundle_id == Some(app.store_app_id.as_str()) {
        return Ok(());
    }
    let reason = format!("signed for the app {:?}, not {:?}", bundle_id.unwrap_or_default(), app.store_app_id);
    Err(Refusal::new(RefusalCode::AppMismatch, reason))
}

/// In production the numeric id must agree, where this app's settings hold it.
fn check_apple_id(app: &StoreApp, apple_id: Option<i64>, environment: Option<&str>) -> Result<(), Refusal> {
    let own = app.settings.get("app_apple_id").and_then(|text| text.parse::<i64>().ok());
    if environment != Some(PRODUCTION) || own.is_none() || own == apple_id {
        return Ok(());
    }
    Err(Refusal::new(RefusalCode::AppMismatch, format!("signed for the app with Apple id {}", apple_id.unwrap_or_default())))
}
