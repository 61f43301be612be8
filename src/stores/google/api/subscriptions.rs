use reqwest::Method;
use serde_json::{Value, json};

use super::call::{Call, Quota};
use super::client::Answered;
use super::failure::ApiFailure;
use crate::stores::google::GoogleStore;
use crate::stores::google::wire::{DeferAnswer, SubscriptionPurchase};
use crate::stores::{Asking, RevokeRefund, StoreApp};

const SECONDS_PER_DAY: u32 = 86_400;

impl GoogleStore {
    /// purchases.subscriptionsv2.get.
    pub async fn get_subscription(
        &self,
        app: &StoreApp,
        token: &str,
        asking: Asking,
    ) -> Result<Answered<SubscriptionPurchase>, ApiFailure> {
        let path = "purchases/subscriptionsv2/tokens/{}";
        let call = Call::new("get_subscription", Quota::Subscriptions, Method::GET, path, &[token])?;
        self.api.ask(app, &call, asking).await
    }

    /// purchases.subscriptions.acknowledge; there is no second version of it. What was bought outside of the app is given its account.
    pub async fn acknowledge_subscription(
        &self,
        app: &StoreApp,
        (product_id, token): (&str, &str),
        account_token: Option<&str>,
        asking: Asking,
    ) -> Result<(), ApiFailure> {
        let path = "purchases/subscriptions/{}/tokens/{}:acknowledge";
        let call = Call::new("acknowledge_subscription", Quota::Subscriptions, Method::POST, path, &[product_id, token])?;
        let ids = account_token.map(|token| json!({ "externalAccountIds": { "obfuscatedAccountId": token } }));
        self.api.tell(app, &call.body(ids.unwrap_or_else(|| json!({}))), asking).await.map(drop)
    }

    /// purchases.subscriptionsv2.cancel: the player may switch the renewal on again.
    pub async fn cancel_subscription(&self, app: &StoreApp, token: &str, asking: Asking) -> Result<(), ApiFailure> {
        let body = json!({ "cancellationContext": { "cancellationType": "USER_REQUESTED_STOP_RENEWALS" } });
        let call = update("cancel_subscription", "purchases/subscriptionsv2/tokens/{}:cancel", token, body)?;
        self.api.tell(app, &call, asking).await.map(drop)
    }

    /// purchases.subscriptionsv2.revoke: ends the access at once.
    pub async fn revoke_subscription(
        &self,
        app: &StoreApp,
        token: &str,
        refund: RevokeRefund,
        asking: Asking,
    ) -> Result<(), ApiFailure> {
        let context = match refund {
            RevokeRefund::Full => json!({ "fullRefund": {} }),
            RevokeRefund::Prorated => json!({ "proratedRefund": {} }),
        };
        let body = json!({ "revocationContext": context });
        let call = update("revoke_subscription", "purchases/subscriptionsv2/tokens/{}:revoke", token, body)?;
        self.api.tell(app, &call.once(), asking).await.map(drop)
    }

    /// purchases.subscriptionsv2.defer; a subscription that changed since the etag was read is not deferred.
    pub async fn defer_subscription(
        &self,
        app: &StoreApp,
        token: &str,
        deferral: &Deferral<'_>,
        asking: Asking,
    ) -> Result<DeferAnswer, ApiFailure> {
        let seconds = u64::from(deferral.days) * u64::from(SECONDS_PER_DAY);
        let context = json!({ "deferDuration": format!("{seconds}s"), "etag": deferral.etag, "validateOnly": false });
        let body = json!({ "deferralContext": context });
        let call = update("defer_subscription", "purchases/subscriptionsv2/tokens/{}:defer", token, body)?;
        Ok(self.api.ask(app, &call.once(), asking).await?.data)
    }
}

/// How far a subscription's next charge is moved, and the state it was read in.
pub struct Deferral<'a> {
    pub days: u32,
    pub etag: &'a str,
}

fn update(kind: &'static str, path: &str, token: &str, body: Value) -> Result<Call, ApiFailure> {
    Ok(Call::new(kind, Quota::SubscriptionUpdates, Method::POST, path, &[token])?.body(body))
}
