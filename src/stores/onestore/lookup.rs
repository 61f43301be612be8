//! Asking what a purchase token is of: ONE store's tokens tell neither a managed product from a subscription nor, for sure, the sandbox
//! from the commercial environment.

use super::OneStore;
use super::api::{Answered, ApiFailure};
use super::managed::read_managed;
use super::monthly::read_monthly;
use super::receipt::check_receipt;
use super::subscription::SubscriptionAnswer;
use super::wire::{ManagedPurchase, MonthlyPurchase};
use super::world::{World, worlds_for};
use crate::model::{Snapshot, Timestamp};
use crate::stores::{Asking, Proof, Refusal, StoreApp, StoreError};

/// A purchase as ONE store is asked about it.
#[derive(Debug, Clone, Copy)]
pub struct Named<'a> {
    pub token: &'a str,
    pub product_id: &'a str,
}

/// What a purchase token is of, with all that ONE store said of it.
enum Found<'a> {
    Managed(World, Named<'a>, Answered<ManagedPurchase>),
    Subscription(Box<SubscriptionAnswer<'a>>),
    Monthly(World, Named<'a>, Answered<MonthlyPurchase>),
}

impl Found<'_> {
    fn read(&self, now: Timestamp) -> Result<Snapshot, Refusal> {
        match self {
            Self::Managed(world, named, answered) => Ok(Snapshot::of(read_managed(*world, *named, answered, now)?, None)),
            Self::Subscription(answer) => answer.read(now),
            Self::Monthly(world, named, answered) => read_monthly(*world, *named, answered, now),
        }
    }
}

impl OneStore {
    /// Asks ONE store about the token of a proof, after what its client library signed was checked where the app has the key for it.
    pub(super) async fn verify_token(&self, app: &StoreApp, proof: &Proof, asking: Asking) -> Result<Snapshot, Refusal> {
        let Proof::PurchaseToken { purchase_token, product_id: Some(product_id), signed, .. } = proof else {
            return Err(Refusal::proof("proof.purchaseToken or proof.productId is missing"));
        };
        let named = Named { token: purchase_token, product_id };
        if let Some(signed) = signed {
            check_receipt(app, signed, named)?;
        }
        let worlds = worlds_for(app, purchase_token)?;
        let found = self.look_up(app, worlds, named, asking).await.map_err(StoreError::from)?;
        found.read(asking.now)
    }

    /// How the purchase of a token stands.
    pub(super) async fn fetch_token(
        &self,
        app: &StoreApp,
        named: Named<'_>,
        asking: Asking,
    ) -> Result<Option<Snapshot>, StoreError> {
        let worlds = worlds_for(app, named.token).map_err(StoreError::Unfit)?;
        match known(self.look_up(app, worlds, named, asking).await)? {
            Ok(found) => found.read(asking.now).map(Some).map_err(StoreError::Unfit),
            Err(_) => Ok(None),
        }
    }

    /// Asks for the purchase in each environment, as a managed product first.
    async fn look_up<'a>(
        &self,
        app: &StoreApp,
        worlds: &[World],
        named: Named<'a>,
        asking: Asking,
    ) -> Result<Found<'a>, ApiFailure> {
        let mut first_unknown = None;
        for world in worlds.iter().copied() {
            match known(self.look_up_in(app, world, named, asking).await)? {
                Ok(found) => return Ok(found),
                Err(unknown) => first_unknown = first_unknown.or(Some(unknown)),
            }
        }
        Err(first_unknown.unwrap_or_else(|| ApiFailure::unavailable("there is no environment to ask in")))
    }

    async fn look_up_in<'a>(
        &self,
        app: &StoreApp,
        world: World,
        named: Named<'a>,
        asking: Asking,
    ) -> Result<Found<'a>, ApiFailure> {
        let unknown = match known(self.get_purchase(app, world, named, asking).await)? {
            Ok(answered) => return Ok(Found::Managed(world, named, answered)),
            Err(unknown) => unknown,
        };
        if !app.sells_subscriptions() {
            return Err(unknown);
        }
        // The app is known by the answer above: what else is not found is the purchase.
        if let Ok(detail) = known_in_app(self.get_subscription(app, world, named, asking).await)? {
            let at = Asking { now: detail.said_at.unwrap_or(asking.now), ..asking };
            let end = self.find_end(app, world, named, &detail.data, at).await?;
            return Ok(Found::Subscription(Box::new(SubscriptionAnswer { world, named, detail, end })));
        }
        match known_in_app(self.get_monthly(app, world, named, asking).await)? {
            Ok(answered) => Ok(Found::Monthly(world, named, answered)),
            Err(_) => Err(unknown),
        }
    }
}

/// The same where ONE store has answered about the app before: it has one more word for what it does not find, which may as well mean
/// the app.
pub(super) fn known_in_app<T>(answer: Result<T, ApiFailure>) -> Result<Result<T, ApiFailure>, ApiFailure> {
    match answer {
        Err(unknown @ ApiFailure::AppUnknown { .. }) => Ok(Err(unknown)),
        answer => known(answer),
    }
}

/// Takes "ONE store knows no such purchase" for an answer, and any other failure for none.
pub(super) fn known<T>(answer: Result<T, ApiFailure>) -> Result<Result<T, ApiFailure>, ApiFailure> {
    match answer {
        Ok(found) => Ok(Ok(found)),
        Err(unknown @ ApiFailure::NotFound { .. }) => Ok(Err(unknown)),
        Err(failure) => Err(failure),
    }
}
