use reqwest::Method;
use serde::Deserialize;
use url::Url;

use super::call::{Api, Call};
use super::client::Answered;
use super::failure::ApiFailure;
use super::hosts::AppleEnvironment;
use crate::stores::apple::AppleStore;
use crate::stores::{Asking, StoreApp};

/// Rows a page; App Store Connect gives no more.
const PAGE_ROWS: &str = "200";
const PAGES_MAX: usize = 50;
/// The localizations that come along with each product.
const LOCALIZATIONS: &str = "50";

/// One page of a list of the App Store Connect API (docs/stores/apple.md, App Store Connect API).
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ConnectPage {
    pub data: Vec<Resource>,
    /// The resources that `include` asked for.
    pub included: Vec<Resource>,
    links: PageLinks,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct PageLinks {
    next: Option<String>,
}

/// A resource of any type, with the members we read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Resource {
    pub id: String,
    pub attributes: Attributes,
    pub relationships: Relationships,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Attributes {
    pub bundle_id: Option<String>,
    pub primary_locale: Option<String>,
    /// Of a product: its reference name. Of a localization: the name that customers see.
    pub name: Option<String>,
    pub product_id: Option<String>,
    pub in_app_purchase_type: Option<String>,
    pub state: Option<String>,
    pub locale: Option<String>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Relationships {
    pub in_app_purchase_localizations: Related,
    pub subscription_localizations: Related,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Related {
    pub data: Vec<Identifier>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Identifier {
    pub id: String,
}

impl ConnectPage {
    /// Where the next page begins. Only the cursor of the next page's address is taken: we ask nobody whom an answer names.
    fn next_cursor(&self) -> Result<Option<String>, ApiFailure> {
        let Some(next) = self.links.next.as_deref().filter(|next| !next.is_empty()) else { return Ok(None) };
        let url = Url::parse(next).ok();
        let cursor =
            url.and_then(|url| url.query_pairs().find(|(name, _)| name == "cursor").map(|(_, cursor)| cursor.into_owned()));
        let damaged = || ApiFailure::unavailable("App Store Connect's answer is damaged: its next page has no cursor");
        cursor.map(Some).ok_or_else(damaged)
    }
}

/// A list of App Store Connect.
#[derive(Debug, Clone, Copy)]
pub enum ConnectList<'a> {
    /// The team's apps whose bundle id begins with this.
    Apps {
        bundle_id: &'a str,
    },
    /// An app's in-app purchases, subscriptions apart.
    InAppPurchases {
        app_id: &'a str,
    },
    SubscriptionGroups {
        app_id: &'a str,
    },
    /// The subscriptions of a group. (The list of groups would include at most 50 of each.)
    Subscriptions {
        group_id: &'a str,
    },
}

impl ConnectList<'_> {
    fn call(self) -> Result<Call, ApiFailure> {
        let list = |kind, path, ids: &[&str]| Call::new(kind, Method::GET, path, ids).map(|call| call.to(Api::Connect));
        match self {
            Self::Apps { bundle_id } => {
                Ok(list("list_apps", "v1/apps", &[])?.query("filter[bundleId]", Some(bundle_id.to_owned())))
            }
            Self::InAppPurchases { app_id } => Ok(list("list_in_app_purchases", "v1/apps/{}/inAppPurchasesV2", &[app_id])?
                .query("include", Some("inAppPurchaseLocalizations".into()))
                .query("limit[inAppPurchaseLocalizations]", Some(LOCALIZATIONS.into()))),
            Self::SubscriptionGroups { app_id } => list("list_subscription_groups", "v1/apps/{}/subscriptionGroups", &[app_id]),
            Self::Subscriptions { group_id } => {
                Ok(list("list_subscriptions", "v1/subscriptionGroups/{}/subscriptions", &[group_id])?
                    .query("include", Some("subscriptionLocalizations".into()))
                    .query("limit[subscriptionLocalizations]", Some(LOCALIZATIONS.into())))
            }
        }
    }
}

impl AppleStore {
    /// All pages of a list of App Store Connect.
    pub async fn list_connect(
        &self,
        app: &StoreApp,
        list: ConnectList<'_>,
        asking: Asking,
    ) -> Result<Vec<ConnectPage>, ApiFailure> {
        let (mut pages, mut cursor) = (Vec::new(), None);
        for _ in 0..PAGES_MAX {
            let call = list.call()?.query("limit", Some(PAGE_ROWS.into())).query("cursor", cursor);
            let answered: Answered<ConnectPage> = self.api.ask(app, &AppleEnvironment::of(app)[..1], call, asking).await?;
            cursor = answered.answer.next_cursor()?;
            pages.push(answered.answer);
            if cursor.is_none() {
                return Ok(pages);
            }
        }
        Err(ApiFailure::unavailable("App Store Connect's list is longer than this server reads"))
    }
}
