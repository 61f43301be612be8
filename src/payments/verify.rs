use serde_json::Value;

use super::claim::{Claim, ProofOrigin, admit_named, is_token};
use super::grant::{Granted, grant};
use super::outage::verify_offline;
use super::owner::record_for_owner;
use super::refusal::{Bearing, Noted, Refused, note_refusal};
use super::wait::keep_if_unreachable;
use crate::catalog::{self, CatalogVersion};
use crate::error::{Error, Result};
use crate::model::{Payment, PaymentSeq, Product, ProjectId, Purchase, RefusalCode, Renewal, Snapshot, StoreCode};
use crate::projects;
use crate::state::AppState;
use crate::stores::Refusal;
use crate::users::User;

/// A payment after a verify that succeeded.
#[derive(Debug, Clone)]
pub struct Verified {
    pub payment: Payment,
    /// The secret needed to consume it.
    pub access_token: String,
    /// Whether the caller showed that the payment's user is theirs. Only then it learns what it did not hand in itself: an app
    /// that knows a number, or the name of a purchase, has shown nothing.
    pub is_users_own: bool,
}

/// A proof brought for a reservation.
#[derive(Debug, Clone, Copy)]
pub struct Reserved<'a> {
    pub payment_seq: &'a PaymentSeq,
    /// The user whose signed token came along: only a reservation of that user is there.
    pub token_of: Option<&'a User>,
    /// What reserve answered.
    pub reservation_token: Option<&'a str>,
    /// As the store's client library gave it to the app (docs/rules.md, Proofs).
    pub proof: &'a Value,
}

/// A purchase that was not reserved: a promotion, a restore, a re-processing.
#[derive(Debug, Clone)]
pub struct Unreserved {
    pub store: StoreCode,
    /// The store's package name or bundle id; needed where a project has several apps in that store.
    pub app_id: Option<String>,
    pub user: User,
    /// As the store's client library gave it to the app.
    pub proof: Value,
}

/// Verifies the proof for a reservation. A later, valid verify always wins.
pub async fn verify_reserved(
    state: &AppState,
    from: ProofOrigin<'_>,
    project: &ProjectId,
    input: Reserved<'_>,
) -> Result<Verified> {
    let seq = input.payment_seq;
    let payment = super::find(state, project, seq).await?;
    let user = user_of(&payment);
    if input.token_of.is_some_and(|named| *named != user) {
        return Err(Error::NotFound("payment"));
    }
    let app = projects::store_app_of(state, project, payment.app_seq).await?;
    let claim = Claim::new(from, project, &app, &user, input.proof);
    let answer = ask_store(state, &claim).await?;
    let tokens = &state.keys.tokens;
    let is_reserver = |token| tokens.is_reservation_token(seq, payment.access_salt, token);
    let is_users_own =
        input.token_of.is_some() || input.reservation_token.is_some_and(is_reserver) || answer.is_users_own(state, &claim);
    let result = verify_once(state, &claim, &payment, answer).await;
    let result = keep_if_unreachable(state, &claim, Some(seq), result).await;
    result.map(|payment| verified(state, payment, is_users_own))
}

/// The same, and what follows, for a proof that waited for its store.
pub(super) async fn verify_again(state: &AppState, claim: &Claim<'_>, seq: Option<&PaymentSeq>) -> Result<()> {
    let answer = ask_store(state, claim).await?;
    if let Some(purchase) = answer.purchase() {
        record_for_owner(state, claim, purchase).await?;
    }
    match seq {
        Some(seq) => {
            let payment = super::find(state, claim.project, seq).await?;
            verify_once(state, claim, &payment, answer).await.map(drop)
        }
        None => {
            let revision = projects::get_revision(state, claim.project).await?;
            verify_alone(state, CatalogVersion { project: claim.project, revision }, claim, answer).await.map(drop)
        }
    }
}

async fn verify_once(state: &AppState, claim: &Claim<'_>, payment: &Payment, answer: Answer) -> Result<Payment> {
    let is_mere_name = answer.is_mere_name(claim);
    let own_token = claim.user.account_token(&state.keys.tokens, claim.project);
    let bearing = Bearing::of(answer.purchase(), &own_token);
    let purchase = answer.purchase().cloned();
    let result = verify_for(state, claim, payment, answer).await;
    count(claim.app.store, result.as_ref().err());
    // That an app names a purchase which is not its user's says nothing of the reservation it names it for.
    if let Err(Error::Refused { code, reason }) = &result
        && !(is_mere_name && *code == RefusalCode::ProofInvalid)
    {
        let refused = Refused { bearing, code: *code, reason, purchase: purchase.as_ref() };
        if note_refusal(state, claim, payment, refused).await? == Noted::Overtaken {
            // The store has said since that it is paid for, and says so again.
            let answer = Box::pin(ask_store(state, claim)).await?;
            return verify_for(state, claim, payment, answer).await;
        }
    }
    result
}

fn user_of(payment: &Payment) -> User {
    User { channel: payment.user_channel.clone(), key: payment.user_key.clone() }
}

async fn verify_for(state: &AppState, claim: &Claim<'_>, payment: &Payment, answer: Answer) -> Result<Payment> {
    let admitted = answer.admit(state, claim)?;
    grant_all(state, claim, Some(&payment.payment_seq), &catalog::of_payment(payment), admitted).await
}

/// Grants the purchase the proof is of, and records the others.
async fn grant_all(
    state: &AppState,
    claim: &Claim<'_>,
    reserved: Option<&PaymentSeq>,
    product: &Product,
    admitted: Admitted,
) -> Result<Payment> {
    let Admitted { purchase, others, renewal } = admitted;
    let renewal = renewal.as_ref();
    let result = grant(state, claim, reserved, Granted { product, purchase: &purchase, renewal }).await;
    grant_others(state, claim, &others, renewal).await;
    result
}

/// Records the other purchases of a proof, as a store sells several products under one token: each makes a payment of its own. That
/// one of them is refused hides none; what fails is recorded when the store tells of it, or at the next verify.
async fn grant_others(state: &AppState, claim: &Claim<'_>, others: &[Purchase], renewal: Option<&Renewal>) {
    for purchase in others {
        let product = catalog::find_in_app(state, claim.project, claim.app.app_seq, &purchase.product_id).await;
        let granted = match product {
            Ok(Some(product)) => grant(state, claim, None, Granted { product: &product, purchase, renewal }).await.map(drop),
            Ok(None) => Ok(()),
            Err(error) => Err(error),
        };
        if let Err(error) = granted {
            tracing::info!(app = claim.app.app_seq.0, code = error.code(), "another purchase of a proof was not recorded");
        }
    }
}

/// Verifies a purchase that has no reservation; the product is the one the proof names.
pub async fn verify_unreserved(
    state: &AppState,
    from: ProofOrigin<'_>,
    at: CatalogVersion<'_>,
    input: &Unreserved,
) -> Result<Verified> {
    let app = catalog::app_as_of(state, at, input.store, input.app_id.as_deref()).await?;
    let claim = Claim::new(from, at.project, &app, &input.user, &input.proof);
    let answer = ask_store(state, &claim).await?;
    let is_users_own = answer.is_users_own(state, &claim);
    let result = verify_alone(state, at, &claim, answer).await;
    let result = keep_if_unreachable(state, &claim, None, result).await;
    result.map(|payment| verified(state, payment, is_users_own))
}

async fn verify_alone(state: &AppState, at: CatalogVersion<'_>, claim: &Claim<'_>, answer: Answer) -> Result<Payment> {
    let result = find_and_grant(state, at, claim, answer).await;
    count(claim.app.store, result.as_ref().err());
    result
}

async fn find_and_grant(state: &AppState, at: CatalogVersion<'_>, claim: &Claim<'_>, answer: Answer) -> Result<Payment> {
    let admitted = answer.admit(state, claim)?;
    let product_id = &admitted.purchase.product_id;
    let product = catalog::find_as_of(state, at, claim.app.app_seq, product_id).await?.ok_or_else(|| {
        Refusal::new(RefusalCode::ProductUnknown, format!("no product {product_id:?} is configured for this app"))
    })?;
    grant_all(state, claim, None, &product, admitted).await
}

/// What a store stands behind, where the claim on it may stand.
struct Admitted {
    /// The one the proof is of.
    purchase: Purchase,
    others: Vec<Purchase>,
    renewal: Option<Renewal>,
}

/// What the store says of a proof, whoever claims it.
struct Answer {
    snapshot: Result<Snapshot, Refusal>,
    /// Whether the proof only names the purchase.
    is_name: bool,
}

async fn ask_store(state: &AppState, claim: &Claim<'_>) -> Result<Answer> {
    if claim.app.is_shut {
        return Err(Error::conflict("APP_STOPPED", "the app is not in use"));
    }
    let store = state.stores.of(claim.app.store);
    let proof = match store.read_proof(claim.app, claim.proof) {
        Ok(proof) => proof,
        Err(refusal) => return Ok(Answer { snapshot: Err(refusal), is_name: false }),
    };
    let now = state.clock.now();
    let asking = if proof.is_complete() { now.into() } else { claim.asking(now) };
    let snapshot = match store.verify(claim.app, &proof, asking).await {
        Err(refusal) if refusal.is_unanswered && claim.app.is_in_outage(now) => {
            Box::pin(verify_offline(state, claim, &proof, refusal)).await?
        }
        answer => answer,
    };
    Ok(Answer { snapshot, is_name: proof.is_name() })
}

impl Answer {
    /// The purchase the proof is of.
    fn purchase(&self) -> Option<&Purchase> {
        self.snapshot.as_ref().ok().and_then(|snapshot| snapshot.purchases.first())
    }

    /// Whether it is an app's that only names a purchase. That proves nothing, unless the store says whose the purchase is.
    fn is_mere_name(&self, claim: &Claim<'_>) -> bool {
        self.is_name && !claim.is_server
    }

    /// Whether a game server speaks for the user, or the proof is whole and carries the user's account token. The TEST store's
    /// proofs are texts anybody writes, and nothing of it is worth a secret.
    fn is_users_own(&self, state: &AppState, claim: &Claim<'_>) -> bool {
        let own_token = claim.user.account_token(&state.keys.tokens, claim.project);
        let is_bound = !self.is_name && self.purchase().is_some_and(|purchase| is_token(purchase, &own_token));
        claim.is_server || claim.app.store == StoreCode::Test || is_bound
    }

    /// The purchase and how its subscription goes on, where the claim on it may stand.
    fn admit(self, state: &AppState, claim: &Claim<'_>) -> Result<Admitted, Refusal> {
        let snapshot = match self.is_mere_name(claim) {
            true => admit_named(self.snapshot, &claim.user.account_token(&state.keys.tokens, claim.project)),
            false => self.snapshot,
        }?;
        let mut purchases = snapshot.purchases.into_iter();
        let purchase = purchases.next().ok_or_else(|| Refusal::proof("the proof is of no purchase"))?;
        Ok(Admitted { purchase, others: purchases.collect(), renewal: snapshot.renewal })
    }
}

fn verified(state: &AppState, payment: Payment, is_users_own: bool) -> Verified {
    let access_token = super::access_token(state, &payment);
    Verified { payment, access_token, is_users_own }
}

fn count(store: StoreCode, error: Option<&Error>) {
    let outcome = error.map_or("SUCCESS", Error::code);
    metrics::counter!("purser_verify_total", "store" => store.as_str(), "outcome" => outcome).increment(1);
}
