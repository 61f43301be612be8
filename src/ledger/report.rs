//! What a store says, and who brings it.

use crate::audit::By;
use crate::db::store_snapshots::AppScope;
use crate::model::{PaymentSeq, PaymentSource, Product, ProjectId, Purchase, Renewal, Timestamp};
use crate::stores::StoreApp;
use crate::users::User;

/// What a store says of one purchase, and how it reached us: by a device's proof, a notification, or an answer to our question.
#[derive(Clone, Copy)]
pub(crate) struct StoreReport<'a> {
    pub project: &'a ProjectId,
    pub app: &'a StoreApp,
    pub product: &'a Product,
    pub purchase: &'a Purchase,
    pub renewal: Option<&'a Renewal>,
    pub by: &'a By,
    pub source: PaymentSource,
    /// The store's own name for what happened, for the timeline.
    pub occasion: Option<&'a str>,
    /// When it reached us, by our clock.
    pub at: Timestamp,
}

impl<'a> StoreReport<'a> {
    pub(super) fn scope(&self) -> AppScope<'a> {
        AppScope { project: self.project, app: self.app.app_seq }
    }
}

/// The user for whom a proof is brought, with the reservation it is for.
#[derive(Clone, Copy)]
pub(crate) struct Claimant<'a> {
    pub user: &'a User,
    /// The user's own account token.
    pub account_token: &'a str,
    pub reserved: Option<&'a PaymentSeq>,
}
