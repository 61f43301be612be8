//! Who did what.

use super::{PageRequest, Tx, next_row_id, on};
use crate::error::Result;
use crate::model::{AuditQuery, AuditRow, Cursor, ProjectId, Timestamp};

/// A row to write; `before` and `after` are JSON text.
pub struct NewRow<'a> {
    pub at: Timestamp,
    pub actor: &'a str,
    pub project_id: Option<&'a str>,
    pub action: &'a str,
    pub target: &'a str,
    pub before: Option<&'a str>,
    pub after: Option<&'a str>,
    pub address: Option<&'a str>,
}

pub async fn insert(tx: &mut Tx, row: &NewRow<'_>) -> Result<()> {
    const SQL: &str = "INSERT INTO audit_log (row_no, at, actor, project_id, action, target, before, after, address)
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    on!(tx, c => {
        sqlx::query(SQL).bind(next_row_id(row.at)).bind(row.at).bind(row.actor).bind(row.project_id).bind(row.action)
            .bind(row.target).bind(row.before).bind(row.after).bind(row.address).execute(c).await?;
    });
    Ok(())
}

/// One page of what was done, newest first.
pub async fn list(tx: &mut Tx, query: &AuditQuery, page: &PageRequest<i64>) -> Result<Vec<AuditRow>> {
    let end = Cursor { at: query.to.unwrap_or(Timestamp(i64::MAX)), key: 0 };
    let before = page.after.as_ref().unwrap_or(&end);
    let mut sql = String::from(
        "SELECT a.row_no, a.at, a.actor, a.project_id, p.name AS project_name, a.action, a.target, o.email AS target_email,
                a.before, a.after, a.address
         FROM audit_log a LEFT JOIN projects p ON p.id = a.project_id
         LEFT JOIN operators o ON o.id = SUBSTR(a.target, 10) AND a.target LIKE 'operator:%'
         WHERE (a.at < $1 OR (a.at = $1 AND a.row_no < $2)) AND a.at >= $4",
    );
    // Only what is asked for stands in the text, so that the index of that column serves.
    let filters = [
        ("project_id", query.project.as_ref().map(ProjectId::as_str)),
        ("actor", query.actor.as_deref()),
        ("action", query.action.as_deref()),
        ("target", query.target.as_deref()),
    ];
    let mut values = Vec::new();
    for (column, value) in filters {
        if let Some(value) = value {
            values.push(value);
            sql.push_str(&format!(" AND a.{column} = ${}", values.len() + 4));
        }
    }
    sql.push_str(" ORDER BY a.at DESC, a.row_no DESC LIMIT $3");
    let from = query.from.map_or(0, |from| from.0);
    on!(tx, c => {
        let mut query = sqlx::query_as(sqlx::AssertSqlSafe(sql.clone())).bind(before.at).bind(before.key).bind(i64::from(page.rows())).bind(from);
        for value in &values {
            query = query.bind(*value);
        }
        Ok(query.fetch_all(c).await?)
    })
}

/// Every action there is a row of, in order; each is found by one look into the index.
pub async fn list_actions(tx: &mut Tx) -> Result<Vec<String>> {
    const SQL: &str = "WITH RECURSIVE found (action) AS (
             SELECT MIN(action) FROM audit_log
             UNION ALL
             SELECT (SELECT MIN(action) FROM audit_log WHERE action > found.action) FROM found WHERE found.action IS NOT NULL)
         SELECT action FROM found WHERE action IS NOT NULL";
    on!(tx, c => Ok(sqlx::query_scalar(SQL).fetch_all(c).await?))
}
