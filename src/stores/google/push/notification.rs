//! Every type of notification and what is to be done about it. None carries the truth: each is a reason to ask.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::envelope::Kept;
use crate::model::{RefusalCode, Timestamp};
use crate::stores::google::wire::millis;
use crate::stores::{Effect, NamedPurchase, NamedToken, Notification, RawNotification, Refusal, StoreApp};

/// How long Google waits for the answer to a pending refund review.
const REVIEW_MILLIS: i64 = 24 * Timestamp::HOUR;
/// The effect of a notification that made us ask the store, where its type says no more.
const LOOKED_UP: &str = "LOOKED_UP";
const PARTIAL_REFUND: i64 = 2;

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct DeveloperNotification {
    #[serde(deserialize_with = "millis")]
    event_time_millis: Option<Timestamp>,
    subscription_notification: Option<Typed>,
    one_time_product_notification: Option<Typed>,
    voided_purchase_notification: Option<Voided>,
    pending_refund_review_notification: Option<RefundReview>,
    test_notification: Option<Value>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Typed {
    notification_type: Option<i64>,
    purchase_token: Option<String>,
    sku: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Voided {
    purchase_token: Option<String>,
    order_id: Option<String>,
    /// 1 all of it, 2 some of its pieces.
    refund_type: Option<i64>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct RefundReview {
    pending_refund_token: Option<String>,
    order_id: Option<String>,
    refund_reason: Option<i64>,
}

/// Reads a kept notification: the same at any later time.
pub fn read_kept(app: &StoreApp, raw: &RawNotification) -> Result<Notification, Refusal> {
    let kept: Kept = serde_json::from_str(&raw.payload).map_err(|_| Refusal::proof("the kept notification can't be read"))?;
    read_notification(app, &kept, raw.received_at)
}

/// Reads what a notification says, and refuses one of another app.
pub(super) fn read_notification(app: &StoreApp, kept: &Kept, received_at: Timestamp) -> Result<Notification, Refusal> {
    let package = kept.notification.get("packageName").and_then(Value::as_str).unwrap_or_default();
    if package != app.store_app_id {
        let reason = format!("the notification is of the app {package:?}, not of {:?}", app.store_app_id);
        return Err(Refusal::new(RefusalCode::AppMismatch, reason));
    }
    // A member of another form than Google documents leaves what else it says readable.
    let said = serde_json::from_value(Value::Object(kept.notification.clone()));
    let (said, unread) = match said {
        Ok(said) => (said, None),
        Err(error) => (DeveloperNotification::default(), Some(error.to_string())),
    };
    let published_at = kept.publish_time.as_deref().and_then(Timestamp::parse_rfc3339);
    let mut read = Notification {
        id: kept.message_id.clone(),
        kind: "UNKNOWN".to_owned(),
        subtype: None,
        environment: app.environment,
        sent_at: said.event_time_millis.or(published_at).unwrap_or(received_at),
        snapshot: None,
        chains: Vec::new(),
        purchases: Vec::new(),
        tokens: Vec::new(),
        effect: Effect::Ignore("UNKNOWN_TYPE"),
        refund_question_until: None,
        refund_question_token: None,
        unread,
    };
    match said {
        DeveloperNotification { subscription_notification: Some(typed), .. } => read.tell_subscription(typed),
        DeveloperNotification { one_time_product_notification: Some(typed), .. } => read.tell_one_time(typed),
        DeveloperNotification { voided_purchase_notification: Some(voided), .. } => read.tell_voided(voided),
        DeveloperNotification { pending_refund_review_notification: Some(review), .. } => read.tell_review(review),
        DeveloperNotification { test_notification: Some(_), .. } => {
            "TEST".clone_into(&mut read.kind);
            read.effect = Effect::Ignore("TEST");
        }
        _ => read.tell_unknown(&kept.notification),
    }
    Ok(read)
}

impl Notification {
    fn tell_subscription(&mut self, typed: Typed) {
        let number = typed.notification_type.unwrap_or_default();
        let (kind, effect) = subscription_type(number);
        self.kind = kind.map_or_else(|| format!("SUBSCRIPTION_{number}"), |kind| format!("SUBSCRIPTION_{kind}"));
        self.chains.extend(typed.purchase_token.filter(|token| !token.is_empty()));
        self.effect = if self.chains.is_empty() { NO_TRANSACTION } else { Effect::Refetch(effect) };
    }

    fn tell_one_time(&mut self, typed: Typed) {
        self.kind = match typed.notification_type {
            Some(1) => "ONE_TIME_PRODUCT_PURCHASED".to_owned(),
            Some(2) => "ONE_TIME_PRODUCT_CANCELED".to_owned(),
            number => format!("ONE_TIME_PRODUCT_{}", number.unwrap_or_default()),
        };
        self.name_token(typed.purchase_token, typed.sku);
    }

    /// The order is what was taken back: all renewals of a subscription share one token. Of some pieces only the order tells how many.
    fn tell_voided(&mut self, voided: Voided) {
        "VOIDED_PURCHASE".clone_into(&mut self.kind);
        let is_partial = voided.refund_type == Some(PARTIAL_REFUND);
        let subtype = if is_partial { "QUANTITY_BASED_PARTIAL_REFUND" } else { "FULL_REFUND" };
        self.subtype = Some(subtype.to_owned());
        match voided.order_id.filter(|order_id| !order_id.is_empty()) {
            Some(order_id) => {
                self.purchases.push(NamedPurchase { order_id, is_taken_back: true, is_partial });
                self.effect = Effect::Refetch(LOOKED_UP);
            }
            // What a promotion code bought has no order.
            None => self.name_token(voided.purchase_token, None),
        }
    }

    fn tell_review(&mut self, review: RefundReview) {
        "PENDING_REFUND_REVIEW".clone_into(&mut self.kind);
        self.subtype = review.refund_reason.map(|reason| match reason {
            7 => "CHARGEBACK".to_owned(),
            number => format!("REASON_{number}"),
        });
        let token = review.pending_refund_token.filter(|token| !token.is_empty());
        let order_id = review.order_id.filter(|order_id| !order_id.is_empty());
        let (Some(token), Some(order_id)) = (token, order_id) else {
            self.effect = NO_TRANSACTION;
            return;
        };
        self.purchases.push(NamedPurchase { order_id, is_taken_back: false, is_partial: false });
        self.refund_question_until = Some(self.sent_at.plus_millis(REVIEW_MILLIS));
        self.refund_question_token = Some(token);
        self.effect = Effect::Refetch("CONSUMPTION_ASKED");
    }

    /// A member that is new to us may name a purchase all the same.
    fn tell_unknown(&mut self, members: &Map<String, Value>) {
        let member = members.iter().find(|(_, value)| value["purchaseToken"].is_string());
        let Some((name, value)) = member else { return };
        self.unread.get_or_insert_with(|| format!("{name:?} is new to us"));
        let text = |member: &str| value[member].as_str().map(str::to_owned);
        self.name_token(text("purchaseToken"), text("sku"));
    }

    fn name_token(&mut self, purchase_token: Option<String>, product_id: Option<String>) {
        let Some(purchase_token) = purchase_token.filter(|token| !token.is_empty()) else {
            self.effect = NO_TRANSACTION;
            return;
        };
        let product_id = product_id.filter(|product_id| !product_id.is_empty());
        self.tokens.push(NamedToken { purchase_token, product_id });
        self.effect = Effect::Refetch(LOOKED_UP);
    }
}

/// The effect of a notification of a type we know that names no purchase.
const NO_TRANSACTION: Effect = Effect::Ignore("NO_TRANSACTION");

/// Google's name of a subscription notification's type, without its prefix, and the effect's name.
const fn subscription_type(number: i64) -> (Option<&'static str>, &'static str) {
    match number {
        1 => (Some("RECOVERED"), "SUBSCRIPTION_RECOVERED"),
        2 => (Some("RENEWED"), "SUBSCRIPTION_RENEWED"),
        3 => (Some("CANCELED"), "RENEWAL_SWITCHED_OFF"),
        4 => (Some("PURCHASED"), "SUBSCRIPTION_STARTED"),
        5 => (Some("ON_HOLD"), "SUBSCRIPTION_ON_HOLD"),
        6 => (Some("IN_GRACE_PERIOD"), "GRACE_PERIOD_STARTED"),
        7 => (Some("RESTARTED"), "RENEWAL_SWITCHED_ON"),
        8 => (Some("PRICE_CHANGE_CONFIRMED"), "PRICE_CONSENT_GIVEN"),
        9 => (Some("DEFERRED"), "PERIOD_EXTENDED"),
        10 => (Some("PAUSED"), "SUBSCRIPTION_PAUSED"),
        11 => (Some("PAUSE_SCHEDULE_CHANGED"), LOOKED_UP),
        12 => (Some("REVOKED"), "ACCESS_REVOKED"),
        13 => (Some("EXPIRED"), "SUBSCRIPTION_EXPIRED"),
        17 => (Some("ITEMS_CHANGED"), LOOKED_UP),
        18 => (Some("CANCELLATION_SCHEDULED"), LOOKED_UP),
        19 => (Some("PRICE_CHANGE_UPDATED"), LOOKED_UP),
        20 => (Some("PENDING_PURCHASE_CANCELED"), LOOKED_UP),
        22 => (Some("PRICE_STEP_UP_CONSENT_UPDATED"), LOOKED_UP),
        _ => (None, LOOKED_UP),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::stores::simulated_app;

    fn read(mut members: Value) -> Result<Notification, Refusal> {
        let own = json!({ "version": "1.0", "packageName": "game.example", "eventTimeMillis": "1790000000000" });
        for (name, value) in own.as_object().unwrap() {
            members.as_object_mut().unwrap().entry(name).or_insert(value.clone());
        }
        let payload = json!({ "messageId": "7", "publishTime": null, "notification": members }).to_string();
        read_kept(&simulated_app(), &RawNotification { payload, received_at: Timestamp(5) })
    }

    #[test]
    fn a_subscription_is_asked_about_by_its_token() {
        for (number, kind, effect) in [
            (2, "SUBSCRIPTION_RENEWED", "SUBSCRIPTION_RENEWED"),
            (12, "SUBSCRIPTION_REVOKED", "ACCESS_REVOKED"),
            (20, "SUBSCRIPTION_PENDING_PURCHASE_CANCELED", "LOOKED_UP"),
            (22, "SUBSCRIPTION_PRICE_STEP_UP_CONSENT_UPDATED", "LOOKED_UP"),
            (99, "SUBSCRIPTION_99", "LOOKED_UP"),
        ] {
            let said = json!({ "subscriptionNotification": { "notificationType": number, "purchaseToken": "t" } });
            let read = read(said).unwrap();
            assert_eq!((read.kind.as_str(), read.effect), (kind, Effect::Refetch(effect)));
            assert_eq!((read.chains, read.sent_at, read.id.as_str()), (vec!["t".to_owned()], Timestamp(1_790_000_000_000), "7"));
        }
    }

    #[test]
    fn a_one_time_purchase_is_asked_about_by_token_and_product() {
        let said = json!({ "oneTimeProductNotification": { "notificationType": 1, "purchaseToken": "t", "sku": "gem" } });
        let read = read(said).unwrap();
        assert_eq!(read.kind, "ONE_TIME_PRODUCT_PURCHASED");
        assert_eq!(read.tokens, [NamedToken { purchase_token: "t".into(), product_id: Some("gem".into()) }]);
    }

    #[test]
    fn a_voided_purchase_is_its_order() {
        let of = |refund_type: i64| {
            json!({ "voidedPurchaseNotification": {
            "purchaseToken": "t", "orderId": "GS.0000-0000-0000", "productType": 1, "refundType": refund_type } })
        };
        for (refund_type, is_partial) in [(1, false), (2, true)] {
            let named = NamedPurchase { order_id: "GS.0000-0000-0000".into(), is_taken_back: true, is_partial };
            assert_eq!(read(of(refund_type)).unwrap().purchases, [named]);
        }
        let unnumbered = read(json!({ "voidedPurchaseNotification": { "purchaseToken": "t", "refundType": 1 } })).unwrap();
        assert_eq!((unnumbered.purchases.len(), unnumbered.tokens.len()), (0, 1));
    }

    #[test]
    fn a_refund_review_is_a_question_of_a_day() {
        let said = json!({ "pendingRefundReviewNotification": {
            "pendingRefundToken": "q", "orderId": "GPA.1", "refundReason": 7 } });
        let read = read(said).unwrap();
        assert_eq!(read.refund_question_until, Some(Timestamp(1_790_000_000_000).plus_millis(24 * Timestamp::HOUR)));
        assert_eq!((read.refund_question_token.as_deref(), read.subtype.as_deref()), (Some("q"), Some("CHARGEBACK")));
        assert_eq!(read.purchases, [NamedPurchase { order_id: "GPA.1".into(), is_taken_back: false, is_partial: false }]);
    }

    #[test]
    fn what_is_new_is_kept_and_what_is_anothers_is_not() {
        assert_eq!(read(json!({ "testNotification": { "version": "1.0" } })).unwrap().effect, Effect::Ignore("TEST"));
        assert_eq!(read(json!({ "somethingNew": {} })).unwrap().effect, Effect::Ignore("UNKNOWN_TYPE"));
        let named = read(json!({ "somethingNew": { "purchaseToken": "t" } })).unwrap();
        assert_eq!((named.tokens.len(), named.effect), (1, Effect::Refetch("LOOKED_UP")));
        for odd in [
            json!({ "subscriptionNotification": { "notificationType": "4", "purchaseToken": "t" } }),
            json!({ "oneTimeProductNotification": { "notificationType": 1, "purchaseToken": "t", "sku": ["gem"] } }),
            json!({ "voidedPurchaseNotification": { "orderId": 7, "purchaseToken": "t", "refundType": {} } }),
        ] {
            let read = read(odd).unwrap();
            assert_eq!((read.tokens.len(), read.effect, read.unread.is_some()), (1, Effect::Refetch("LOOKED_UP"), true));
        }
        let none = read(json!({ "subscriptionNotification": "?", "eventTimeMillis": [] })).unwrap();
        assert_eq!((none.effect, none.sent_at, none.unread.is_some()), (Effect::Ignore("UNKNOWN_TYPE"), Timestamp(5), true));
        let other = read(json!({ "packageName": "game.other", "testNotification": {} })).unwrap_err();
        assert_eq!(other.code, RefusalCode::AppMismatch);
    }
}
