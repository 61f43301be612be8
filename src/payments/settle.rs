//! Making a proven purchase a SUCCESS, once, whoever else tries at the same time.

use super::entry::{CREATED, Entered, EntryNumbers, Presenter, Said, enter};
use super::first::{first_word, may_be_first};
use crate::db;
use crate::error::{Error, Result};
use crate::model::{Payment, PaymentStatus, RefusalCode};
use crate::state::AppState;
use crate::stores::{Refusal, StoreApp};
use crate::users::User;

/// Two entries of one order may meet where one was corrected by hand: the loser reads what the winner wrote.
const TRIES_MAX: u32 = 3;

/// Settles the purchase on its reservation, or on a payment of its own; an order granted before gives that payment again.
/// What the store said is entered even when it is another user's.
pub(super) async fn settle(state: &AppState, said: &Said<'_>, presenter: Presenter<'_>) -> Result<Payment> {
    let entered = enter_alone(state, said, Some(presenter)).await?;
    grant(entered.payment, presenter.user, said.app).map_err(Error::from)
}

/// Enters what the store said: a buyer's first word with others of its kind, all else in a write of its own.
pub(crate) async fn enter_alone(state: &AppState, said: &Said<'_>, presenter: Option<Presenter<'_>>) -> Result<Entered> {
    let numbers = EntryNumbers::take(state, said.at).await?;
    if let Some(presenter) = presenter.filter(|presenter| may_be_first(said, *presenter))
        && let Some(payment) = state.first_entries.enter(first_word(said, presenter, &numbers)?).await?
    {
        return Ok(Entered { payment, effect: CREATED });
    }
    // In a box, so that the many first words carry none of it.
    Box::pin(enter_by_itself(state, said, presenter, &numbers)).await
}

async fn enter_by_itself(
    state: &AppState,
    said: &Said<'_>,
    presenter: Option<Presenter<'_>>,
    numbers: &EntryNumbers,
) -> Result<Entered> {
    let mut tries = 0;
    loop {
        tries += 1;
        match state.db.write(async |tx| enter(tx, said, presenter, numbers).await).await {
            Err(error) if error.is_lost_race() && tries < TRIES_MAX => {}
            other => return other,
        }
    }
}

/// The same user gets the same answer again; nobody gets the goods twice.
fn grant(payment: Payment, user: &User, app: &StoreApp) -> Result<Payment, Refusal> {
    if payment.user_key != user.key || payment.user_channel != user.channel {
        return Err(Refusal::new(RefusalCode::OwnedByAnotherUser, "another user has presented this purchase before"));
    }
    match payment.status {
        PaymentStatus::Refund => Err(Refusal::new(RefusalCode::Refunded, "the purchase was refunded")),
        _ if payment.consumed_at.is_some() => {
            Err(Refusal::new(RefusalCode::AlreadyConsumed, "the purchase was verified and consumed before"))
        }
        // Whoever treats it as done does the right thing: its goods were given by the server that was in charge.
        _ if payment.is_due() && payment.is_before_charge => {
            let since = app.in_charge_since.to_rfc3339();
            let reason = format!("bought before {since}, when another server granted what was bought in this app");
            Err(Refusal::new(RefusalCode::AlreadyConsumed, reason))
        }
        _ => Ok(payment),
    }
}

/// The store says that a purchase is over or taken back: what the books have of it is brought up to date, and nothing is
/// made that they have not.
pub(super) async fn enter_known(state: &AppState, said: &Said<'_>) -> Result<()> {
    let order_id = &said.purchase.order_id;
    let mut tx = state.db.read().await?;
    let known = db::payments::find_by_order(&mut tx, said.project, said.app.app_seq, order_id).await?.is_some();
    drop(tx);
    if known {
        enter_alone(state, said, None).await?;
    }
    Ok(())
}
