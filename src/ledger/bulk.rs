//! Purchases that nobody recorded yet, brought by their buyers: nearly every verify. Those that come at the same time go through
//! the same plan and are written together; each caller is answered after the commit.

use std::collections::HashSet;

use futures::future::join_all;

use super::known::Known;
use super::load::reserved_since;
use super::owner::Owner;
use super::plan::{Plan, plan};
use super::record::ReportNumbers;
use super::report::{Claimant, StoreReport};
use crate::db::payments::NewPurchase;
use crate::db::store_snapshots::StoredSnapshot;
use crate::db::{self, Batcher, Db};
use crate::error::{Error, Result};
use crate::model::{Attribution, Payment};

/// What became of a purchase.
enum Outcome {
    /// It was new, and this payment is made.
    Recorded(Box<Payment>),
    /// Something is known of it already, or of its buyer's neighbours: more has to be read.
    NotNew,
    Failed(Error),
}

/// Records new purchases, many in one write. Cheap to clone.
#[derive(Clone)]
pub struct NewPurchases(Batcher<Box<NewPurchase>, Outcome>);

impl NewPurchases {
    pub fn start(db: &Db) -> Self {
        Self(Batcher::start(db, record_all))
    }

    /// Records the purchase and gives its payment; none when it is not new, and nothing was written.
    pub(super) async fn record(&self, purchase: Box<NewPurchase>) -> Result<Option<Payment>> {
        match self.0.hand_in(purchase).await? {
            Outcome::Recorded(payment) => Ok(Some(*payment)),
            Outcome::NotNew => Ok(None),
            Outcome::Failed(error) => Err(error),
        }
    }
}

#[expect(clippy::vec_box, reason = "a purchase is large, and moves several times before it is here")]
async fn record_all(db: Db, purchases: Vec<Box<NewPurchase>>) -> Vec<Outcome> {
    let of = |(purchase, is_new): (Box<NewPurchase>, bool)| match is_new {
        true => Outcome::Recorded(Box::new(purchase.payment)),
        false => Outcome::NotNew,
    };
    match record_together(&db, &purchases).await {
        Ok(are_new) => purchases.into_iter().zip(are_new).map(of).collect(),
        // Another write was quicker with one of them: with which, each finds out by itself.
        Err(error) if error.is_lost_race() => purchases.iter().map(|_| Outcome::NotNew).collect(),
        Err(error) if purchases.len() == 1 => vec![Outcome::Failed(error)],
        // What one of them met must not be the others' trouble. At the same time, so that they wait no longer than one would.
        Err(_) => join_all(purchases.into_iter().map(|purchase| record_one(&db, purchase))).await,
    }
}

async fn record_one(db: &Db, purchase: Box<NewPurchase>) -> Outcome {
    match record_together(db, std::slice::from_ref(&purchase)).await {
        Ok(are_new) if are_new == [true] => Outcome::Recorded(Box::new(purchase.payment)),
        Ok(_) => Outcome::NotNew,
        Err(error) if error.is_lost_race() => Outcome::NotNew,
        Err(error) => Outcome::Failed(error),
    }
}

/// Inserts the purchases nobody recorded yet; returns which of them were new.
async fn record_together(db: &Db, purchases: &[Box<NewPurchase>]) -> Result<Vec<bool>> {
    let purchases: Vec<&NewPurchase> = purchases.iter().map(Box::as_ref).collect();
    let snapshots: Vec<_> = purchases.iter().map(|one| StoredSnapshot::of_purchase(&one.purchase)).collect::<Result<_>>()?;
    db.write(async |tx| {
        let users = purchases.iter().map(|one| (&one.project, one.payment.user_channel.as_str(), one.payment.user_key.as_str()));
        db::payments::hold_users(tx, users).await?;
        let recorded: HashSet<usize> = db::payments::find_recorded(tx, &purchases).await?.into_iter().collect();
        let mut orders = HashSet::new();
        let are_new: Vec<bool> = purchases
            .iter()
            .enumerate()
            .map(|(place, one)| {
                !recorded.contains(&place) && orders.insert((one.payment.app_seq, one.payment.store_order_id.as_deref()))
            })
            .collect();
        let all = purchases.iter().copied().zip(&snapshots);
        let mut new: Vec<_> = all.zip(&are_new).filter(|(_, is_new)| **is_new).map(|(one, _)| one).collect();
        // Two writes that register the same users take them in the same order, so that neither waits for the other for good.
        new.sort_by_key(|(one, _)| one.payment.user_key.as_str());
        db::payments::insert_new(tx, &new).await?;
        Ok(are_new)
    })
    .await
}

/// Whether a report may be recorded so. The claimant's token is theirs or absent, so that they are the purchase's user.
pub(super) fn may_be_new(report: &StoreReport<'_>, claimant: Claimant<'_>) -> bool {
    let purchase = report.purchase;
    let is_theirs = purchase.account_token.as_ref().is_none_or(|token| token.eq_ignore_ascii_case(claimant.account_token));
    let is_whole = purchase.revoked_at.is_none() && purchase.refund.is_none() && purchase.other_id.is_none();
    let has_one_id = purchase.period_id.is_none() && purchase.purchase_token.is_none();
    claimant.reserved.is_none() && is_theirs && is_whole && has_one_id && !purchase.is_subscription()
}

/// Everything that is written of a purchase about which nothing is known.
pub(super) fn new_purchase(
    report: &StoreReport<'_>,
    claimant: Claimant<'_>,
    numbers: &ReportNumbers,
) -> Result<Box<NewPurchase>> {
    let claim = Owner { user: claimant.user.clone(), attribution: Attribution::Presenter };
    let mut known = Known { claim: Some(claim), ..Known::default() };
    if report.purchase.account_token.is_some() {
        known.token_users.insert(claimant.account_token.to_ascii_lowercase(), claimant.user.clone());
    }
    let Plan { mut payments, mut lines, .. } = plan(report, Some(claimant), &known, numbers);
    let (Some(payment), Some((_, line))) = (payments.pop(), lines.pop()) else {
        return Err(Error::internal("a new purchase has no payment"));
    };
    Ok(Box::new(NewPurchase {
        project: report.project.clone(),
        purchase: report.purchase.clone(),
        payment: payment.after,
        reserved_since: reserved_since(report, report.purchase),
        account_token: claimant.account_token.to_owned(),
        line,
    }))
}
