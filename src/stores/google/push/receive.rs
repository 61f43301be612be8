use super::envelope::{Kept, open_envelope};
use super::notification::read_notification;
use super::token::{Expected, PushToken};
use crate::model::{Environment, Timestamp};
use crate::stores::google::GoogleStore;
use crate::stores::{Authenticated, Delivery, RawNotification, Rejection, StoreApp};

impl GoogleStore {
    /// Checks who pushed a notification and by which subscription, and that it is of this app. Pub/Sub sends again what is refused,
    /// for days: what Google's own push can't be used for, another app's of the same topic too, is not.
    pub async fn authenticate_push(
        &self,
        app: &StoreApp,
        delivery: Delivery<'_>,
        now: Timestamp,
    ) -> Result<Authenticated, Rejection> {
        self.check_sender(app, &delivery, now).await.map_err(Rejection::Forged)?;
        let (kept, subscription) = open_envelope(delivery.body).map_err(|reason| Rejection::Useless(reason.to_string()))?;
        let expected = setting(app, "push_subscription");
        if expected.is_some() && expected != subscription.as_deref() {
            let came_by = subscription.unwrap_or_default();
            return Err(Rejection::NotForApp(format!("it came by {came_by:?}, which is not this app's push_subscription")));
        }
        let notification = read_notification(app, &kept, now).map_err(|refusal| Rejection::Useless(refusal.reason))?;
        Ok(Authenticated { raw: RawNotification { payload: to_text(&kept), received_at: now }, notification })
    }

    /// Refuses what Google's Pub/Sub did not push with the app's service account.
    async fn check_sender(&self, app: &StoreApp, delivery: &Delivery<'_>, now: Timestamp) -> Result<(), String> {
        let unset = "this app's push_service_account is not set: enter the service account of the Pub/Sub push subscription";
        let email = setting(app, "push_service_account").ok_or(unset)?;
        let token = PushToken::split(delivery.authorization)?;
        let (addresses, http) = self.api.reach(app).map_err(|failure| failure.to_string())?;
        let key = self.push_keys.find(http, &addresses.push_keys, &token.key_id, now).await?;
        let key = key.ok_or("its token is signed with a key its issuer does not have")?;
        if !key.has_signed(token.signed, &token.signature) {
            return Err("its token's signature is wrong".to_owned());
        }
        let simulated = simulated_url(app, &addresses.api, delivery.url);
        let audiences = match setting(app, "push_audience") {
            Some(audience) => vec![audience],
            None => std::iter::once(delivery.url).chain(simulated.as_deref()).collect(),
        };
        Ok(token.check(&Expected { audiences: &audiences, email, now })?)
    }
}

/// The callback address as the simulator calls it: where this server listens, which need not be the address the outside has.
fn simulated_url(app: &StoreApp, api: &str, url: &str) -> Option<String> {
    let base = api.strip_suffix("/simulator").filter(|_| app.environment == Environment::Simulator)?;
    Some(format!("{base}{}", &url[url.find("/callback/")?..]))
}

fn setting<'a>(app: &'a StoreApp, name: &str) -> Option<&'a str> {
    app.settings.get(name).map(String::as_str).filter(|value| !value.is_empty())
}

fn to_text(kept: &Kept) -> String {
    serde_json::to_string(kept).unwrap_or_default()
}
