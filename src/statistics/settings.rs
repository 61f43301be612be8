//! How a project's numbers are shown: its time zone, the currency its revenue is added up in, and what others are worth.

use serde_json::json;

use crate::audit::{self, By, Change};
use crate::db::statistics::rates;
use crate::error::{Error, Result};
use crate::model::{Day, ExchangeRate, Kept, NamedZone, ProjectId, Reason, StatisticsSettings};
use crate::state::AppState;

/// What an administrator enters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsInput<'a> {
    pub time_zone: &'a str,
    /// Empty for none.
    pub sum_currency: &'a str,
}

pub async fn get_settings(state: &AppState, project: &ProjectId) -> Result<StatisticsSettings> {
    rates::find(&mut state.db.read().await?, project).await?.ok_or(Error::NotFound("project"))
}

/// Changes zone and currency. With another zone all payments are added up anew in the background.
pub async fn update_settings(state: &AppState, by: &By, project: &ProjectId, input: &SettingsInput<'_>) -> Result<()> {
    let at = state.clock.now();
    let zone = NamedZone::parse(input.time_zone.trim()).ok_or(Error::invalid("timeZone", Reason::NotATimeZone))?;
    let currency = match input.sum_currency.trim() {
        "" => None,
        text => Some(parse_currency("sumCurrency", text)?),
    };
    state
        .db
        .write(async |tx| {
            let before = rates::find(tx, project).await?.ok_or(Error::NotFound("project"))?;
            if before.time_zone == zone.name() && before.sum_currency == currency {
                return Ok(());
            }
            rates::update(tx, project, zone.name(), currency.as_deref(), at).await?;
            let change = Change {
                action: "project.update_statistics",
                project: Some(project),
                target: format!("project:{project}"),
                before: Some(json!({ "timeZone": before.time_zone, "sumCurrency": before.sum_currency })),
                after: Some(json!({ "timeZone": zone.name(), "sumCurrency": currency })),
            };
            audit::record(tx, by, at, change).await
        })
        .await
}

/// Keeps what a currency is worth from a day on, in the currency that is added up in.
pub async fn save_rate(
    state: &AppState,
    by: &By,
    project: &ProjectId,
    currency: &str,
    valid_from: &str,
    rate: &str,
) -> Result<()> {
    let currency = parse_currency("currency", currency.trim())?;
    let valid_from = Day::parse(valid_from.trim()).ok_or(Error::invalid("validFrom", Reason::NotADay))?;
    let rate_billionths = ExchangeRate::parse_rate(rate.trim()).ok_or(Error::invalid("rate", Reason::NotARate))?;
    let rate = ExchangeRate { currency, valid_from, rate_billionths };
    write_rate(state, by, project, &rate, true).await
}

/// Takes a rate away; the one before it holds again.
pub async fn delete_rate(state: &AppState, by: &By, project: &ProjectId, currency: &str, valid_from: &str) -> Result<()> {
    let valid_from = Day::parse(valid_from).ok_or(Error::invalid("validFrom", Reason::NotADay))?;
    let rate = ExchangeRate { currency: currency.to_owned(), valid_from, rate_billionths: 0 };
    write_rate(state, by, project, &rate, false).await
}

async fn write_rate(state: &AppState, by: &By, project: &ProjectId, rate: &ExchangeRate, is_kept: bool) -> Result<()> {
    let at = state.clock.now();
    state
        .db
        .write(async |tx| {
            let settings = rates::find(tx, project).await?.ok_or(Error::NotFound("project"))?;
            let sum_currency = settings.sum_currency.as_deref().ok_or(Error::invalid("currency", Reason::NotACurrency))?;
            if rate.currency == sum_currency {
                return Err(Error::invalid("currency", Reason::InUse));
            }
            let same = |one: &&ExchangeRate| one.currency == rate.currency && one.valid_from == rate.valid_from;
            let before = settings.rates.iter().find(same);
            match is_kept {
                true if before.is_none() && settings.rates.len() as i64 >= rates::RATES_MAX => {
                    return Err(Error::invalid("rate", Reason::OneTooMany { of: Kept::Rates, max: rates::RATES_MAX }));
                }
                true => rates::save(tx, project, sum_currency, rate).await?,
                false if before.is_none() => return Err(Error::NotFound("rate")),
                false => {
                    rates::delete(tx, project, sum_currency, &rate.currency, rate.valid_from).await?;
                }
            }
            let view = |one: &ExchangeRate| {
                json!({ "currency": one.currency, "in": sum_currency, "validFrom": one.valid_from.to_string(), "rate": one.rate_text() })
            };
            let change = Change {
                action: "project.update_rate",
                project: Some(project),
                target: format!("project:{project}"),
                before: before.map(view),
                after: is_kept.then(|| view(rate)),
            };
            audit::record(tx, by, at, change).await
        })
        .await
}

fn parse_currency(field: &str, text: &str) -> Result<String> {
    let is_code = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    match is_code {
        true => Ok(text.to_ascii_uppercase()),
        false => Err(Error::invalid(field, Reason::NotACurrency)),
    }
}
