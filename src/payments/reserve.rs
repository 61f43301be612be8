use crate::audit::By;
use crate::error::{Error, Result};
use crate::keys::random_salt;
use crate::ledger::{NewPayment, event};
use crate::model::{Attribution, EventKind, Payment, PaymentSource, PaymentStatus, ProjectId, Reason, StoreCode};
use crate::state::AppState;
use crate::users::User;
use crate::{catalog, db};

const PAYLOAD_BYTES_MAX: usize = 4096;

/// What a player is about to buy.
#[derive(Debug, Clone)]
pub struct Reserve {
    pub store: StoreCode,
    /// The store's package name or bundle id; needed where a project has several apps in that store.
    pub app_id: Option<String>,
    /// The product's id in the store's console.
    pub product_id: String,
    pub user: User,
    /// The developer's own text, at most 4 KiB, given back with the payment.
    pub payload: Option<String>,
}

/// A payment before the store's sheet opens.
#[derive(Debug, Clone)]
pub struct Reservation {
    pub payment: Payment,
    /// UUID the app hands to the store.
    pub account_token: String,
    /// Proves who reserved: whoever holds it may close the payment.
    pub reservation_token: String,
}

/// Reserves a payment: fixes user, app, product and payload before the store's sheet opens.
pub async fn reserve(state: &AppState, by: &By, project: &ProjectId, input: Reserve) -> Result<Reservation> {
    if input.payload.as_ref().is_some_and(|payload| payload.len() > PAYLOAD_BYTES_MAX) {
        return Err(Error::invalid("payload", Reason::BytesAtMost { max: PAYLOAD_BYTES_MAX }));
    }
    let (app, product) = catalog::on_sale(state, project, input.store, input.app_id.as_deref(), &input.product_id).await?;
    let account_token = input.user.account_token(&state.keys.tokens, project);
    let at = state.clock.now();
    let seq = state.numbers.next_payment(at).await?;
    let access_salt = random_salt()?;
    let new = NewPayment {
        app: &app,
        product: &product,
        user: Some(&input.user),
        attribution: Attribution::Presenter,
        source: PaymentSource::Reservation,
        payment_seq: seq,
        access_salt,
        at,
    };
    let payment = Payment { payload: input.payload.clone(), ..new.into_payment() };
    state
        .db
        .write(async |tx| {
            db::users::insert(tx, project, &input.user.channel, &input.user.key, &account_token, at).await?;
            if !db::payments::insert(tx, project, &payment).await? {
                return Err(Error::internal("a payment number was given out twice"));
            }
            let line = event(by, at, EventKind::Reserve, None, PaymentStatus::Reserved);
            db::payment_events::insert(tx, project, &payment.payment_seq, &line).await
        })
        .await?;
    metrics::counter!("purser_payments_reserved_total", "store" => app.store.as_str()).increment(1);
    let reservation_token = state.keys.tokens.reservation_token(&payment.payment_seq, access_salt);
    Ok(Reservation { payment, account_token, reservation_token })
}
