use reqwest::Method;
use serde_json::json;

use super::call::Call;
use super::client::Answered;
use super::failure::ApiFailure;
use crate::stores::onestore::OneStore;
use crate::stores::onestore::lookup::Named;
use crate::stores::onestore::wire::{MonthlyPurchase, SubscriptionDetail};
use crate::stores::onestore::world::World;
use crate::stores::{Asking, StoreApp};

/// The kinds of products that renew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Subscription,
    /// Monthly payment, no longer registered anew.
    Auto,
}

impl Kind {
    pub const ALL: [Self; 2] = [Self::Subscription, Self::Auto];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Subscription => "subscription",
            Self::Auto => "auto",
        }
    }

    /// What is asked for a purchase of the kind by a verb, without a body.
    fn call(self, verb: &'static str, named: Named<'_>) -> Result<Call, ApiFailure> {
        let path = format!("purchases/{}/products/{{}}/{{}}/{verb}", self.as_str());
        Call::new(verb, Method::POST, &path, &[named.product_id, named.token])
    }
}

impl OneStore {
    /// getSubscriptionDetail.
    pub async fn get_subscription(
        &self,
        app: &StoreApp,
        world: World,
        named: Named<'_>,
        asking: Asking,
    ) -> Result<Answered<SubscriptionDetail>, ApiFailure> {
        let path = "purchases/subscription/products/{}/{}";
        let call = Call::new("get_subscription", Method::GET, path, &[named.product_id, named.token])?;
        self.api.ask(app, world, &call, asking).await
    }

    /// getRecurringPurchaseDetails.
    pub async fn get_monthly(
        &self,
        app: &StoreApp,
        world: World,
        named: Named<'_>,
        asking: Asking,
    ) -> Result<Answered<MonthlyPurchase>, ApiFailure> {
        let path = "purchases/auto/products/{}/{}";
        let call = Call::new("get_monthly", Method::GET, path, &[named.product_id, named.token])?;
        self.api.ask(app, world, &call, asking).await
    }

    /// cancelSubscription, cancelRecurringPurchase: the paid period runs to its end. While a subscription is paused, in grace or on hold
    /// it ends at once.
    pub async fn cancel(
        &self,
        app: &StoreApp,
        world: World,
        kind: Kind,
        named: Named<'_>,
        asking: Asking,
    ) -> Result<(), ApiFailure> {
        self.api.tell(app, world, &kind.call("cancel", named)?, asking).await.map(drop)
    }

    /// reactivateSubscription, reactivateRecurringPurchase: takes a cancellation back whose period still runs.
    pub async fn reactivate(
        &self,
        app: &StoreApp,
        world: World,
        kind: Kind,
        named: Named<'_>,
        asking: Asking,
    ) -> Result<(), ApiFailure> {
        self.api.tell(app, world, &kind.call("reactivate", named)?, asking).await.map(drop)
    }

    /// deferSubscription: days, or minutes in the sandbox. Asked twice it defers twice.
    pub async fn defer(
        &self,
        app: &StoreApp,
        world: World,
        named: Named<'_>,
        period: u32,
        asking: Asking,
    ) -> Result<(), ApiFailure> {
        let path = "purchases/subscription/products/{}/{}/defer";
        let call = Call::new("defer", Method::POST, path, &[named.product_id, named.token])?;
        self.api.tell(app, world, &call.body(json!({ "deferPeriod": period })).once(), asking).await.map(drop)
    }
}
