use reqwest::Method;
use serde::de::DeserializeOwned;

use super::call::{Call, Quota};
use super::failure::ApiFailure;
use crate::stores::google::GoogleStore;
use crate::stores::google::wire::{InAppProductPage, OneTimeProductPage, SubscriptionPage};
use crate::stores::{Asking, StoreApp};

const PAGE_MAX: &str = "1000";

impl GoogleStore {
    /// monetization.onetimeproducts.list.
    pub async fn list_one_time_products(
        &self,
        app: &StoreApp,
        page_token: Option<&str>,
        asking: Asking,
    ) -> Result<OneTimeProductPage, ApiFailure> {
        self.list_products(app, "oneTimeProducts", page_token, asking).await
    }

    /// monetization.subscriptions.list.
    pub async fn list_subscriptions(
        &self,
        app: &StoreApp,
        page_token: Option<&str>,
        asking: Asking,
    ) -> Result<SubscriptionPage, ApiFailure> {
        self.list_products(app, "subscriptions", page_token, asking).await
    }

    /// inappproducts.list, for apps that were never moved to the newer catalog.
    pub async fn list_in_app_products(
        &self,
        app: &StoreApp,
        page_token: Option<&str>,
        asking: Asking,
    ) -> Result<InAppProductPage, ApiFailure> {
        let call = Call::new("inappproducts", Quota::Catalog, Method::GET, "inappproducts", &[])?;
        let call = call.query("token", page_token.map(str::to_owned));
        Ok(self.api.ask(app, &call, asking).await?.data)
    }

    async fn list_products<T: DeserializeOwned>(
        &self,
        app: &StoreApp,
        list: &'static str,
        page_token: Option<&str>,
        asking: Asking,
    ) -> Result<T, ApiFailure> {
        let call = Call::new(list, Quota::Catalog, Method::GET, list, &[])?
            .query("pageSize", Some(PAGE_MAX.to_owned()))
            .query("pageToken", page_token.map(str::to_owned));
        Ok(self.api.ask(app, &call, asking).await?.data)
    }
}
