use super::product::product_of;
use crate::audit::By;
use crate::db;
use crate::db::store_snapshots::AppScope;
use crate::error::{Error, Result};
use crate::ledger::{StoreReport, close_pending, record_alone, record_pending};
use crate::model::{AppSeq, Payment, PaymentSource, ProjectId, Purchase, RefusalCode, Renewal, Snapshot, Timestamp, order_of};
use crate::projects;
use crate::state::AppState;
use crate::stores::{Asking, NamedToken, StoreApp};

/// What the timeline calls it.
const OCCASION: &str = "re-checked with the store";

/// Asks the store how a subscription stands now, and records its answer: the latest period and how it goes on.
pub(crate) async fn refetch_subscription(
    state: &AppState,
    by: &By,
    project: &ProjectId,
    app: AppSeq,
    chain_id: &str,
) -> Result<()> {
    let app = projects::store_app_of(state, project, app).await?;
    let refetch = Refetch { project, app: &app, by, source: PaymentSource::Backfilled, occasion: OCCASION };
    refetch.at_chain(state, chain_id).await
}

/// Asks the store what has become of one purchase, and records its answer. Gives the purchase as the store has it.
pub(crate) async fn refetch_purchase(
    state: &AppState,
    by: &By,
    project: &ProjectId,
    app: AppSeq,
    order_id: &str,
) -> Result<Purchase> {
    let app = projects::store_app_of(state, project, app).await?;
    let refetch = Refetch { project, app: &app, by, source: PaymentSource::Backfilled, occasion: OCCASION };
    let snapshot = refetch.ask(state, order_id).await?;
    refetch.record(state, &snapshot).await?;
    snapshot.purchases.into_iter().next().ok_or(Error::NotFound("purchase in the store"))
}

/// Asks the store about a purchase whose money it was asked to give back, and records its answer.
pub(crate) async fn refetch_refunded(
    state: &AppState,
    by: &By,
    project: &ProjectId,
    payment: &Payment,
    ends_access: bool,
) -> Result<()> {
    let app = projects::store_app_of(state, project, payment.app_seq).await?;
    let refetch = Refetch { project, app: &app, by, source: PaymentSource::Backfilled, occasion: OCCASION };
    let order_id = payment.store_order_id.as_deref().map(order_of).ok_or(Error::NotFound("purchase in the store"))?;
    match ends_access {
        true => refetch.take_back(state, order_id, Void { at: state.clock.now(), is_partial: false }).await.map(drop),
        false => refetch.at_purchase(state, order_id).await,
    }
}

/// That a store took a purchase back, as its notification or its list says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Void {
    pub at: Timestamp,
    /// Only some of its pieces.
    pub is_partial: bool,
}

/// For which app the store is asked, by whom, and what the timeline calls it.
pub(crate) struct Refetch<'a> {
    pub project: &'a ProjectId,
    pub app: &'a StoreApp,
    pub by: &'a By,
    pub source: PaymentSource,
    pub occasion: &'a str,
}

impl Refetch<'_> {
    /// Asks about a subscription: its latest period and how it goes on.
    pub(super) async fn at_chain(&self, state: &AppState, chain_id: &str) -> Result<()> {
        let snapshot = self.ask_chain(state, chain_id).await?;
        self.record(state, &snapshot.ok_or(Error::NotFound("subscription in the store"))?).await
    }

    /// How a subscription stands; none when the store does not know it, or can't be asked without a period we know.
    pub(super) async fn ask_chain(&self, state: &AppState, chain_id: &str) -> Result<Option<Snapshot>> {
        let store = state.stores.of(self.app.store);
        match store.is_asked_by_token() {
            true => self.ask_by_recorded(state, self.find_recorded_period(state, chain_id).await?).await,
            false => Ok(store.fetch_subscription(self.app, chain_id, self.asking(state)).await?),
        }
    }

    /// Asks about the purchase of a token. Its price is the notification's where the store says none. One that is said to be taken
    /// back has to be so in the store's answer too, or be a period that the answer is not about.
    pub(super) async fn at_token(&self, state: &AppState, named: &NamedToken, at: Timestamp) -> Result<()> {
        let store = state.stores.of(self.app.store);
        let (token, product_id) = (&named.purchase_token, named.product_id.as_deref());
        let snapshot = store.fetch_by_token(self.app, token, product_id, self.asking(state)).await?;
        let mut snapshot = snapshot.ok_or(Error::NotFound("purchase in the store"))?;
        let Some(order) = &named.order else { return self.record(state, &snapshot).await };
        let found = snapshot.purchases.iter_mut().find(|purchase| purchase.order_id == order.order_id);
        let is_taken_back = found.map(|purchase| {
            if purchase.price.is_none() {
                purchase.price.clone_from(&order.price);
            }
            purchase.revoked_at.is_some()
        });
        self.record_purchases(state, &snapshot).await?;
        match is_taken_back {
            // What the store does not say yet of its own void, it says later.
            Some(false) if order.is_taken_back => return Err(Error::NotFound("refund in the store")),
            Some(_) => {}
            None => self.record_signed_period(state, &snapshot, order, at).await?,
        }
        self.record_missed(state, &snapshot).await?;
        self.record_ended(state, &snapshot).await
    }

    /// Asks about one purchase.
    pub(super) async fn at_purchase(&self, state: &AppState, order_id: &str) -> Result<()> {
        let snapshot = self.ask(state, order_id).await?;
        self.record(state, &snapshot).await
    }

    /// Records what the store says, the periods before it that are not in the books, and what a new sign-up has ended.
    pub(crate) async fn record(&self, state: &AppState, snapshot: &Snapshot) -> Result<()> {
        self.record_purchases(state, snapshot).await?;
        self.record_missed(state, snapshot).await?;
        self.record_ended(state, snapshot).await
    }

    /// Records each purchase; one that can't be, of a product nobody configured, hides none of the others. Gives the first failure.
    pub(super) async fn record_purchases(&self, state: &AppState, snapshot: &Snapshot) -> Result<()> {
        let mut result = Ok(());
        for purchase in &snapshot.purchases {
            let recorded = self.record_purchase(state, purchase, snapshot.renewal.as_ref()).await;
            result = result.and(recorded);
        }
        result
    }

    async fn record_purchase(&self, state: &AppState, purchase: &Purchase, renewal: Option<&Renewal>) -> Result<()> {
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
        match purchase {
            Purchase { never_paid: true, .. } => close_pending(state, &report).await,
            Purchase { pending: true, .. } => record_pending(state, &report, None).await,
            _ => record_alone(state, &report, None).await.map(drop),
        }
    }

    /// Asks about a purchase that the store said was taken back, and records that it was: by its order's id, for the state of a
    /// subscription may still read active. False when the store does not say of a void of some pieces how many they were.
    pub(crate) async fn take_back(&self, state: &AppState, order_id: &str, void: Void) -> Result<bool> {
        let mut snapshot = match self.ask(state, order_id).await {
            // The void itself is the store's word. Its order may be gone, or not for this app's account to see.
            Err(Error::NotFound(_)) => return self.take_back_unread(state, order_id, void).await,
            Err(Error::Refused { code, .. }) if !is_worth_waiting(code) => {
                return self.take_back_unread(state, order_id, void).await;
            }
            snapshot => snapshot?,
        };
        let mut is_found = false;
        let is_named = |id: &str| id == order_id || order_of(id) == order_id;
        for purchase in snapshot.purchases.iter_mut().filter(|purchase| is_named(&purchase.order_id)) {
            // A store that gives purchase tokens voids by its own list and authenticated notifications. Another one's transaction says
            // for itself whether it was taken back.
            let is_by_token = purchase.purchase_token.is_some();
            if purchase.revoked_at.is_none() && !void.is_partial && is_by_token {
                purchase.revoked_at = Some(void.at);
                purchase.refund.get_or_insert_default();
            }
            is_found |= !is_by_token || purchase.revoked_at.is_some() || purchase.refund.is_some();
        }
        let is_other_period = !snapshot.purchases.iter().any(|purchase| is_named(&purchase.order_id));
        self.record_purchases(state, &snapshot).await?;
        // A store that is asked by token answers of the latest period alone.
        let is_found = match is_other_period && state.stores.of(self.app.store).is_asked_by_token() {
            true => self.take_back_unread(state, order_id, void).await?,
            false => is_found,
        };
        self.record_missed(state, &snapshot).await?;
        Ok(is_found)
    }

    /// Takes a recorded purchase back whose order can't be read: as the store last said it, with what the void says. False when it
    /// is not recorded.
    pub(super) async fn take_back_unread(&self, state: &AppState, order_id: &str, void: Void) -> Result<bool> {
        if void.is_partial {
            return Ok(false);
        }
        let scope = AppScope { project: self.project, app: self.app.app_seq };
        let mut tx = state.db.read().await?;
        let stored = db::purchases::find_by_order(&mut tx, scope, order_id).await?;
        drop(tx);
        // What no store stands behind, a purchase that is not recorded, or a void that only its answer proves, is not taken back.
        let Some(stored) = stored.filter(|stored| stored.purchase_token.is_some()) else {
            return Err(Error::NotFound("purchase in the store"));
        };
        let refund = stored.refund.clone().filter(|refund| refund.quantity.is_none()).unwrap_or_default();
        let as_of = stored.as_of.max(state.clock.now());
        let purchase = Purchase { revoked_at: Some(void.at), refund: Some(refund), is_provisional: false, as_of, ..stored };
        self.record_purchases(state, &Snapshot::of(purchase, None)).await?;
        Ok(true)
    }

    /// Whether the books lack a purchase, or do not have it as taken back when it is said to be.
    pub(super) async fn is_news(&self, state: &AppState, order_id: &str, is_taken_back: bool) -> Result<bool> {
        let found = self.payments_of(state, order_id).await?;
        Ok(found.is_empty() || is_taken_back && found.iter().any(|payment| payment.status.can_refund()))
    }

    /// Whether the books have anything of an order as not taken back.
    pub(crate) async fn has_as_paid(&self, state: &AppState, order_id: &str) -> Result<bool> {
        Ok(self.payments_of(state, order_id).await?.iter().any(|payment| payment.status.can_refund()))
    }

    /// The payments of an order: several products may have been paid for in one.
    async fn payments_of(&self, state: &AppState, order_id: &str) -> Result<Vec<Payment>> {
        let mut tx = state.db.read().await?;
        let first = db::payments::find_by_order(&mut tx, self.project, self.app.app_seq, order_id).await?;
        let others = match &first {
            Some(first) => db::payments::list_paid_beside(&mut tx, self.project, first).await?,
            None => Vec::new(),
        };
        let mut found: Vec<Payment> = first.into_iter().collect();
        for seq in others {
            found.extend(db::payments::find(&mut tx, self.project, &seq).await?);
        }
        Ok(found)
    }

    async fn ask(&self, state: &AppState, order_id: &str) -> Result<Snapshot> {
        let store = state.stores.of(self.app.store);
        let snapshot = match store.is_asked_by_token() {
            true => {
                let scope = AppScope { project: self.project, app: self.app.app_seq };
                let mut tx = state.db.read().await?;
                let recorded = db::purchases::find_by_order(&mut tx, scope, order_id).await?;
                drop(tx);
                self.ask_by_recorded(state, recorded).await?
            }
            false => store.fetch(self.app, order_id, self.asking(state)).await?,
        };
        snapshot.ok_or(Error::NotFound("purchase in the store"))
    }

    /// Asks a store that knows purchases by token and product alone, with those of a recorded one.
    async fn ask_by_recorded(&self, state: &AppState, recorded: Option<Purchase>) -> Result<Option<Snapshot>> {
        let Some(recorded) = recorded else { return Ok(None) };
        let Some(token) = recorded.purchase_token.as_deref() else { return Ok(None) };
        let store = state.stores.of(self.app.store);
        Ok(store.fetch_by_token(self.app, token, Some(&recorded.product_id), self.asking(state)).await?)
    }

    /// The newest recorded period of a chain that is bought under the chain's own token.
    async fn find_recorded_period(&self, state: &AppState, chain_id: &str) -> Result<Option<Purchase>> {
        let scope = AppScope { project: self.project, app: self.app.app_seq };
        let (periods, _) = db::store_snapshots::list_of_chain(&mut state.db.read().await?, scope, chain_id).await?;
        Ok(periods.into_iter().find(|period| period.purchase_token.as_deref() == Some(chain_id)))
    }

    pub(super) fn asking(&self, state: &AppState) -> Asking {
        Asking::of(self.by.actor(), state.clock.now())
    }
}

/// Whether a store that did not answer may answer later; its no to the app's account stays until an operator acts.
fn is_worth_waiting(code: RefusalCode) -> bool {
    matches!(code, RefusalCode::StoreUnavailable | RefusalCode::TooManyRequests)
}
