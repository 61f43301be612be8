use super::OneStore;
use super::api::{ApiFailure, Kind};
use super::lookup::{Named, known, known_in_app};
use super::world::{World, worlds_for};
use crate::stores::{Action, ActionOutcome, Asking, StoreApp, StoreError, Subject};

impl OneStore {
    /// Does something about a subscription, by its purchase token and product.
    pub(super) async fn do_action(
        &self,
        app: &StoreApp,
        subject: Subject<'_>,
        action: &Action,
        asking: Asking,
    ) -> Result<ActionOutcome, StoreError> {
        let unnamed = || StoreError::Rejected("ONE store has to be told the subscription's product too".to_owned());
        let named = Named { token: subject.id, product_id: subject.product_id.ok_or_else(unnamed)? };
        if !matches!(action, Action::Cancel | Action::Reactivate | Action::Defer { .. }) {
            return Err(StoreError::unsupported(app.store));
        }
        let mut unknown = ApiFailure::NotFound { message: "in no environment of this app".to_owned() };
        for world in worlds_for(app, named.token).map_err(StoreError::Unfit)?.iter().copied() {
            match known(self.act_in(app, world, named, action, asking).await)? {
                Ok(()) => return Ok(ActionOutcome::default()),
                Err(failure) => unknown = failure,
            }
        }
        Err(unknown.into())
    }

    /// A deferral is counted in days, and in the sandbox in minutes: one stands for a day there.
    async fn act_in(
        &self,
        app: &StoreApp,
        world: World,
        named: Named<'_>,
        action: &Action,
        asking: Asking,
    ) -> Result<(), ApiFailure> {
        let mut unknown = ApiFailure::NotFound { message: "it is neither a subscription nor a monthly payment".to_owned() };
        // Which of the two it is the token does not tell; ONE store says of the wrong one that there is no such purchase.
        for kind in Kind::ALL {
            let answer = match (action, kind) {
                (Action::Cancel, kind) => self.cancel(app, world, kind, named, asking).await,
                (Action::Reactivate, kind) => self.reactivate(app, world, kind, named, asking).await,
                (Action::Defer { days, .. }, Kind::Subscription) => self.defer(app, world, named, *days, asking).await,
                _ => return Err(unknown),
            };
            match known_in_app(answer)? {
                Ok(()) => return Ok(()),
                Err(failure) => unknown = failure,
            }
        }
        Err(unknown)
    }
}
