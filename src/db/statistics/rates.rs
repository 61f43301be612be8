//! A project's time zone, the currency its revenue is added up in, and what the others are worth.

use crate::db::{Tx, on};
use crate::error::Result;
use crate::model::{Day, ExchangeRate, ProjectId, StatisticsSettings, Timestamp};

/// Rates of one currency to add up in: 20 currencies for ten years of months.
pub const RATES_MAX: i64 = 2_400;

/// Name of the zone and the currency; none when there is no such project.
pub async fn find(tx: &mut Tx, project: &ProjectId) -> Result<Option<StatisticsSettings>> {
    const SQL: &str = "SELECT time_zone, sum_currency FROM projects WHERE id = $1";
    let row: Option<(String, Option<String>)> = on!(tx, c => sqlx::query_as(SQL).bind(project).fetch_optional(c).await?);
    let Some((time_zone, sum_currency)) = row else { return Ok(None) };
    let rates = match &sum_currency {
        Some(currency) => list(tx, project, currency).await?,
        None => Vec::new(),
    };
    Ok(Some(StatisticsSettings { time_zone, sum_currency, rates }))
}

async fn list(tx: &mut Tx, project: &ProjectId, sum_currency: &str) -> Result<Vec<ExchangeRate>> {
    const SQL: &str = "SELECT currency, valid_from, rate_billionths FROM exchange_rates
         WHERE project_id = $1 AND sum_currency = $2 ORDER BY currency, valid_from DESC LIMIT $3";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).bind(sum_currency).bind(RATES_MAX).fetch_all(c).await?))
}

/// Changes zone and currency.
pub async fn update(tx: &mut Tx, project: &ProjectId, time_zone: &str, sum_currency: Option<&str>, at: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE projects SET time_zone = $2, sum_currency = $3, updated_at = $4 WHERE id = $1";
    on!(tx, c => {
        sqlx::query(SQL).bind(project).bind(time_zone).bind(sum_currency).bind(at).execute(c).await?;
    });
    Ok(())
}

/// Keeps a rate; it takes the place of another of the same day.
pub async fn save(tx: &mut Tx, project: &ProjectId, sum_currency: &str, rate: &ExchangeRate) -> Result<()> {
    const SQL: &str = "INSERT INTO exchange_rates (project_id, sum_currency, currency, valid_from, rate_billionths)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (project_id, sum_currency, currency, valid_from)
         DO UPDATE SET rate_billionths = excluded.rate_billionths";
    on!(tx, c => {
        sqlx::query(SQL).bind(project).bind(sum_currency).bind(&rate.currency).bind(rate.valid_from).bind(rate.rate_billionths)
            .execute(c).await?;
    });
    Ok(())
}

/// Removes a rate; false when it is not there.
pub async fn delete(tx: &mut Tx, project: &ProjectId, sum_currency: &str, currency: &str, valid_from: Day) -> Result<bool> {
    const SQL: &str = "DELETE FROM exchange_rates
         WHERE project_id = $1 AND sum_currency = $2 AND currency = $3 AND valid_from = $4";
    on!(tx, c => {
        let done = sqlx::query(SQL).bind(project).bind(sum_currency).bind(currency).bind(valid_from).execute(c).await?;
        Ok(done.rows_affected() == 1)
    })
}
