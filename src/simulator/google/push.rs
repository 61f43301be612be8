//! Delivery as Cloud Pub/Sub pushes: the message in its envelope, and a token that says who pushes.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::accounts::apps_of_package;
use super::keys::{key_id, load_keys};
use super::rsa_key::RsaKey;
use crate::error::Result;
use crate::model::{NotificationDamage, SimulatedNotification, Timestamp};
use crate::simulator::ids::hash_number;
use crate::simulator::settings::{Address, address_of};
use crate::simulator::translate::DeliveryRequest;
use crate::state::AppState;

const ISSUER: &str = "https://accounts.google.com";
const LIFE_SECONDS: i64 = 3_600;
const SUBSCRIPTION: &str = "projects/simulator/subscriptions/play-notifications";
/// Who pushes where an app's set-up does not say.
const SERVICE_ACCOUNT: &str = "pubsub@simulator.iam.gserviceaccount.com";

/// Where this server takes an app's notifications.
pub(super) fn callback_path(package: &str) -> String {
    let segment: String = url::form_urlencoded::byte_serialize(package.as_bytes()).collect();
    format!("/callback/subscription/{segment}/GG")
}

/// The request that delivers a notification, with a fault in it if one is set.
pub(super) async fn request(
    state: &AppState,
    notification: &SimulatedNotification,
    damage: Option<NotificationDamage>,
) -> Result<DeliveryRequest> {
    let mut message = notification.payload.clone();
    if damage == Some(NotificationDamage::WrongApp) {
        message["packageName"] = format!("{}.other", notification.store_app_id).into();
    }
    let token = sign(state, notification, damage).await?;
    Ok(DeliveryRequest { body: envelope(notification, &message), authorization: Some(format!("Bearer {token}")) })
}

/// Both spellings of the id and the time are sent.
fn envelope(notification: &SimulatedNotification, message: &Value) -> Value {
    let id = hash_number(&[&notification.notification_id]).to_string();
    let published_at = notification.as_of.to_rfc3339();
    json!({
        "message": {
            "data": STANDARD.encode(message.to_string()),
            "messageId": id, "message_id": id,
            "publishTime": published_at, "publish_time": published_at,
        },
        "subscription": SUBSCRIPTION,
    })
}

/// The token of a push. The real clock counts, for whoever checks it has no other.
async fn sign(state: &AppState, notification: &SimulatedNotification, damage: Option<NotificationDamage>) -> Result<String> {
    let package = &notification.store_app_id;
    let apps = apps_of_package(state, package).await?;
    let setting = |name: &str| apps.iter().find_map(|(_, app)| app.settings.get(name).cloned());
    let audience = match setting("push_audience") {
        Some(audience) => audience,
        None => match address_of(state, package).await? {
            Some(Address::Url(url)) => url,
            // As the store's console would be told it: what this server is called from outside.
            _ => state.config.public(&callback_path(package)),
        },
    };
    let email = setting("push_service_account").unwrap_or_else(|| SERVICE_ACCOUNT.to_owned());
    let issued = state.clock.now().0.div_euclid(Timestamp::SECOND);
    let subject = hash_number(&[&email]).to_string();
    let claims = json!({
        "iss": ISSUER, "aud": audience, "azp": subject, "sub": subject, "email": email, "email_verified": true,
        "iat": issued, "exp": issued + LIFE_SECONDS,
    });
    let keys = load_keys(state).await?;
    let header = json!({ "alg": "RS256", "kid": key_id(keys.signer()?)?, "typ": "JWT" });
    let token = match damage {
        Some(NotificationDamage::WrongRoot) => RsaKey::generate()?.sign_jws(&header, &claims)?,
        _ => keys.signer()?.sign_jws(&header, &claims)?,
    };
    Ok(if damage == Some(NotificationDamage::BadSignature) { spoil(&token) } else { token })
}

/// The token with another signature of the same form.
fn spoil(token: &str) -> String {
    let (signed, signature) = token.rsplit_once('.').unwrap_or((token, ""));
    let mut signature = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
    signature.reverse();
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}
