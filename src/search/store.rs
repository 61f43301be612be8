//! Asking a store about an id that nothing is recorded under, and adding what it answers: recorded by the ledger as any other report,
//! with the owner its rules say.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::find::Finder;
use super::index::index_other_id;
use super::read::{Strength, Term};
use crate::audit::{self, By, Change};
use crate::db::store_snapshots::AppScope;
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::model::{
    App, AppSeq, AskableId, Environment, Money, Normal, PaymentSeq, PaymentSource, ProjectId, Purchase, Snapshot, Timestamp,
    UseStatus,
};
use crate::notifications::Refetch;
use crate::projects;
use crate::state::AppState;
use crate::stores::{Asking, StoreApp};

/// What the timeline calls it.
const OCCASION: &str = "looked up by staff";
/// Ids of one text that stores can be asked about.
const ASKABLE_MAX: usize = 6;

/// What a store says of an id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LookedUp {
    pub app: App,
    pub purchases: Vec<StorePurchase>,
}

/// A purchase as its store has it, and the payment it is recorded as, if it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorePurchase {
    pub order_id: String,
    pub product_id: String,
    /// Whether the product is configured, without which nothing can be added.
    pub is_configured: bool,
    pub quantity: u32,
    pub price: Option<Money>,
    pub environment: Environment,
    pub purchased_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub revoked_at: Option<Timestamp>,
    pub is_pending: bool,
    /// The user whose account token it carries, channel and key.
    pub user: Option<(String, String)>,
    pub recorded: Option<PaymentSeq>,
}

/// What of a text the stores of a project's apps can be asked about.
pub(super) async fn list_askable(finder: &Finder<'_>) -> Result<Vec<AskableId>> {
    // Beside an id that is recorded, words that merely may be ids are none.
    let is_sure = finder.has_sure();
    let is_open =
        |term: &&Term| !finder.has_found(term) && term.is_long_enough() && (!is_sure || term.strength == Strength::Sure);
    let open: Vec<_> = finder.asked.terms.iter().filter(is_open).collect();
    if open.is_empty() {
        return Ok(Vec::new());
    }
    let (state, project) = (finder.state, finder.project);
    let stored = db::apps::list(&mut state.db.read().await?, project).await?;
    let mut askable = Vec::new();
    for stored in stored.into_iter().filter(|stored| stored.app.status == UseStatus::Use) {
        let shown = stored.app.clone();
        let app = projects::to_store_app(state, stored)?;
        let store = state.stores.of(app.store);
        for term in &open {
            let product_id = finder.asked.product_id.as_deref();
            // The last spellings are the stores' own; what was typed comes last of all.
            let Some(id) = term.spellings.iter().rev().find(|id| store.can_find_by_id(&app, id, product_id)) else { continue };
            askable.push(AskableId {
                project: project.clone(),
                app: app.app_seq,
                store: app.store,
                app_name: if shown.name.is_empty() { shown.store_app_id.clone() } else { shown.name.clone() },
                id: id.clone(),
                product_id: finder.asked.product_id.clone(),
            });
        }
    }
    askable.truncate(ASKABLE_MAX);
    Ok(askable)
}

/// Asks the store; nothing is changed. Asks for the SUPPORT right at the edge.
pub async fn look_up(state: &AppState, project: &ProjectId, app: AppSeq, id: &str, product_id: Option<&str>) -> Result<LookedUp> {
    let shown = projects::get_app(state, project, app).await?.app;
    let app = projects::store_app_of(state, project, app).await?;
    let snapshot = ask(state, &app, id, product_id).await?;
    let mut purchases = Vec::new();
    let mut tx = state.db.read().await?;
    for purchase in snapshot.purchases {
        purchases.push(shown_purchase(&mut tx, AppScope { project, app: app.app_seq }, purchase).await?);
    }
    Ok(LookedUp { app: shown, purchases })
}

async fn ask(state: &AppState, app: &StoreApp, id: &str, product_id: Option<&str>) -> Result<Snapshot> {
    let asking = Asking::of(crate::model::Actor::Operator, state.clock.now());
    let store = state.stores.of(app.store);
    if !store.can_find_by_id(app, id, product_id) {
        return Err(Error::NotFound("purchase in the store"));
    }
    let found = store.find_by_id(app, id, product_id, asking).await?;
    found.filter(|snapshot| !snapshot.purchases.is_empty()).ok_or(Error::NotFound("purchase in the store"))
}

async fn shown_purchase(tx: &mut Tx, scope: AppScope<'_>, purchase: Purchase) -> Result<StorePurchase> {
    let recorded = db::purchases::find_payment(tx, scope, &purchase).await?;
    let product = db::products::find_in_app(tx, scope.project, scope.app, &purchase.product_id).await?;
    let user = match &purchase.account_token {
        Some(token) => db::users::find_by_account_token(tx, scope.project, token).await?,
        None => None,
    };
    Ok(StorePurchase {
        order_id: purchase.order_id,
        product_id: purchase.product_id,
        is_configured: product.is_some(),
        quantity: purchase.quantity,
        price: purchase.price,
        environment: purchase.environment,
        purchased_at: purchase.purchased_at,
        expires_at: purchase.expires_at,
        revoked_at: purchase.revoked_at,
        is_pending: purchase.pending,
        user,
        recorded: recorded.map(|payment| payment.payment_seq),
    })
}

/// Asks the store and records what it answers, with the id among the payment's numbers. Gives the payment; a purchase that was recorded
/// before stays the same one. Asks for the SUPPORT right at the edge.
pub async fn adopt(
    state: &AppState,
    by: &By,
    project: &ProjectId,
    app: AppSeq,
    id: &str,
    product_id: Option<&str>,
) -> Result<PaymentSeq> {
    let app = projects::store_app_of(state, project, app).await?;
    let snapshot = ask(state, &app, id, product_id).await?;
    let refetch = Refetch { project, app: &app, by, source: PaymentSource::Backfilled, occasion: OCCASION };
    refetch.record(state, &snapshot).await?;
    let (scope, at) = (AppScope { project, app: app.app_seq }, state.clock.now());
    state
        .db
        .write(async |tx| {
            let mut first = None;
            for purchase in &snapshot.purchases {
                let Some(payment) = db::purchases::find_payment(tx, scope, purchase).await? else { continue };
                let seq = payment.payment_seq;
                keep_id(tx, scope, purchase, &seq, id, at).await?;
                first.get_or_insert((seq, purchase.order_id.as_str()));
            }
            let (seq, order_id) = first.ok_or(Error::NotFound("payment"))?;
            let change = Change {
                action: "payment.adopt",
                project: Some(project),
                target: format!("payment:{seq}"),
                before: None,
                after: Some(json!({ "orderId": order_id, "store": app.store.as_str() })),
            };
            audit::record(tx, by, at, change).await?;
            Ok(seq)
        })
        .await
}

/// Keeps a number of the purchase's receipt, unless it is an id the payment has anyway.
async fn keep_id(tx: &mut Tx, scope: AppScope<'_>, purchase: &Purchase, seq: &PaymentSeq, id: &str, at: Timestamp) -> Result<()> {
    let own = [Some(purchase.order_id.as_str()), Some(purchase.original_order_id.as_str()), purchase.purchase_token.as_deref()];
    let is_known = own.into_iter().flatten().any(|own| Normal::of(own) == Normal::of(id));
    if is_known || db::payments::find_by_other_id(tx, scope, id).await?.as_ref() == Some(seq) {
        return Ok(());
    }
    db::payments::keep_other_id(tx, scope, seq, id, at).await?;
    index_other_id(tx, scope.project, seq, id).await
}
