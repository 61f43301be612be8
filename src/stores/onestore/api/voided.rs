use reqwest::Method;

use super::call::Call;
use super::failure::ApiFailure;
use crate::model::Timestamp;
use crate::stores::onestore::OneStore;
use crate::stores::onestore::wire::VoidedPage;
use crate::stores::onestore::world::World;
use crate::stores::{Asking, StoreApp};

const PAGE_MAX: &str = "100";

/// Which of the voided purchases to list: from a moment, or what comes after a page of these.
#[derive(Debug, Clone, Copy)]
pub struct VoidedQuery<'a> {
    pub from: Timestamp,
    pub continuation_key: Option<&'a str>,
}

impl OneStore {
    /// getVoidedPurchases. Without an end it lists a month from its start on, and no clock has to agree with ours.
    pub async fn list_voided(
        &self,
        app: &StoreApp,
        world: World,
        query: VoidedQuery<'_>,
        asking: Asking,
    ) -> Result<VoidedPage, ApiFailure> {
        let call = Call::new("list_voided", Method::GET, "voided-purchases", &[])?
            .query("startTime", Some(query.from.0.to_string()))
            .query("maxResults", Some(PAGE_MAX.to_owned()))
            .query("continuationKey", query.continuation_key.map(str::to_owned));
        Ok(self.api.ask(app, world, &call, asking).await?.data)
    }
}
