use std::collections::BTreeMap;

use super::GoogleStore;
use super::api::{Answered, ApiFailure};
use super::environment::environment_of;
use super::lookup::{Found, known};
use super::order_alone::OrderContext;
use super::signed_data::check_signed_data;
use super::subscription::SubscriptionAnswers;
use super::wire::Order;
use crate::model::{Environment, Purchase, PurchaseKind, RefusalCode, Snapshot};
use crate::stores::{Asking, Proof, Refusal, StoreApp, StoreError};

/// Purchase tokens are longer, order numbers shorter than this.
const ORDER_ID_BYTES_MAX: usize = 64;

impl GoogleStore {
    /// How the purchase of an order stands, by the number we gave it: Google's own, with the product behind a colon for further
    /// products, or the purchase token where there is no number.
    pub(super) async fn fetch_order(
        &self,
        app: &StoreApp,
        order_id: &str,
        asking: Asking,
    ) -> Result<Option<Snapshot>, StoreError> {
        let base = order_id.split_once(':').map_or(order_id, |(base, _)| base);
        if base.len() > ORDER_ID_BYTES_MAX {
            return Ok(self.fetch_token(app, base, None, asking).await?.map(|snapshot| asked_first(snapshot, order_id)));
        }
        let Ok(order) = known(self.get_order(app, base, asking).await)? else { return Ok(None) };
        let Some(token) = order.data.purchase_token.clone().filter(|token| !token.is_empty()) else { return Ok(None) };
        let read = match order.data.is_subscription() {
            true => self.fetch_period(app, &token, order, asking).await?,
            false => self.fetch_one_time(app, &token, order, asking).await?,
        };
        Ok(read.map(|snapshot| asked_first(snapshot, order_id)))
    }

    /// How the purchase of a token stands.
    pub(super) async fn fetch_token(
        &self,
        app: &StoreApp,
        token: &str,
        product_id: Option<&str>,
        asking: Asking,
    ) -> Result<Option<Snapshot>, StoreError> {
        let Ok(found) = known(self.look_up(app, token, product_id, asking).await)? else { return Ok(None) };
        let snapshot = found.read(app, asking.now).map_err(StoreError::Unfit)?;
        Ok(Some(put_first(snapshot, |purchase| Some(purchase.product_id.as_str()) == product_id)))
    }

    /// How a subscription stands.
    pub(super) async fn fetch_chain(&self, app: &StoreApp, token: &str, asking: Asking) -> Result<Option<Snapshot>, StoreError> {
        let Ok(answers) = known(self.look_up_subscription(app, token, asking).await)? else { return Ok(None) };
        answers.read(app, asking.now).map(Some).map_err(StoreError::Unfit)
    }

    /// The period of an order: the current one with how the subscription goes on, or an older one, which its order alone tells of.
    async fn fetch_period(
        &self,
        app: &StoreApp,
        token: &str,
        order: Answered<Order>,
        asking: Asking,
    ) -> Result<Option<Snapshot>, StoreError> {
        let Ok(answers) = known(self.look_up_subscription(app, token, asking).await)? else {
            return alone(app, token, &order, PurchaseKind::AutoRenewable, asking);
        };
        if answers.orders.keys().any(|id| order.data.order_id.as_ref() == Some(id)) {
            return answers.read(app, asking.now).map(Some).map_err(StoreError::Unfit);
        }
        let purchases = answers.read_older(app, &order, asking.now).map_err(StoreError::Unfit)?;
        Ok(some_of(purchases))
    }

    /// Older periods of a subscription, which their orders alone tell of.
    pub(super) async fn fetch_older_periods(
        &self,
        app: &StoreApp,
        token: &str,
        order_ids: &[String],
        asking: Asking,
    ) -> Result<Vec<Purchase>, StoreError> {
        let mut by_token: BTreeMap<String, Vec<Answered<Order>>> = BTreeMap::new();
        for order in self.find_orders(app, order_ids, asking).await? {
            // A period may be of the token before.
            let own = order.data.purchase_token.clone().filter(|own| !own.is_empty());
            by_token.entry(own.unwrap_or_else(|| token.to_owned())).or_default().push(order);
        }
        let mut purchases = Vec::new();
        for (token, orders) in &by_token {
            purchases.extend(self.read_periods(app, token, orders, asking).await?);
        }
        Ok(purchases)
    }

    async fn read_periods(
        &self,
        app: &StoreApp,
        token: &str,
        orders: &[Answered<Order>],
        asking: Asking,
    ) -> Result<Vec<Purchase>, StoreError> {
        let subscription = known(self.get_subscription(app, token, asking).await)?;
        let answers = subscription.ok().map(|subscription| SubscriptionAnswers { token, subscription, orders: BTreeMap::new() });
        let mut purchases = Vec::new();
        for order in orders {
            match &answers {
                Some(answers) => purchases.extend(answers.read_older(app, order, asking.now).map_err(StoreError::Unfit)?),
                None => {
                    let found = alone(app, token, order, PurchaseKind::AutoRenewable, asking)?;
                    purchases.extend(found.into_iter().flat_map(|snapshot| snapshot.purchases));
                }
            }
        }
        Ok(purchases)
    }

    async fn fetch_one_time(
        &self,
        app: &StoreApp,
        token: &str,
        order: Answered<Order>,
        asking: Asking,
    ) -> Result<Option<Snapshot>, StoreError> {
        let product_id = order.data.line_items.iter().find_map(|line| line.product_id.clone());
        let Some(product_id) = product_id else { return Ok(None) };
        let found = self.look_up_one_time(app, token, &product_id, asking).await;
        match found {
            Ok(answers) => Found::OneTime(Box::new(answers)).read(app, asking.now).map(Some).map_err(StoreError::Unfit),
            Err(ApiFailure::NotFound { .. }) => alone(app, token, &order, PurchaseKind::OneTime, asking),
            Err(failure) => Err(failure.into()),
        }
    }
}

impl Order {
    fn is_subscription(&self) -> bool {
        self.line_items.iter().any(|line| line.subscription_details.is_some())
    }
}

/// The purchases of an order that Google knows by nothing else any more. An order does not say whether it is a tester's.
fn alone(
    app: &StoreApp,
    token: &str,
    order: &Answered<Order>,
    kind: PurchaseKind,
    asking: Asking,
) -> Result<Option<Snapshot>, StoreError> {
    let environment = environment_of(app, app.environment == Environment::Sandbox).map_err(StoreError::Unfit)?;
    let now = order.said_at.unwrap_or(asking.now);
    Ok(some_of(OrderContext { token, environment, now }.read(order, kind)))
}

fn some_of(purchases: Vec<Purchase>) -> Option<Snapshot> {
    (!purchases.is_empty()).then_some(Snapshot { purchases, renewal: None })
}

fn asked_first(snapshot: Snapshot, order_id: &str) -> Snapshot {
    put_first(snapshot, |purchase| purchase.order_id == order_id)
}

impl GoogleStore {
    /// Asks Google about the token of a proof, after what its client library signed was checked where the app has the key for it.
    pub(super) async fn verify_token(&self, app: &StoreApp, proof: &Proof, asking: Asking) -> Result<Snapshot, Refusal> {
        let Proof::PurchaseToken { purchase_token, product_id, signed, .. } = proof else {
            return Err(Refusal::proof("proof.purchaseToken is missing"));
        };
        if let Some(signed) = signed {
            check_signed_data(app, signed, purchase_token)?;
        }
        let product_id = product_id.as_deref();
        let found = self.look_up(app, purchase_token, product_id, asking).await.map_err(refuse)?;
        if let Some(product_id) = product_id.filter(|product_id| !found.has_product(product_id)) {
            let reason = format!("the purchase of this token is not of the product {product_id:?}");
            return Err(Refusal::new(RefusalCode::ProductMismatch, reason));
        }
        Ok(put_first(found.read(app, asking.now)?, |purchase| Some(purchase.product_id.as_str()) == product_id))
    }
}

/// What a failure means for a proof. Google's answer counts, also half of one.
fn refuse(failure: ApiFailure) -> Refusal {
    let is_half_answered = matches!(failure, ApiFailure::Incomplete(_));
    let refusal = Refusal::from(StoreError::from(failure));
    Refusal { is_unanswered: refusal.is_unanswered && !is_half_answered, ..refusal }
}

/// Puts the purchase that was asked for before the others of its token.
pub(super) fn put_first(mut snapshot: Snapshot, is_asked: impl Fn(&Purchase) -> bool) -> Snapshot {
    snapshot.purchases.sort_by_key(|purchase| !is_asked(purchase));
    snapshot
}
