//! Everything that is kept of a purchase and its subscription, read for a store's report of it. What is read is held against other
//! reports to the end of the write.

use std::collections::HashMap;

use super::store_snapshots::{self, AppScope};
use super::{Tx, imported_orders, on, payments, products, subscriptions, users};
use crate::error::Result;
use crate::model::{Payment, PaymentSeq, Product, ProjectId, Purchase, Renewal, Subscription, Timestamp};

/// More periods of a subscription than its present state could depend on.
const PERIODS_MAX: u32 = 200;
/// Different account tokens of one subscription that are looked up, newest first.
const TOKENS_MAX: usize = 50;
/// More moves than any subscription makes; also ends a ring.
const MOVES_MAX: i64 = 100;

/// What is kept of a subscription.
#[derive(Default)]
pub struct KnownChain {
    pub chain_id: String,
    pub subscription: Option<Subscription>,
    /// What the store last said of each period.
    pub periods: Vec<Purchase>,
    pub renewal: Option<Renewal>,
    pub payments: Vec<Payment>,
    /// Other numbers of the payments' purchases.
    pub other_ids: HashMap<String, PaymentSeq>,
    /// The plans of the periods, without the one that was given.
    pub products: Vec<Product>,
}

impl KnownChain {
    /// The payment of a period, by any of its numbers.
    pub fn payment_of(&self, period: &Purchase) -> Option<&Payment> {
        let by_other = || {
            let seq = self.other_ids.get(&period.identity()).or_else(|| self.other_ids.get(&period.order_id))?;
            self.payments.iter().find(|payment| payment.payment_seq == *seq)
        };
        self.payments.iter().find(|payment| payment.store_order_id.as_ref() == Some(&period.order_id)).or_else(by_other)
    }
}

/// What is kept of the purchase: under its identity, or under its own number from before the period's id was known. With the
/// number it is kept under.
pub async fn find_stored(tx: &mut Tx, scope: AppScope<'_>, purchase: &Purchase) -> Result<Option<(String, Purchase)>> {
    let identity = purchase.identity();
    payments::hold_purchase(tx, scope.app, &identity).await?;
    for id in [&identity, &purchase.order_id] {
        if let Some(stored) = store_snapshots::find_purchase(tx, scope, id).await? {
            return Ok(Some((id.clone(), stored)));
        }
    }
    Ok(None)
}

/// The chain that a chain goes on in by now; itself when it never moved.
pub async fn find_head(tx: &mut Tx, scope: AppScope<'_>, chain_id: &str) -> Result<String> {
    const SQL: &str = "WITH RECURSIVE moves (chain_id, place) AS (
             SELECT next_chain_id, CAST(1 AS BIGINT) FROM moved_chains WHERE app_seq = $1 AND chain_id = $2 AND project_id = $3
             UNION ALL
             SELECT m.next_chain_id, moves.place + 1 FROM moves
                 JOIN moved_chains m ON m.app_seq = $1 AND m.chain_id = moves.chain_id WHERE moves.place < $4)
         SELECT chain_id FROM moves ORDER BY place DESC LIMIT 1";
    let head: Option<String> = on!(tx, c => {
        sqlx::query_scalar(SQL).bind(scope.app).bind(chain_id).bind(scope.project).bind(MOVES_MAX).fetch_optional(c).await?
    });
    Ok(head.unwrap_or_else(|| chain_id.to_owned()))
}

/// Notes that a chain goes on in another. The first move of a chain holds.
pub async fn keep_move(tx: &mut Tx, scope: AppScope<'_>, from: &str, to: &str, at: Timestamp) -> Result<()> {
    const SQL: &str = "INSERT INTO moved_chains (app_seq, chain_id, project_id, next_chain_id, moved_at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    on!(tx, c => {
        sqlx::query(SQL).bind(scope.app).bind(from).bind(scope.project).bind(to).bind(at).execute(c).await?;
    });
    Ok(())
}

/// Everything that is kept of some chains, in the order asked for. `product` need not be read again.
pub async fn list_chains(tx: &mut Tx, scope: AppScope<'_>, ids: &[&str], product: &Product) -> Result<Vec<KnownChain>> {
    let mut held = ids.to_vec();
    // In one order everywhere, so that two writes never wait for each other.
    held.sort_unstable();
    for chain_id in held {
        payments::hold_purchase(tx, scope.app, &format!("chain:{chain_id}")).await?;
    }
    let mut chains = Vec::with_capacity(ids.len());
    for chain_id in ids {
        chains.push(find_chain(tx, scope, chain_id, product).await?);
    }
    Ok(chains)
}

async fn find_chain(tx: &mut Tx, scope: AppScope<'_>, chain_id: &str, product: &Product) -> Result<KnownChain> {
    let (project, app) = (scope.project, scope.app);
    let subscription = subscriptions::find_by_chain(tx, project, app, chain_id).await?;
    let chain_id = chain_id.to_owned();
    if subscription.is_none() {
        return Ok(KnownChain { chain_id, ..KnownChain::default() });
    }
    let (periods, renewal) = store_snapshots::list_of_chain(tx, scope, &chain_id).await?;
    let payments = payments::list_of_chain(tx, project, app, &chain_id, PERIODS_MAX).await?;
    let other_ids = payments::list_other_ids_of_chain(tx, scope, &chain_id).await?.into_iter().collect();
    let mut plans: Vec<&str> = periods.iter().map(|period| period.product_id.as_str()).collect();
    plans.sort_unstable();
    plans.dedup();
    let mut products = Vec::new();
    for plan in plans.into_iter().filter(|plan| *plan != product.store_product_id) {
        products.extend(products::find_in_app(tx, project, app, plan).await?);
    }
    Ok(KnownChain { chain_id, subscription, periods, renewal, payments, other_ids, products })
}

/// The purchase's payment, by any of its numbers.
pub async fn find_payment(tx: &mut Tx, scope: AppScope<'_>, purchase: &Purchase) -> Result<Option<Payment>> {
    let identity = purchase.identity();
    let by_order = payments::find_by_order(tx, scope.project, scope.app, &purchase.order_id).await?;
    if by_order.is_some() || identity == purchase.order_id {
        return Ok(by_order);
    }
    match payments::find_by_other_id(tx, scope, &identity).await? {
        Some(seq) => payments::find(tx, scope.project, &seq).await,
        None => Ok(None),
    }
}

/// When an order was consumed at another server, by any of the numbers it was seen with.
pub async fn find_imported(tx: &mut Tx, scope: AppScope<'_>, mut ids: Vec<&String>) -> Result<Option<Timestamp>> {
    ids.sort_unstable();
    ids.dedup();
    for id in ids {
        if let Some(at) = imported_orders::find(tx, scope.app, id).await? {
            return Ok(Some(at));
        }
    }
    Ok(None)
}

/// The users (channel and key) that account tokens were given to, by token.
pub async fn list_token_users(tx: &mut Tx, project: &ProjectId, tokens: Vec<String>) -> Result<Vec<(String, (String, String))>> {
    let mut found = Vec::new();
    for token in tokens.into_iter().take(TOKENS_MAX) {
        if let Some(user) = users::find_by_account_token(tx, project, &token).await? {
            found.push((token, user));
        }
    }
    Ok(found)
}

/// What the store last said of the purchase that a recorded payment has this order id for.
pub async fn find_by_order(tx: &mut Tx, scope: AppScope<'_>, order_id: &str) -> Result<Option<Purchase>> {
    let Some(payment) = payments::find_by_order(tx, scope.project, scope.app, order_id).await? else { return Ok(None) };
    let by_token = payment.purchase_token.iter();
    let by_token = by_token.flat_map(|token| [format!("period:{token}:{}", payment.product_id), format!("period:{token}")]);
    for identity in std::iter::once(order_id.to_owned()).chain(by_token) {
        if let Some(stored) = store_snapshots::find_purchase(tx, scope, &identity).await? {
            return Ok(Some(stored));
        }
    }
    Ok(None)
}
