use super::job::Job;
use crate::db::Tx;
use crate::db::jobs::{Claimed, Deadline, NewJob, ensure};
use crate::error::{Error, Result};
use crate::model::{AppSeq, ProjectId, Timestamp};
use crate::projects;
use crate::state::AppState;
use crate::stores::StoreApp;

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

/// The app whose number is the job's subject; none when it is gone, so that the job is done.
pub(super) async fn find_app(state: &AppState, claimed: &Claimed) -> Result<Option<(ProjectId, StoreApp)>> {
    let project = ProjectId(claimed.project_id.clone());
    let app = AppSeq(claimed.subject.parse().map_err(Error::internal)?);
    match projects::store_app_of(state, &project, app).await {
        Err(Error::NotFound(_)) => Ok(None),
        app => Ok(Some((project, app?))),
    }
}
