use super::entry::{Presenter, Said};
use super::evaluate::{Expected, evaluate};
use super::refusal::{Bearing, note_refusal};
use super::settle::{enter_known, settle};
use super::wait::{Presented, keep_if_unreachable};
use crate::audit::By;
use crate::catalog::{self, AsOf};
use crate::error::{Error, Result};
use crate::model::{AppSeq, Payment, PaymentSeq, PaymentSource, Product, ProjectId, RefusalCode, StoreCode};
use crate::projects;
use crate::state::AppState;
use crate::stores::{Proof, Purchase, Refusal, StoreApp};
use crate::users::User;

/// A payment after a verify that succeeded.
#[derive(Debug, Clone)]
pub struct Verified {
    pub payment: Payment,
    /// The secret needed to consume it.
    pub access_token: String,
}

/// A purchase that was not reserved: a promotion, a restore, a re-processing.
#[derive(Debug, Clone)]
pub struct Unreserved {
    pub store: StoreCode,
    /// The store's package name or bundle id; needed where a project has several apps in that store.
    pub app_id: Option<String>,
    pub user: User,
    pub proof: Proof,
}

/// Verifies the proof for a reservation. A later, valid verify always wins. With a user's signed token, only a reservation of
/// that user is there.
pub async fn verify_reserved(
    state: &AppState,
    by: &By,
    project: &ProjectId,
    (seq, token_of): (&PaymentSeq, Option<&User>),
    proof: &Proof,
) -> Result<Verified> {
    let payment = super::find(state, project, seq).await?;
    let user = user_of(&payment);
    if token_of.is_some_and(|named| *named != user) {
        return Err(Error::NotFound("payment"));
    }
    let app = projects::store_app_of(state, project, payment.app_seq).await?;
    let result = verify_once(state, by, project, (&app, &payment), proof).await;
    let presented = Presented { project, app: &app, payment: Some(seq), user: &user, proof };
    keep_if_unreachable(state, &presented, &result).await?;
    result.map(|payment| verified(state, payment))
}

/// The same for a proof that waited for its store.
pub(super) async fn verify_reserved_again(
    state: &AppState,
    by: &By,
    project: &ProjectId,
    seq: &PaymentSeq,
    proof: &Proof,
) -> Result<()> {
    let payment = super::find(state, project, seq).await?;
    let app = projects::store_app_of(state, project, payment.app_seq).await?;
    verify_once(state, by, project, (&app, &payment), proof).await.map(drop)
}

async fn verify_once(
    state: &AppState,
    by: &By,
    project: &ProjectId,
    (app, payment): (&StoreApp, &Payment),
    proof: &Proof,
) -> Result<Payment> {
    let (user, product) = (user_of(payment), catalog::of_payment(payment));
    let asked = ask_store(state, app, proof).await;
    let bearing = Bearing::of(asked.as_ref().ok(), &user.account_token(&state.keys.tokens, project));
    let result = match asked {
        Ok(purchase) => {
            let to = Grant { project, app, product: &product, user: &user, reserved: Some(&payment.payment_seq) };
            grant(state, by, to, &purchase).await
        }
        Err(error) => Err(error),
    };
    count(app.store, result.as_ref().err());
    if let Err(Error::Refused { code, reason }) = &result {
        note_refusal(state, (by, bearing), project, payment, (*code, reason)).await?;
    }
    result
}

fn user_of(payment: &Payment) -> User {
    User { channel: payment.user_channel.clone(), key: payment.user_key.clone() }
}

/// Verifies a purchase that has no reservation; the product is the one the proof names.
pub async fn verify_unreserved(state: &AppState, by: &By, at: AsOf<'_>, input: &Unreserved) -> Result<Verified> {
    let app = catalog::app_as_of(state, at, input.store, input.app_id.as_deref()).await?;
    let result = verify_alone(state, by, at, &app, (&input.user, &input.proof)).await;
    let presented = Presented { project: at.project, app: &app, payment: None, user: &input.user, proof: &input.proof };
    keep_if_unreachable(state, &presented, &result).await?;
    result.map(|payment| verified(state, payment))
}

/// The same for a proof that waited for its store.
pub(super) async fn verify_again(
    state: &AppState,
    by: &By,
    project: &ProjectId,
    app: AppSeq,
    presented: (&User, &Proof),
) -> Result<()> {
    let revision = projects::get_revision(state, project).await?;
    let app = projects::store_app_of(state, project, app).await?;
    verify_alone(state, by, AsOf { project, revision }, &app, presented).await.map(drop)
}

async fn verify_alone(state: &AppState, by: &By, at: AsOf<'_>, app: &StoreApp, presented: (&User, &Proof)) -> Result<Payment> {
    let result = find_and_grant(state, by, at, app, presented).await;
    count(app.store, result.as_ref().err());
    result
}

async fn find_and_grant(
    state: &AppState,
    by: &By,
    at: AsOf<'_>,
    app: &StoreApp,
    (user, proof): (&User, &Proof),
) -> Result<Payment> {
    let purchase = ask_store(state, app, proof).await?;
    let product = catalog::find_as_of(state, at, app.app_seq, &purchase.product_id).await?.ok_or_else(|| {
        Refusal::new(RefusalCode::ProductUnknown, format!("no product {:?} is configured for this app", purchase.product_id))
    })?;
    grant(state, by, Grant { project: at.project, app, product: &product, user, reserved: None }, &purchase).await
}

async fn ask_store(state: &AppState, app: &StoreApp, proof: &Proof) -> Result<Purchase> {
    Ok(state.stores.get(app.store)?.verify(app, proof, state.clock.now()).await?)
}

struct Grant<'a> {
    project: &'a ProjectId,
    app: &'a StoreApp,
    product: &'a Product,
    user: &'a User,
    reserved: Option<&'a PaymentSeq>,
}

/// Evaluates what the store said and puts it into the books.
async fn grant(state: &AppState, by: &By, to: Grant<'_>, purchase: &Purchase) -> Result<Payment> {
    let at = state.clock.now();
    let account_token = to.user.account_token(&state.keys.tokens, to.project);
    let expected = Expected {
        product_id: &to.product.store_product_id,
        product_type: to.product.product_type,
        account_token: &account_token,
        now: at,
    };
    let (project, app, product) = (to.project, to.app, to.product);
    let said = Said { project, app, product, purchase, renewal: None, by, source: PaymentSource::Verify, occasion: None, at };
    if let Err(refusal) = evaluate(purchase, &expected) {
        if purchase.revoked_at.is_some() || refusal.code == RefusalCode::Expired {
            enter_known(state, &Said { by: &By::Store, ..said }).await?;
        }
        return Err(refusal.into());
    }
    settle(state, &said, Presenter { user: to.user, account_token: &account_token, reserved: to.reserved }).await
}

fn verified(state: &AppState, payment: Payment) -> Verified {
    let access_token = super::access_token(state, &payment);
    Verified { payment, access_token }
}

fn count(store: StoreCode, error: Option<&Error>) {
    let outcome = error.map_or("SUCCESS", Error::code);
    metrics::counter!("purser_verify_total", "store" => store.as_str(), "outcome" => outcome).increment(1);
}
