//! Many rows in one trip to the database. `{rows}` in a statement stands for its rows, in the order of its columns: written
//! out on SQLite, where 1, 2, 4, … of them go together so that few statements have to be kept; one array for each column on
//! PostgreSQL, whose planner works longer on every parameter.

mod values;

use std::ops::Range;
use std::sync::Arc;

use sqlx::postgres::{PgArguments, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, AssertSqlSafe, FromRow};

use super::tx::{Conn, Tx};
use crate::error::{Error, Result};

pub use values::{Rows, Value};

/// How many rows go together on SQLite, at most.
const CHUNK_MAX: usize = 64;
/// How many bytes go to PostgreSQL together, at most, unless one row is larger. What does not fit into the socket's first buffer
/// leaves in two pieces, and sqlx has the kernel hold back the second until the first is acknowledged, 40 ms later.
const BYTES_MAX: usize = 12 * 1024;

/// A statement and its rows.
pub type Statement<'a> = (&'static str, Rows<'a>);

/// Runs statements about equally many rows. On PostgreSQL they go together: none sees what another of them writes.
pub async fn execute(tx: &mut Tx, statements: &[Statement<'_>]) -> Result<()> {
    let count = statements.iter().map(|(_, rows)| rows.count()).min().unwrap_or(0);
    match tx.conn() {
        Conn::Sqlite(c) => {
            for part in chunks(count) {
                let (sql, arguments) = on_sqlite(statements, &part)?;
                sqlx::query_with(AssertSqlSafe(sql), arguments).execute(&mut *c).await?;
            }
        }
        Conn::Postgres(c) => {
            for part in pieces(statements, count) {
                let (sql, arguments) = on_postgres(statements, &part)?;
                sqlx::query_with(AssertSqlSafe(sql), arguments).execute(&mut *c).await?;
            }
        }
    }
    Ok(())
}

/// Runs one statement and gives the rows it returns, in any order.
pub async fn fetch<R>(tx: &mut Tx, statement: Statement<'_>) -> Result<Vec<R>>
where
    R: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
{
    let (statements, mut found) = ([statement], Vec::new());
    let count = statements[0].1.count();
    match tx.conn() {
        Conn::Sqlite(c) => {
            for part in chunks(count) {
                let (sql, arguments) = on_sqlite(&statements, &part)?;
                found.extend(sqlx::query_as_with::<_, R, _>(AssertSqlSafe(sql), arguments).fetch_all(&mut *c).await?);
            }
        }
        Conn::Postgres(c) => {
            for part in pieces(&statements, count) {
                let (sql, arguments) = on_postgres(&statements, &part)?;
                found.extend(sqlx::query_as_with::<_, R, _>(AssertSqlSafe(sql), arguments).fetch_all(&mut *c).await?);
            }
        }
    }
    Ok(found)
}

/// As many as there are, in parts of 1, 2, 4, …, the largest first.
fn chunks(count: usize) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let most = 1 << (count - start).checked_ilog2()?;
        let part = start..start + CHUNK_MAX.min(most);
        start = part.end;
        Some(part)
    })
}

/// As many as there are, in parts that are small enough to be sent at once.
fn pieces(statements: &[Statement<'_>], count: usize) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let (mut end, mut bytes) = (start, 0);
        while end < count {
            bytes += statements.iter().map(|(_, rows)| rows.size(end)).sum::<usize>();
            if bytes > BYTES_MAX && end > start {
                break;
            }
            end += 1;
        }
        let part = start..end;
        start = end;
        (!part.is_empty()).then_some(part)
    })
}

/// Parameters have no names here: sqlx asks SQLite for the name of each, a walk through all names every time. A text that
/// the row above has too, as most columns of a batch do, is shared with it.
fn on_sqlite(statements: &[Statement<'_>], part: &Range<usize>) -> Result<(String, SqliteArguments)> {
    let mut arguments = SqliteArguments::default();
    let mut texts = Vec::with_capacity(statements.len());
    for (sql, rows) in statements {
        let row = format!("({})", vec!["?"; rows.width].join(","));
        let listed = format!("(VALUES {}) AS given", vec![row.as_str(); part.len()].join(","));
        texts.push(sql.replace("{rows}", &listed));
        let mut above: Vec<Option<Arc<str>>> = vec![None; rows.width];
        for row in rows.part(part).chunks(rows.width) {
            for (value, above) in row.iter().zip(&mut above) {
                match value {
                    Value::Text(text) => {
                        if above.as_deref() != text.as_deref() {
                            *above = text.as_deref().map(Arc::from);
                        }
                        arguments.add(above.clone())
                    }
                    Value::Number(number) => arguments.add(number),
                }
                .map_err(Error::internal)?;
            }
        }
    }
    Ok((texts.join("; "), arguments))
}

fn on_postgres(statements: &[Statement<'_>], part: &Range<usize>) -> Result<(String, PgArguments)> {
    let mut arguments = PgArguments::default();
    let mut texts = Vec::with_capacity(statements.len());
    for (sql, rows) in statements {
        let first = arguments.len() + 1;
        let list = |prefix: &str, first: usize| {
            (first..first + rows.width).map(|number| format!("{prefix}{number}")).collect::<Vec<_>>().join(",")
        };
        let listed = format!("UNNEST({}) AS given({})", list("$", first), list("column", 1));
        texts.push(sql.replace("{rows}", &listed));
        for column in 0..rows.width {
            let values = rows.part(part).iter().skip(column).step_by(rows.width);
            match rows.values.get(column) {
                Some(Value::Number(_)) => arguments.add(values.map(Value::number).collect::<Vec<_>>()),
                _ => arguments.add(values.map(Value::text).collect::<Vec<_>>()),
            }
            .map_err(Error::internal)?;
        }
    }
    let last = texts.pop().unwrap_or_default();
    let before = texts.iter().enumerate().map(|(index, text)| format!("s{index} AS ({text})")).collect::<Vec<_>>().join(", ");
    let text = if before.is_empty() { last } else { format!("WITH {before} {last}") };
    Ok((text, arguments))
}

#[cfg(test)]
mod tests;
