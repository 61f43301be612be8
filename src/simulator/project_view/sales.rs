//! The form that gives money back.

use super::read_number;
use super::scope::own_app;
use crate::db;
use crate::error::{Error, Result};
use crate::model::{Money, SaleAction, SaleForm, SimulatedPurchase, SimulatorReason};
use crate::simulator::refund::{Refund, Settle, settle};
use crate::simulator::settings::require_on;
use crate::state::AppState;

/// Thousandths of a percent in a percent, and millionths.
const MICROS_A_MILLI: i64 = 1_000;

/// Does what a form says to one of the project's purchases, and notifies of it.
pub async fn settle_sale(state: &AppState, form: &SaleForm) -> Result<SimulatedPurchase> {
    require_on(state)?;
    let mut tx = state.db.read().await?;
    let found = db::simulator::find_purchase(&mut tx, form.environment, &form.store_app_id, &form.order).await?;
    drop(tx);
    let sale = found.ok_or(Error::NotFound("simulated app"))?;
    own_app(state, &form.project, sale.store, &form.store_app_id).await?;
    if !sale.actions().contains(&form.action) {
        return Err(Error::conflict("WRONG_STATE", "that can not be done to it now"));
    }
    let what = match form.action {
        SaleAction::Refund => Settle::Refund(Refund {
            is_app_issue: form.app_issue,
            percentage: read_percentage(&form.percentage)?,
            quantity: read_number("quantity", &form.quantity)?,
            ..Refund::default()
        }),
        SaleAction::RequestRefund => Settle::RequestRefund { reason: form.reason.clone() },
        SaleAction::DeclineRefund => Settle::DeclineRefund,
        SaleAction::ReverseRefund => Settle::ReverseRefund,
        SaleAction::Pay => Settle::Pay,
        SaleAction::DropPayment => Settle::DropPayment,
    };
    settle(state, form.environment, &form.store_app_id, &form.order, what).await
}

/// `33.3` as thousandths of a percent; none for the whole.
fn read_percentage(text: &str) -> Result<Option<i64>> {
    let text = text.trim();
    if text.is_empty() || text == "100" {
        return Ok(None);
    }
    let millis = Money::parse_micros(text).filter(|micros| micros % MICROS_A_MILLI == 0).map(|micros| micros / MICROS_A_MILLI);
    millis.map(Some).ok_or_else(|| Error::invalid("percentage", SimulatorReason::NotAPercentage))
}
