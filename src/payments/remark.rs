use crate::audit::By;
use crate::db::{self, Tx};
use crate::error::Result;
use crate::ledger::{event, with_reason};
use crate::model::{EventKind, Evidence, Payment, PaymentEvent, ProjectId, Timestamp};

/// A line of a payment's timeline about something that leaves its status as it is.
pub(crate) struct Remark<'a> {
    pub by: &'a By,
    pub kind: EventKind,
    pub reason: &'a str,
    pub evidence: Option<Evidence>,
    pub at: Timestamp,
}

/// Writes it.
pub(crate) async fn write_remark(tx: &mut Tx, project: &ProjectId, payment: &Payment, remark: Remark<'_>) -> Result<()> {
    let line = event(remark.by, remark.at, remark.kind, Some(payment.status), payment.status);
    let line = PaymentEvent { evidence: remark.evidence, ..with_reason(line, remark.reason) };
    db::payment_events::insert(tx, project, &payment.payment_seq, &line).await
}
