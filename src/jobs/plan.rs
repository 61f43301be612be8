use super::job::Job;
use crate::db::Tx;
use crate::db::jobs::{Claimed, Deadline, NewJob, ensure};
use crate::error::Result;
use crate::model::{ProjectId, Timestamp};

/// Has a job done for a subject no later than `due_at`, in the write that makes it necessary. One that is known keeps its data.
pub async fn plan<J: Job<Work = Claimed>>(
    tx: &mut Tx,
    project: &ProjectId,
    subject: &str,
    data: &str,
    due_at: Timestamp,
    at: Timestamp,
) -> Result<()> {
    ensure(tx, &NewJob { kind: J::KIND, subject, project, data, due_at, deadline: None }, at).await
}

/// Has a job done for a subject now that is of no use after its deadline; people are told when the deadline is near.
pub async fn plan_until<J: Job<Work = Claimed>>(
    tx: &mut Tx,
    project: &ProjectId,
    subject: &str,
    data: &str,
    deadline: Timestamp,
    at: Timestamp,
) -> Result<()> {
    let alarm_at = deadline.plus_millis(-J::PACE.alarm_millis.unwrap_or_default());
    let deadline = Some(Deadline { at: deadline, alarm_at });
    ensure(tx, &NewJob { kind: J::KIND, subject, project, data, due_at: at, deadline }, at).await
}
