//! A payment's timeline; written with every change, never altered, and removed only with a reservation nobody paid.

use std::collections::HashMap;

use super::bulk::{self, Value};
use super::{Tx, next_row_id, on};
use crate::error::Result;
use crate::model::{Actor, EventKind, Evidence, PaymentEvent, PaymentSeq, PaymentStatus, ProjectId};

/// Writes lines; of `values`.
pub(super) const INSERT: &str = "INSERT INTO payment_events
         (payment_seq, row_no, project_id, at, actor, actor_name, kind, from_status, to_status, reason, evidence)
     SELECT * FROM {rows}";

pub(super) fn values<'a>(project: &'a ProjectId, seq: &'a PaymentSeq, event: &'a PaymentEvent) -> [Value<'a>; 11] {
    [
        seq.as_str().into(),
        next_row_id(event.at).into(),
        project.as_str().into(),
        event.at.0.into(),
        event.actor.as_str().into(),
        event.actor_name.as_deref().into(),
        event.kind.as_str().into(),
        event.from.map(PaymentStatus::as_str).into(),
        event.to.as_str().into(),
        event.reason.as_deref().into(),
        event.evidence.as_ref().map(Evidence::as_str).into(),
    ]
}

/// Writes one line.
pub async fn insert(tx: &mut Tx, project: &ProjectId, seq: &PaymentSeq, event: &PaymentEvent) -> Result<()> {
    bulk::execute(tx, &[(INSERT, [values(project, seq, event)].into_iter().collect())]).await
}

/// Writes the same line for several payments.
pub async fn insert_for_all(tx: &mut Tx, project: &ProjectId, seqs: &[PaymentSeq], event: &PaymentEvent) -> Result<()> {
    let rows = seqs.iter().map(|seq| values(project, seq, event)).collect();
    bulk::execute(tx, &[(INSERT, rows)]).await
}

/// How many lines of a kind a payment has.
pub async fn count(tx: &mut Tx, project: &ProjectId, seq: &PaymentSeq, kind: EventKind) -> Result<i64> {
    const SQL: &str = "SELECT COUNT(*) FROM payment_events WHERE payment_seq = $1 AND project_id = $2 AND kind = $3";
    on!(tx, c => {
        Ok(sqlx::query_scalar(SQL).bind(seq).bind(project).bind(kind).fetch_one(c).await?)
    })
}

/// One line of one of several payments.
#[derive(sqlx::FromRow)]
struct Line {
    payment_seq: PaymentSeq,
    #[sqlx(flatten)]
    event: PaymentEvent,
}

/// The lines of several payments that brought them where they stand, without evidence, each payment's oldest first. Remarks are
/// left out.
pub async fn list_changes(
    tx: &mut Tx,
    project: &ProjectId,
    seqs: &[PaymentSeq],
) -> Result<HashMap<PaymentSeq, Vec<PaymentEvent>>> {
    const SQL: &str =
        "SELECT e.payment_seq, e.at, e.actor, e.actor_name, e.kind, e.from_status, e.to_status, e.reason, NULL AS evidence
         FROM {rows} JOIN payment_events e ON e.payment_seq = given.column1
         WHERE e.project_id || '' = given.column2 AND e.kind NOT IN ('NOTE', 'CHECK', 'ANSWER', 'EXTEND')
         ORDER BY e.payment_seq, e.at, e.row_no LIMIT 5000";
    let asked = seqs.iter().map(|seq| [seq.as_str().into(), project.as_str().into()]).collect();
    let lines: Vec<Line> = bulk::fetch(tx, (SQL, asked)).await?;
    let mut found: HashMap<PaymentSeq, Vec<PaymentEvent>> = HashMap::new();
    for line in lines {
        found.entry(line.payment_seq).or_default().push(line.event);
    }
    Ok(found)
}

/// Who consumed a payment last, if anybody did.
pub async fn find_consumer(tx: &mut Tx, project: &ProjectId, seq: &PaymentSeq) -> Result<Option<Actor>> {
    const SQL: &str = "SELECT actor FROM payment_events WHERE payment_seq = $1 AND project_id = $2 AND kind = 'CONSUME'
         ORDER BY at DESC, row_no DESC LIMIT 1";
    on!(tx, c => Ok(sqlx::query_scalar(SQL).bind(seq).bind(project).fetch_optional(c).await?))
}

/// The whole timeline, oldest first.
pub async fn list(tx: &mut Tx, project: &ProjectId, seq: &PaymentSeq) -> Result<Vec<PaymentEvent>> {
    const SQL: &str = "SELECT at, actor, actor_name, kind, from_status, to_status, reason, evidence FROM payment_events
         WHERE payment_seq = $1 AND project_id = $2 ORDER BY at, row_no LIMIT 1000";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(seq).bind(project).fetch_all(c).await?))
}
