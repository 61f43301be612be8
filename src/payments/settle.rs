//! Making a proven purchase a SUCCESS, once, whoever else tries at the same time.

use super::entry::{Entered, EntryNumbers, Presenter, Said, enter, enter_first, may_be_first};
use crate::db;
use crate::error::{Error, Result};
use crate::model::{Payment, PaymentStatus, RefusalCode};
use crate::state::AppState;
use crate::stores::Refusal;
use crate::users::User;

/// A first try takes the short way, which a known purchase closes; and two entries of one order may meet where one was
/// corrected by hand: the loser reads what the winner wrote.
const TRIES_MAX: u32 = 4;

/// Settles the purchase on its reservation, or on a payment of its own; an order granted before gives that payment again.
/// What the store said is entered even when it is another user's.
pub(super) async fn settle(state: &AppState, said: &Said<'_>, presenter: Presenter<'_>) -> Result<Payment> {
    let entered = enter_alone(state, said, Some(presenter)).await?;
    grant(entered.payment, presenter.user).map_err(Error::from)
}

/// Enters what the store said in a write of its own.
pub(crate) async fn enter_alone(state: &AppState, said: &Said<'_>, presenter: Option<Presenter<'_>>) -> Result<Entered> {
    let numbers = EntryNumbers::take(state, said.at).await?;
    let mut tries = 0;
    loop {
        tries += 1;
        let first = presenter.filter(|presenter| tries == 1 && may_be_first(said, *presenter));
        let entered = state.db.write(async |tx| match first {
            Some(presenter) => enter_first(tx, said, presenter, &numbers).await,
            None => enter(tx, said, presenter, &numbers).await,
        });
        match entered.await {
            Err(Error::Database(error)) if is_unique_violation(&error) && tries < TRIES_MAX => {}
            other => return other,
        }
    }
}

/// The same user gets the same answer again; nobody gets the goods twice.
fn grant(payment: Payment, user: &User) -> Result<Payment, Refusal> {
    if payment.user_key != user.key || payment.user_channel != user.channel {
        return Err(Refusal::new(RefusalCode::OwnedByAnotherUser, "another user has presented this purchase before"));
    }
    match payment.status {
        PaymentStatus::Refund => Err(Refusal::new(RefusalCode::Refunded, "the purchase was refunded")),
        _ if payment.consumed_at.is_some() => {
            Err(Refusal::new(RefusalCode::AlreadyConsumed, "the purchase was verified and consumed before"))
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

fn is_unique_violation(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| error.is_unique_violation())
}
