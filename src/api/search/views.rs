//! Hits as the API shows them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::api::subscriptions::SubscriptionView;
use crate::api::views::PaymentView;
use crate::model::{Found, Hit, Product, SearchAnswer, StoreNotification, Understood};

/// What was found, the best match first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SearchView {
    hits: Vec<HitView>,
    /// Whether more match than are shown.
    has_more: bool,
    understood: UnderstoodView,
    /// For parts in the middle of an id only the newest so many payments were looked through; null when nothing had to be.
    newest_scanned: Option<u32>,
}

/// A thing that was found; it stands in the member of its type.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct HitView {
    /// `PAYMENT`, `SUBSCRIPTION`, `USER`, `NOTIFICATION` or `PRODUCT`.
    r#type: &'static str,
    /// How it matches: `EXACT`, `NORMALISED` (another spelling), `FRAGMENT` (a part), `TYPO` (one character differs) or `DESCRIBED` (day,
    /// amount, product, user).
    r#match: &'static str,
    /// What of it matches: `PAYMENT_SEQ`, `STORE_ORDER_ID`, `USER_KEY`, …
    field: &'static str,
    /// What of the text matches, shortened; empty for `DESCRIBED`.
    term: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment: Option<PaymentView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    subscription: Option<SubscriptionView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<FoundUserView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notification: Option<FoundNotificationView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    product: Option<FoundProductView>,
}

/// A user that was found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct FoundUserView {
    user_key: String,
    user_channel: String,
}

/// A store's notification that was found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct FoundNotificationView {
    /// Its number in the console.
    number: String,
    /// The store's own id of it.
    notification_id: String,
    store: &'static str,
    /// The store's own word for what happened.
    kind: String,
    subtype: Option<String>,
    /// `WAITING`, `APPLIED`, `WITHOUT_EFFECT` or `DEAD`.
    status: &'static str,
    received_at: String,
}

/// A product that was found.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct FoundProductView {
    product_seq: i64,
    app_seq: i64,
    /// The product's id in the store's console.
    product_id: String,
    name: String,
    status: &'static str,
}

/// What was understood of the text.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct UnderstoodView {
    /// Shortened.
    ids: Vec<String>,
    amounts: Vec<AmountView>,
    days: Vec<DaysView>,
    /// By name.
    products: Vec<String>,
}

/// An amount; a symbol may stand for several currencies, and none may be named.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AmountView {
    micros: i64,
    currencies: Vec<String>,
}

/// Some days.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct DaysView {
    from: String,
    /// The first moment after them.
    to: String,
}

impl From<SearchAnswer> for SearchView {
    fn from(answer: SearchAnswer) -> Self {
        Self {
            hits: answer.hits.into_iter().map(Into::into).collect(),
            has_more: answer.has_more,
            understood: answer.understood.into(),
            newest_scanned: answer.newest_scanned,
        }
    }
}

impl From<Hit> for HitView {
    fn from(hit: Hit) -> Self {
        let (r#match, field, term) = (hit.why.kind.as_str(), hit.why.field.as_str(), hit.why.term);
        let view = Self { r#match, field, term, ..Self::default() };
        match hit.found {
            Found::Payment(payment) => Self { r#type: "PAYMENT", payment: Some(PaymentView::new(*payment, None)), ..view },
            Found::Subscription(found) => Self { r#type: "SUBSCRIPTION", subscription: Some((*found).into()), ..view },
            Found::User { user_key, user_channel } => {
                Self { r#type: "USER", user: Some(FoundUserView { user_key, user_channel }), ..view }
            }
            Found::Notification(found) => Self { r#type: "NOTIFICATION", notification: Some((*found).into()), ..view },
            Found::Product(found) => Self { r#type: "PRODUCT", product: Some((*found).into()), ..view },
        }
    }
}

impl From<StoreNotification> for FoundNotificationView {
    fn from(found: StoreNotification) -> Self {
        Self {
            number: found.notice_no.to_string(),
            notification_id: found.dedupe_key,
            store: found.store.as_str(),
            kind: found.kind,
            subtype: found.subtype,
            status: found.status.as_str(),
            received_at: found.received_at.to_rfc3339(),
        }
    }
}

impl From<Product> for FoundProductView {
    fn from(found: Product) -> Self {
        Self {
            product_seq: found.product_seq.0,
            app_seq: found.app_seq.0,
            product_id: found.store_product_id,
            name: found.name,
            status: found.status.as_str(),
        }
    }
}

impl From<Understood> for UnderstoodView {
    fn from(understood: Understood) -> Self {
        let amounts =
            understood.amounts.into_iter().map(|amount| AmountView { micros: amount.micros, currencies: amount.currencies });
        let days = understood.days.into_iter().map(|(from, to)| DaysView { from: from.to_rfc3339(), to: to.to_rfc3339() });
        Self { ids: understood.ids, amounts: amounts.collect(), days: days.collect(), products: understood.products }
    }
}
