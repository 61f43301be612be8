use super::OneStore;
use super::api::ApiFailure;
use super::lookup::{Named, known};
use super::world::{World, worlds_for};
use crate::model::ProductType;
use crate::stores::{Asking, Denial, StoreApp, StoreError, Unfinished};

const ALL: &str = "all";
const SUBSCRIPTION: &str = "subscription";

/// How far ONE store has a purchase finished.
enum Progress {
    Done,
    Open,
    /// It is in no state to be finished: it was taken back.
    Impossible,
}

impl OneStore {
    /// Consumes a consumable, and acknowledges everything else. When ONE store refuses, the purchase is read again: the app may have
    /// been quicker, which is no failure.
    pub(super) async fn finish_purchase(
        &self,
        app: &StoreApp,
        purchase: &Unfinished<'_>,
        asking: Asking,
    ) -> Result<(), StoreError> {
        let mut unknown = StoreError::NotFound("ONE store knows no such purchase".to_owned());
        for world in worlds_for(app, purchase.purchase_token).map_err(StoreError::Unfit)?.iter().copied() {
            match self.finish_in(app, world, purchase, asking).await {
                Err(StoreError::NotFound(reason)) => unknown = StoreError::NotFound(reason),
                answer => return answer,
            }
        }
        Err(unknown)
    }

    async fn finish_in(&self, app: &StoreApp, world: World, purchase: &Unfinished<'_>, asking: Asking) -> Result<(), StoreError> {
        let named = Named { token: purchase.purchase_token, product_id: purchase.product_id };
        let told = match purchase.product_type {
            ProductType::Consumable => self.consume_purchase(app, world, named, asking).await,
            kind if kind.is_subscription() => self.acknowledge_period(app, world, named, asking).await,
            _ => self.acknowledge_purchase(app, world, ALL, named, asking).await,
        };
        let failure = match told {
            Ok(()) => return Ok(()),
            // ONE store says so too of a purchase it does not know.
            Err(failure @ ApiFailure::State { .. }) => failure,
            Err(failure) => return Err(failure.into()),
        };
        match self.read_progress(app, world, purchase, asking).await? {
            Progress::Done => Ok(()),
            Progress::Open => Err(StoreError::Unavailable(failure.to_string())),
            Progress::Impossible => Err(StoreError::Denied(Denial::NotEligible, failure.to_string())),
        }
    }

    /// A subscription is acknowledged at the address the app is set to; monthly payments, which are subscriptions to us too, at the one
    /// for all. What the first does not take, the other may.
    async fn acknowledge_period(&self, app: &StoreApp, world: World, named: Named<'_>, asking: Asking) -> Result<(), ApiFailure> {
        let path = app.acknowledge_kind();
        let first = self.acknowledge_purchase(app, world, path, named, asking).await;
        match first {
            Err(ApiFailure::NotFound { .. } | ApiFailure::State { .. } | ApiFailure::AppUnknown { .. }) => {}
            answer => return answer,
        }
        let other = if path == ALL { SUBSCRIPTION } else { ALL };
        match self.acknowledge_purchase(app, world, other, named, asking).await {
            Ok(()) => Ok(()),
            Err(_) => first,
        }
    }

    async fn read_progress(
        &self,
        app: &StoreApp,
        world: World,
        purchase: &Unfinished<'_>,
        asking: Asking,
    ) -> Result<Progress, StoreError> {
        let named = Named { token: purchase.purchase_token, product_id: purchase.product_id };
        if !purchase.product_type.is_subscription() {
            let data = self.get_purchase(app, world, named, asking).await?.data;
            let is_consumed = data.consumption_state == Some(1);
            let is_acknowledged = data.acknowledge_state == Some(1) && purchase.product_type != ProductType::Consumable;
            return Ok(progress(is_consumed || is_acknowledged, data.purchase_state != Some(0)));
        }
        if let Ok(detail) = known(self.get_subscription(app, world, named, asking).await)? {
            let (data, now) = (detail.data, detail.said_at.unwrap_or(asking.now));
            let is_over = data.expiry_time_millis.is_some_and(|expiry| expiry < now);
            return Ok(progress(data.acknowledgement_state == Some(1), is_over));
        }
        let data = self.get_monthly(app, world, named, asking).await?.data;
        Ok(progress(data.acknowledge_state == Some(1), data.last_purchase_state != Some(0)))
    }
}

fn progress(is_done: bool, is_impossible: bool) -> Progress {
    match (is_done, is_impossible) {
        (true, _) => Progress::Done,
        (false, true) => Progress::Impossible,
        (false, false) => Progress::Open,
    }
}
