use std::slice;

use reqwest::Method;
use serde_json::json;

use super::call::{Call, Fallback};
use super::failure::ApiFailure;
use super::hosts::AppleEnvironment;
use super::lookups::{UNKNOWN_CHAIN, UNKNOWN_ID};
use super::wire::{Consumption, Extension, ExtensionAnswer, MassExtension, MassExtensionAnswer, MassExtensionStatus};
use crate::model::Timestamp;
use crate::stores::apple::AppleStore;
use crate::stores::{Asking, StoreApp};

impl AppleStore {
    /// Send Consumption Information, within 12 hours of a CONSUMPTION_REQUEST and only with the customer's consent.
    pub async fn send_consumption(
        &self,
        app: &StoreApp,
        transaction_id: &str,
        consumption: &Consumption,
        now: Timestamp,
    ) -> Result<(), ApiFailure> {
        let path = "inApps/v2/transactions/consumption/{}";
        let call = Call::new("send_consumption", Method::PUT, path, &[transaction_id])?
            .fallback(Fallback::OnNotFound)
            .body(consumption)?;
        self.api.tell(app, AppleEnvironment::of(app), &call, now).await.map(drop)
    }

    /// Extend a Subscription Renewal Date. Repeating the same request identifier extends once.
    pub async fn extend_renewal(
        &self,
        app: &StoreApp,
        original_transaction_id: &str,
        extension: &Extension,
        asking: impl Into<Asking>,
    ) -> Result<ExtensionAnswer, ApiFailure> {
        let path = "inApps/v1/subscriptions/extend/{}";
        let call = Call::new("extend_renewal", Method::PUT, path, &[original_transaction_id])?
            .fallback(UNKNOWN_CHAIN)
            .body(extension)?;
        Ok(self.api.ask(app, AppleEnvironment::of(app), call, asking).await?.answer)
    }

    /// Extend for all active subscribers of a product; gives the request identifier to ask after.
    pub async fn extend_all_renewals(
        &self,
        app: &StoreApp,
        apple_environment: AppleEnvironment,
        extension: &MassExtension,
        now: Timestamp,
    ) -> Result<String, ApiFailure> {
        let path = "inApps/v1/subscriptions/extend/mass";
        let call = Call::new("extend_all_renewals", Method::POST, path, &[])?.body(extension)?;
        let answer: MassExtensionAnswer = self.api.ask(app, slice::from_ref(&apple_environment), call, now).await?.answer;
        Ok(answer.request_identifier)
    }

    /// How far an extension for all has come.
    pub async fn get_mass_extension(
        &self,
        app: &StoreApp,
        apple_environment: AppleEnvironment,
        extension: &MassExtension,
        now: Timestamp,
    ) -> Result<MassExtensionStatus, ApiFailure> {
        let ids = [extension.product_id.as_str(), &extension.extension.request_identifier];
        let call = Call::new("get_mass_extension", Method::GET, "inApps/v1/subscriptions/extend/mass/{}/{}", &ids)?;
        Ok(self.api.ask(app, slice::from_ref(&apple_environment), call, now).await?.answer)
    }

    /// Set App Account Token on a chain; the id must be the chain's first, and the token a UUID.
    pub async fn set_account_token(
        &self,
        app: &StoreApp,
        original_transaction_id: &str,
        account_token: &str,
        now: Timestamp,
    ) -> Result<(), ApiFailure> {
        let path = "inApps/v1/transactions/{}/appAccountToken";
        let call = Call::new("set_account_token", Method::PUT, path, &[original_transaction_id])?
            .fallback(UNKNOWN_CHAIN)
            .body(json!({ "appAccountToken": account_token }))?;
        self.api.tell(app, AppleEnvironment::of(app), &call, now).await.map(drop)
    }

    /// Finish Transaction, for apps that leave it to the server.
    pub async fn finish_transaction(&self, app: &StoreApp, id: &str, now: Timestamp) -> Result<(), ApiFailure> {
        let path = "inApps/v1/transactions/{}/finish";
        let call = Call::new("finish_transaction", Method::POST, path, &[id])?.fallback(UNKNOWN_ID);
        self.api.tell(app, AppleEnvironment::of(app), &call, now).await.map(drop)
    }
}
