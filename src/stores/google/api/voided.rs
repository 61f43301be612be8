use reqwest::Method;

use super::call::{Call, Quota};
use super::failure::ApiFailure;
use crate::model::Timestamp;
use crate::stores::google::GoogleStore;
use crate::stores::google::wire::VoidedPage;
use crate::stores::{Asking, StoreApp};

/// Google lists no purchase that was voided longer ago.
pub const WINDOW_MILLIS: i64 = 30 * Timestamp::DAY;
/// One-time purchases and subscriptions.
const ALL_TYPES: &str = "1";
const PAGE_MAX: &str = "1000";

/// Which of the voided purchases to list: from a moment, or what comes after a page.
#[derive(Debug, Clone, Copy)]
pub struct VoidedQuery<'a> {
    pub from: Timestamp,
    pub page_token: Option<&'a str>,
}

impl GoogleStore {
    /// purchases.voidedpurchases.list.
    pub async fn list_voided(&self, app: &StoreApp, query: VoidedQuery<'_>, asking: Asking) -> Result<VoidedPage, ApiFailure> {
        let start = query.page_token.is_none().then(|| query.from.0.to_string());
        let call = Call::new("list_voided", Quota::Voided, Method::GET, "purchases/voidedpurchases", &[])?
            .query("type", Some(ALL_TYPES.to_owned()))
            .query("includeQuantityBasedPartialRefund", Some(true.to_string()))
            .query("maxResults", Some(PAGE_MAX.to_owned()))
            .query("startTime", start)
            .query("token", query.page_token.map(str::to_owned));
        Ok(self.api.ask(app, &call, asking).await?.data)
    }
}
