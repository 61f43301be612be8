use serde_json::{Map, Value};

use super::read::{Kept, kept_of_unsigned, read_notification};
use super::signed_text::{Message, Texts};
use super::unsigned::UnsignedCount;
use crate::model::{CallReason, Reason, Timestamp};
use crate::stores::onestore::licence::{is_signed, read_signature};
use crate::stores::{Authenticated, Delivery, RawNotification, Rejection, StoreApp};

/// What is wrong with a body is said of this member.
const BODY: &str = "body";
/// Members nobody should keep: what opens nothing any more, and the key of a player's carrier billing.
const LEFT_OUT: [&str; 2] = ["signature", "billingKey"];

/// Checks that the app's licence key signed a message, and that it is for this app. A notification of a subscription's state has no
/// signature: it says nothing that counts, and only makes us ask.
pub fn authenticate_message(
    app: &StoreApp,
    delivery: Delivery<'_>,
    unsigned: &UnsignedCount,
    now: Timestamp,
) -> Result<Authenticated, Rejection> {
    let malformed = |reason: Reason| Rejection::Malformed(BODY, reason);
    let message = delivery.body.as_object().ok_or_else(|| malformed(Reason::unreadable("it is no object")))?;
    let is_of_subscription = message.get("subscriptionNotification").is_some_and(Value::is_object);
    if !is_of_subscription && !message.contains_key("signature") && !message.contains_key("purchaseId") {
        return Err(malformed(CallReason::Missing.into()));
    }
    let is_signed = check_signature(app, delivery.bytes).map_err(Rejection::Forged)?;
    if !is_signed && !is_of_subscription {
        return Err(Rejection::Forged("it has no signature".to_owned()));
    }
    let message = if is_signed { without(message) } else { kept_of_unsigned(message) };
    let kept = Kept { is_signed, message };
    let notification = read_notification(app, &kept, now)?;
    if !is_signed && !unsigned.admit(app.app_seq, now) {
        return Err(Rejection::Forged("too many notifications without a signature came in this minute".to_owned()));
    }
    let payload = serde_json::to_string(&kept).unwrap_or_default();
    Ok(Authenticated { raw: RawNotification { payload, received_at: now }, notification })
}

/// Whether it is signed; refuses a signature that is not of the app's licence key.
fn check_signature(app: &StoreApp, bytes: &[u8]) -> Result<bool, String> {
    let message = Message::split(bytes).ok_or("it has more than one signature")?;
    let Some(signature) = message.signature() else { return Ok(false) };
    if app.license_keys().next().is_none() {
        return Err("this app's license_key is not set: enter it, so that payment notifications can be checked".to_owned());
    }
    let signature = read_signature(&signature).ok_or("its signature is not base64")?;
    let is_signed_as = |texts| is_signed(app, message.signed_text(texts).as_bytes(), &signature);
    match is_signed_as(Texts::AsTheyCame) || is_signed_as(Texts::Rewritten) {
        true => Ok(true),
        false => Err("its signature is not of this app's license_key".to_owned()),
    }
}

fn without(message: &Map<String, Value>) -> Map<String, Value> {
    let mut message = message.clone();
    LEFT_OUT.iter().for_each(|member| drop(message.remove(*member)));
    message
}
