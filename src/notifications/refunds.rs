//! The refund history. Once a day the App Store is asked, buyer by buyer, what it took back: a refund whose notification never came
//! is found even when the store's list of notifications no longer has it.

use serde::{Deserialize, Serialize};

use super::refetch::Refetch;
use crate::audit::By;
use crate::db::{self, Tx, jobs::Claimed, jobs::Outcome};
use crate::error::{Error, Result};
use crate::keys::random_text;
use crate::model::{AppSeq, PaymentSeq, PaymentSource, ProjectId, Timestamp};
use crate::projects;
use crate::state::AppState;
use crate::stores::apple::api::ApiFailure;
use crate::stores::{Purchase, Refusal, StoreApp};

/// What `jobs` calls it; the subject is the app's number.
const KIND: &str = "refunds";
const BY: By = By::System("refund history");
const OCCASION: &str = "found in the store's refund history";
/// From one round over an app's buyers to the next.
const ROUND_MILLIS: i64 = Timestamp::DAY;
/// Apple takes requests for 90 days after a purchase, and may take its time to decide.
const BOUGHT_WITHIN_MILLIS: i64 = 120 * Timestamp::DAY;
/// Buyers asked for in one go; with the pause after it well below the ten questions a second that Apple allows.
const BUYERS_A_PASS: i64 = 50;
const PAUSE_MILLIS: i64 = 10 * Timestamp::SECOND;
const LEASE_MILLIS: i64 = 15 * Timestamp::MINUTE;
const LEASE_BYTES: usize = 12;
/// The first try after a failed one; doubled each time.
const WAIT_MILLIS: i64 = Timestamp::MINUTE;
const WAIT_MILLIS_MAX: i64 = Timestamp::HOUR;

/// The last buyer asked for in this round; kept in the job.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Progress {
    after: Option<(Timestamp, PaymentSeq)>,
}

/// Has an app's refund history looked at within a day; in the write that plans its backfill.
pub(super) async fn plan_round(tx: &mut Tx, project: &ProjectId, app: AppSeq, now: Timestamp) -> Result<()> {
    db::jobs::ensure(tx, project, (KIND, &app.to_string()), "{}", now.plus_millis(ROUND_MILLIS), now).await
}

/// Asks for the refunds of the buyers that are due. Gives how many payments turned out to be taken back.
pub async fn find_refunds_due(state: &AppState) -> Result<u64> {
    let lease = random_text(LEASE_BYTES)?;
    let mut found = 0;
    loop {
        let now = state.clock.now();
        let until = now.plus_millis(LEASE_MILLIS);
        let claimed = state.db.write(async |tx| db::jobs::claim(tx, KIND, &lease, now, until).await).await?;
        let Some(claimed) = claimed else { return Ok(found) };
        found += work(state, &claimed, &lease).await?;
    }
}

async fn work(state: &AppState, claimed: &Claimed, lease: &str) -> Result<u64> {
    let mut progress: Progress = serde_json::from_str(&claimed.data).map_err(Error::internal)?;
    let mut found = 0;
    let result = ask_for_some(state, claimed, &mut progress, &mut found).await;
    let now = state.clock.now();
    let (error, due_at) = match result {
        Ok(true) => (None, now.plus_millis(ROUND_MILLIS)),
        Ok(false) => (None, now.plus_millis(PAUSE_MILLIS)),
        Err(error) => {
            tracing::warn!(app = claimed.subject, %error, "the App Store's refund history could not be read");
            let wait = WAIT_MILLIS.saturating_mul(1 << claimed.attempts.clamp(0, 20)).min(WAIT_MILLIS_MAX);
            (Some(error.to_string()), now.plus_millis(wait))
        }
    };
    let data = serde_json::to_string(&progress).map_err(Error::internal)?;
    let outcome = Outcome { data: &data, error: error.as_deref(), due_at: Some(due_at) };
    state.db.write(async |tx| db::jobs::release(tx, claimed, lease, outcome, now).await.map(drop)).await?;
    metrics::counter!("purser_refunds_found_total", "store" => "AS").increment(found);
    Ok(found)
}

/// Goes on from where it was; true when the round is over.
async fn ask_for_some(state: &AppState, claimed: &Claimed, progress: &mut Progress, found: &mut u64) -> Result<bool> {
    let project = ProjectId(claimed.project_id.clone());
    let app = AppSeq(claimed.subject.parse().map_err(Error::internal)?);
    let app = match projects::store_app_of(state, &project, app).await {
        Err(Error::NotFound(_)) => return Ok(true),
        app => app?,
    };
    let since = state.clock.now().plus_millis(-BOUGHT_WITHIN_MILLIS);
    let (at, payment) = progress.after.clone().filter(|(at, _)| *at >= since).unwrap_or((since, PaymentSeq(String::new())));
    let mut tx = state.db.read().await?;
    let buyers = db::payments::list_buyers(&mut tx, &project, app.app_seq, (at, &payment), BUYERS_A_PASS).await?;
    drop(tx);
    for buyer in &buyers {
        *found += match state.stores.apple().list_taken_back(&app, &buyer.order_id, state.clock.now()).await {
            Ok(refunds) => enter_refunds(state, &project, &app, &refunds).await?,
            // An answer that is no good stands in no other buyer's way.
            Err(failure @ (ApiFailure::Untrusted(_) | ApiFailure::Refused { .. })) => {
                tracing::warn!(app = app.app_seq.0, payment = %buyer.payment, %failure, "a buyer's refunds can't be read");
                0
            }
            Err(failure) => return Err(Refusal::from(failure).into()),
        };
        progress.after = Some((buyer.created_at, buyer.payment.clone()));
    }
    let is_over = buyers.len() < usize::try_from(BUYERS_A_PASS).unwrap_or(usize::MAX);
    if is_over {
        progress.after = None;
    }
    Ok(is_over)
}

/// Enters what the store took back where the books still have it as paid.
async fn enter_refunds(state: &AppState, project: &ProjectId, app: &StoreApp, refunds: &[Purchase]) -> Result<u64> {
    let refetch = Refetch { project, app, by: &BY, source: PaymentSource::Backfilled, occasion: OCCASION };
    let mut found = 0;
    for purchase in refunds {
        if refetch.has_as_paid(state, &purchase.order_id).await? {
            refetch.record(state, purchase, None).await?;
            found += 1;
        }
    }
    Ok(found)
}
