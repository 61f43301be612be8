use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::model::{CallReason, Reason};

/// Pub/Sub's own ids are numbers of up to 20 digits.
const MESSAGE_ID_BYTES_MAX: usize = 128;

/// A push request's body. Pub/Sub writes its members in both spellings.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Push {
    message: Message,
    subscription: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Message {
    data: Option<String>,
    message_id: Option<String>,
    #[serde(rename = "message_id")]
    snake_message_id: Option<String>,
    publish_time: Option<String>,
    #[serde(rename = "publish_time")]
    snake_publish_time: Option<String>,
}

/// A notification with what Pub/Sub says of it, in the form it is kept in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Kept {
    pub message_id: String,
    pub publish_time: Option<String>,
    /// The DeveloperNotification.
    pub notification: Map<String, Value>,
}

/// Takes the notification out of a push request's body; gives the Pub/Sub subscription it came by too.
pub(super) fn open_envelope(body: &Value) -> Result<(Kept, Option<String>), Reason> {
    let push: Push = serde_json::from_value(body.clone()).map_err(Reason::unreadable)?;
    let missing = || Reason::from(CallReason::Missing);
    let message_id =
        push.message.message_id.or(push.message.snake_message_id).filter(|id| is_message_id(id)).ok_or_else(missing)?;
    let data = push.message.data.ok_or_else(missing)?;
    let json = decode(&data).ok_or_else(|| Reason::unreadable("its data is not base64"))?;
    let notification = serde_json::from_slice(&json).map_err(Reason::unreadable)?;
    let publish_time = push.message.publish_time.or(push.message.snake_publish_time);
    Ok((Kept { message_id, publish_time, notification }, push.subscription))
}

fn is_message_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= MESSAGE_ID_BYTES_MAX && id.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Base64 of either alphabet, padded or not.
fn decode(text: &str) -> Option<Vec<u8>> {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let is_url_safe = text.contains(['-', '_']);
    let alphabet = if is_url_safe { &alphabet::URL_SAFE } else { &alphabet::STANDARD };
    GeneralPurpose::new(alphabet, config).decode(text).ok()
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_either_alphabet_and_either_spelling() {
        let notification = json!({ "packageName": "한글?>~", "a": "~~~???" });
        let text = notification.to_string();
        for data in [STANDARD.encode(&text), STANDARD_NO_PAD.encode(&text), URL_SAFE.encode(&text), URL_SAFE_NO_PAD.encode(&text)]
        {
            let camel = json!({ "message": { "data": data, "messageId": "7", "message_id": "7", "publishTime": "t", "publish_time": "t" }, "subscription": "s" });
            let (kept, subscription) = open_envelope(&camel).unwrap();
            assert_eq!((kept.message_id.as_str(), subscription.as_deref()), ("7", Some("s")));
            assert_eq!(Value::Object(kept.notification), notification);
            let snake = json!({ "message": { "data": data, "message_id": "7", "publish_time": "t" } });
            assert_eq!(open_envelope(&snake).unwrap().0.publish_time.as_deref(), Some("t"));
        }
    }

    #[test]
    fn what_is_no_push_is_refused() {
        for body in [
            json!({}),
            json!([]),
            json!({ "message": {} }),
            json!({ "message": { "data": "e30=" } }),
            json!({ "message": { "data": "%", "messageId": "7" } }),
            json!({ "message": { "data": STANDARD.encode("[1]"), "messageId": "7" } }),
            json!({ "message": { "data": "e30=", "messageId": "" } }),
            json!({ "message": { "data": "e30=", "messageId": "a b" } }),
        ] {
            assert!(open_envelope(&body).is_err(), "{body}");
        }
    }
}
