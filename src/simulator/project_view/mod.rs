//! The simulated stores as one project's people see and play them: its own customers only. The clock and what goes wrong
//! are the whole server's, so only those who support every project that simulates may set them.

mod clock;
mod faults;
mod notifications;
mod read;
mod sales;
mod scope;
mod subscribers;

pub use clock::move_clock;
pub use faults::set_faults_by_form;
pub use notifications::send_notifications;
pub use read::{find_visit, get_project_view};
pub use sales::settle_sale;
pub use subscribers::change_subscriber;

use crate::error::{Error, Result};
use crate::model::{Money, Reason};

/// A price as a form has it; none when there is none.
fn read_price(price: &str, currency: &str) -> Result<Option<Money>> {
    let price = price.trim();
    if price.is_empty() {
        return Ok(None);
    }
    let price_micros = Money::parse_price(price);
    let price_micros = price_micros.ok_or_else(|| Error::invalid("price", Reason::NotAPrice))?;
    if currency.len() != 3 || !currency.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Err(Error::invalid("currency", Reason::NoCurrencyBesidePrice));
    }
    Ok(Some(Money { price_micros, currency: currency.to_owned() }))
}

/// A whole number as a form has it; none when there is none.
fn read_number<T: std::str::FromStr>(field: &'static str, text: &str) -> Result<Option<T>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| Error::invalid(field, Reason::NotAWholeNumber))
}

/// A text as a form has it; none when there is none.
fn read_text(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
