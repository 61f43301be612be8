use super::product::product_of;
use crate::audit::By;
use crate::db;
use crate::error::{Error, Result};
use crate::ledger::{Recorded, StoreReport, record_alone};
use crate::model::{AppSeq, PaymentSource, ProjectId, Purchase, RefusalCode, Renewal, StoreCode};
use crate::projects;
use crate::state::AppState;
use crate::stores::{Asking, StoreApp};

/// What the timeline calls it.
const OCCASION: &str = "re-checked with the store";

/// Asks the store how a chain stands now, and enters what it answers: its latest period and how it goes on.
pub(crate) async fn refetch_subscription(
    state: &AppState,
    by: &By,
    project: &ProjectId,
    app: AppSeq,
    chain_id: &str,
) -> Result<()> {
    let app = projects::store_app_of(state, project, app).await?;
    let refetch = Refetch { project, app: &app, by, source: PaymentSource::Backfilled, occasion: OCCASION };
    refetch.at_chain(state, chain_id).await.map(drop)
}

/// Asks the store what has become of one purchase, and enters what it answers. Gives what the store signed.
pub(crate) async fn refetch_purchase(
    state: &AppState,
    by: &By,
    project: &ProjectId,
    app: AppSeq,
    order_id: &str,
) -> Result<Purchase> {
    let app = projects::store_app_of(state, project, app).await?;
    let refetch = Refetch { project, app: &app, by, source: PaymentSource::Backfilled, occasion: OCCASION };
    let purchase = refetch.ask(state, order_id).await?;
    refetch.record(state, &purchase, None).await?;
    Ok(purchase)
}

/// Whose books what the store answers is entered into, by whom, and what the timeline calls it.
pub(crate) struct Refetch<'a> {
    pub project: &'a ProjectId,
    pub app: &'a StoreApp,
    pub by: &'a By,
    pub source: PaymentSource,
    pub occasion: &'a str,
}

impl Refetch<'_> {
    /// At a chain: its latest period and how it goes on.
    pub(super) async fn at_chain(&self, state: &AppState, chain_id: &str) -> Result<Recorded> {
        self.check_store()?;
        let standing = state.stores.apple().get_standing(self.app, chain_id, self.asking(state)).await?;
        let (purchase, renewal) = standing.ok_or(Error::NotFound("subscription in the store"))?;
        self.record(state, &purchase, renewal.as_ref()).await
    }

    /// At one purchase.
    pub(super) async fn at_purchase(&self, state: &AppState, order_id: &str) -> Result<Recorded> {
        let purchase = self.ask(state, order_id).await?;
        self.record(state, &purchase, None).await
    }

    /// Enters what the store signed.
    pub(crate) async fn record(&self, state: &AppState, purchase: &Purchase, renewal: Option<&Renewal>) -> Result<Recorded> {
        let product = product_of(state, self.project, self.app, purchase).await?;
        let report = StoreReport {
            project: self.project,
            app: self.app,
            product: &product,
            purchase,
            renewal,
            by: self.by,
            source: self.source,
            occasion: Some(self.occasion),
            at: state.clock.now(),
        };
        record_alone(state, &report, None).await
    }

    /// Whether the books lack a purchase, or do not have it as taken back when it is said to be.
    pub(super) async fn is_news(&self, state: &AppState, order_id: &str, is_taken_back: bool) -> Result<bool> {
        let mut tx = state.db.read().await?;
        let found = db::payments::find_by_order(&mut tx, self.project, self.app.app_seq, order_id).await?;
        Ok(found.is_none_or(|payment| is_taken_back && payment.status.can_refund()))
    }

    /// Whether the books have a purchase as one that is not taken back.
    pub(crate) async fn has_as_paid(&self, state: &AppState, order_id: &str) -> Result<bool> {
        let mut tx = state.db.read().await?;
        let found = db::payments::find_by_order(&mut tx, self.project, self.app.app_seq, order_id).await?;
        Ok(found.is_some_and(|payment| payment.status.can_refund()))
    }

    async fn ask(&self, state: &AppState, order_id: &str) -> Result<Purchase> {
        self.check_store()?;
        let purchase = state.stores.apple().get_purchase(self.app, order_id, self.asking(state)).await?;
        purchase.ok_or(Error::NotFound("purchase in the store"))
    }

    fn asking(&self, state: &AppState) -> Asking {
        Asking::of(self.by.actor(), state.clock.now())
    }

    fn check_store(&self) -> Result<()> {
        if self.app.store == StoreCode::AppStore {
            return Ok(());
        }
        let reason = format!("this server cannot ask {} what has become of a purchase", self.app.store);
        Err(Error::refused(RefusalCode::StoreUnavailable, reason))
    }
}
