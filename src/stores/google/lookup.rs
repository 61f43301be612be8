//! Asking what a purchase token is of: Google's tokens do not tell a one-time purchase from a subscription.

use std::collections::BTreeSet;

use super::GoogleStore;
use super::api::{Answered, ApiFailure};
use super::one_time::{OneTimeAnswers, is_bought};
use super::subscription::{ITEMS_MAX, SubscriptionAnswers};
use super::wire::{Order, SubscriptionPurchase};
use crate::model::{Snapshot, Timestamp};
use crate::stores::{Asking, Refusal, StoreApp};

/// What a purchase token is of, with all that Google said of it.
pub(super) enum Found<'a> {
    OneTime(Box<OneTimeAnswers<'a>>),
    Subscription(Box<SubscriptionAnswers<'a>>),
}

impl Found<'_> {
    /// All purchases of the token.
    pub(super) fn read(&self, app: &StoreApp, now: Timestamp) -> Result<Snapshot, Refusal> {
        match self {
            Self::OneTime(answers) => Ok(Snapshot { purchases: answers.read(app, now)?, renewal: None }),
            Self::Subscription(answers) => answers.read(app, now),
        }
    }

    /// Whether a product is one of the token's, also one that takes another's place later.
    pub(super) fn has_product(&self, product_id: &str) -> bool {
        match self {
            Self::OneTime(answers) => {
                let lines = answers.v2.iter().flat_map(|v2| &v2.data.product_line_item);
                let mut named = lines.filter_map(|line| line.product_id.as_deref()).peekable();
                let v1 = answers.v1.as_ref().map(|v1| v1.data.product_id.as_deref().or(answers.v1_product_id));
                match named.peek() {
                    Some(_) => named.any(|id| id == product_id),
                    None => v1.flatten() == Some(product_id),
                }
            }
            Self::Subscription(answers) => {
                let mut items = answers.subscription.data.line_items.iter();
                items.any(|item| item.product_id.as_deref() == Some(product_id))
            }
        }
    }
}

impl GoogleStore {
    /// Asks what a token is of: as a one-time purchase first where the product is known, which half of the questions need.
    pub(super) async fn look_up<'a>(
        &self,
        app: &StoreApp,
        token: &'a str,
        product_id: Option<&'a str>,
        asking: Asking,
    ) -> Result<Found<'a>, ApiFailure> {
        let Some(product_id) = product_id else {
            return match known(self.look_up_subscription(app, token, asking).await)? {
                Ok(found) => Ok(Found::Subscription(Box::new(found))),
                Err(_) => self.look_up_unnamed(app, token, asking).await,
            };
        };
        let unknown = match known(self.look_up_one_time(app, token, product_id, asking).await)? {
            Ok(found) => return Ok(Found::OneTime(Box::new(found))),
            Err(unknown) => unknown,
        };
        match known(self.look_up_subscription(app, token, asking).await).map_err(incomplete)? {
            Ok(found) => Ok(Found::Subscription(Box::new(found))),
            Err(_) => Err(unknown),
        }
    }

    /// A one-time purchase whose product is known. Each of Google's two answers may be missing, not both.
    pub(super) async fn look_up_one_time<'a>(
        &self,
        app: &StoreApp,
        token: &'a str,
        product_id: &'a str,
        asking: Asking,
    ) -> Result<OneTimeAnswers<'a>, ApiFailure> {
        let (v1, v2) = tokio::join!(self.get_product(app, product_id, token, asking), self.get_product_v2(app, token, asking));
        let (v1, v2) = match (known(v1), known(v2)) {
            (Ok(Err(unknown)), Ok(Err(_))) => return Err(unknown),
            (Ok(v1), Ok(v2)) => (v1.ok(), v2.ok()),
            (Err(failure), Ok(v2)) => return Err(after(failure, is_bought(None, v2.ok().as_ref().map(|v2| &v2.data)))),
            (Ok(v1), Err(failure)) => return Err(after(failure, is_bought(v1.ok().as_ref().map(|v1| &v1.data), None))),
            (Err(failure), Err(_)) => return Err(failure),
        };
        let answers = OneTimeAnswers { token, v1, v1_product_id: Some(product_id), v2, order: None };
        self.with_order(app, answers, asking).await
    }

    /// A one-time purchase whose product nobody named: the second version names it, and the first says how it was paid for.
    async fn look_up_unnamed<'a>(&self, app: &StoreApp, token: &'a str, asking: Asking) -> Result<Found<'a>, ApiFailure> {
        let v2 = self.get_product_v2(app, token, asking).await?;
        let product_id = v2.data.product_line_item.iter().find_map(|line| line.product_id.clone());
        let v1 = match &product_id {
            Some(product_id) => {
                let v1 = known(self.get_product(app, product_id, token, asking).await);
                v1.map_err(|failure| after(failure, is_bought(None, Some(&v2.data))))?.ok()
            }
            None => None,
        };
        let answers = OneTimeAnswers { token, v1, v1_product_id: None, v2: Some(v2), order: None };
        Ok(Found::OneTime(Box::new(self.with_order(app, answers, asking).await?)))
    }

    async fn with_order<'a>(
        &self,
        app: &StoreApp,
        mut answers: OneTimeAnswers<'a>,
        asking: Asking,
    ) -> Result<OneTimeAnswers<'a>, ApiFailure> {
        answers.order = match answers.order_id() {
            Some(order_id) => {
                // Google has said of the purchase what it is: nothing else may say so in its stead.
                self.find_order(app, order_id, asking).await.map_err(incomplete)?
            }
            None => None,
        };
        Ok(answers)
    }

    /// A subscription with the orders of its current periods.
    pub(super) async fn look_up_subscription<'a>(
        &self,
        app: &StoreApp,
        token: &'a str,
        asking: Asking,
    ) -> Result<SubscriptionAnswers<'a>, ApiFailure> {
        let subscription = self.get_subscription(app, token, asking).await?;
        let orders = self.find_orders(app, &order_ids(&subscription.data), asking).await.map_err(incomplete)?;
        let by_id = orders.into_iter().filter_map(|order| Some((order.data.order_id.clone()?, order)));
        Ok(SubscriptionAnswers { token, orders: by_id.collect(), subscription })
    }

    /// Several orders, as far as Google has them and lets the app's account see them. One that it does not have fails the question
    /// about all: each is asked about by itself then.
    pub(super) async fn find_orders(
        &self,
        app: &StoreApp,
        order_ids: &[String],
        asking: Asking,
    ) -> Result<Vec<Answered<Order>>, ApiFailure> {
        if order_ids.len() > 1 {
            match self.get_orders(app, order_ids, asking).await {
                Err(ApiFailure::NotFound { .. } | ApiFailure::Refused { .. }) => {}
                Err(ApiFailure::NotPermitted { .. }) => return Ok(Vec::new()),
                answer => return answer,
            }
        }
        let mut orders = Vec::with_capacity(order_ids.len());
        for order_id in order_ids {
            orders.extend(self.find_order(app, order_id, asking).await?);
        }
        Ok(orders)
    }

    /// An order, where Google has it and lets the app's account see it. Without it a purchase has no price; a question that may be
    /// answered later is no reason to write down less than Google says.
    pub(super) async fn find_order(
        &self,
        app: &StoreApp,
        order_id: &str,
        asking: Asking,
    ) -> Result<Option<Answered<Order>>, ApiFailure> {
        match self.get_order(app, order_id, asking).await {
            Ok(order) => Ok(Some(order)),
            Err(ApiFailure::NotFound { .. } | ApiFailure::NotPermitted { .. } | ApiFailure::Refused { .. }) => Ok(None),
            Err(failure) => Err(failure),
        }
    }
}

fn order_ids(subscription: &SubscriptionPurchase) -> Vec<String> {
    let items = subscription.line_items.iter().take(ITEMS_MAX);
    let ids: BTreeSet<String> = items.filter_map(|item| item.latest_successful_order_id.clone()).collect();
    ids.into_iter().filter(|id| !id.is_empty()).collect()
}

/// A failure after Google has answered another question about the same purchase. Only when it said that the purchase was bought is it
/// as if it had said nothing.
fn after(failure: ApiFailure, is_bought: bool) -> ApiFailure {
    if is_bought { failure } else { incomplete(failure) }
}

fn incomplete(failure: ApiFailure) -> ApiFailure {
    ApiFailure::Incomplete(Box::new(failure))
}

/// Takes "Google knows no such purchase" for an answer, and any other failure for none.
pub(super) fn known<T>(answer: Result<T, ApiFailure>) -> Result<Result<T, ApiFailure>, ApiFailure> {
    match answer {
        Ok(found) => Ok(Ok(found)),
        Err(unknown @ ApiFailure::NotFound { .. }) => Ok(Err(unknown)),
        Err(failure) => Err(failure),
    }
}
