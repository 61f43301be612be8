//! What the runner of jobs promises, whatever the job.

use std::collections::HashSet;
use std::sync::Mutex;

use purser::db::jobs::{Claimed, NewJob, ensure};
use purser::db::queue::Lease;
use purser::db::{self};
use purser::error::Error;
use purser::jobs::{Backoff, Ctx, Job, Outcome, Pace, Tally};
use purser::model::{ProjectId, Timestamp};
use purser::state::AppState;

use crate::support::{TestState, on_both, run};

const MINUTE: i64 = Timestamp::MINUTE;

/// A job that does as it is told, and notes the subjects it ran for.
struct Tested<'a> {
    outcome: fn(&Claimed) -> Outcome,
    seen: &'a Mutex<Vec<String>>,
}

/// The runner keeps a job for as long as the process runs.
fn tested(outcome: fn(&Claimed) -> Outcome) -> Tested<'static> {
    Tested { outcome, seen: Box::leak(Box::default()) }
}

impl Tested<'static> {
    fn again(&self) -> Self {
        Self { outcome: self.outcome, seen: self.seen }
    }

    fn seen(&self) -> Vec<String> {
        std::mem::take(&mut self.seen.lock().expect("a lock"))
    }
}

impl Job for Tested<'static> {
    const KIND: &'static str = "tested";
    const PACE: Pace = Pace { claimed_max: 5, at_once: 3, ..Pace::every(1) };
    type Work = Claimed;

    async fn run(&self, ctx: &Ctx<'_, Claimed>) -> Outcome {
        self.seen.lock().expect("a lock").push(ctx.work.subject.clone());
        ctx.count(1);
        (self.outcome)(ctx.work)
    }
}

/// Its pauses end.
struct Ending;

impl Job for Ending {
    const KIND: &'static str = "tested";
    const PACE: Pace = Pace { backoff: Backoff::Steps(&[MINUTE, 3 * MINUTE]), ..Pace::every(1) };
    type Work = Claimed;

    async fn run(&self, _: &Ctx<'_, Claimed>) -> Outcome {
        Outcome::Failed { reason: Error::NotFound("luck") }
    }
}

/// Takes longer than its lease, so that another process has the row when it is done.
struct Slow {
    other: AppState,
    ending: fn(Timestamp) -> Outcome,
}

impl Job for Slow {
    const KIND: &'static str = "tested";
    const PACE: Pace = Pace::every(1);
    type Work = Claimed;

    async fn run(&self, ctx: &Ctx<'_, Claimed>) -> Outcome {
        ctx.keep(&"slow").expect("keeps");
        ctx.state.clock.advance(2 * MINUTE);
        assert_eq!(run(&self.other, Keeping).await.runs, 1, "the lease is over");
        (self.ending)(ctx.state.clock.now())
    }
}

/// Keeps something, and rests with it.
struct Keeping;

impl Job for Keeping {
    const KIND: &'static str = "tested";
    const PACE: Pace = Pace::every(1);
    type Work = Claimed;

    async fn run(&self, ctx: &Ctx<'_, Claimed>) -> Outcome {
        ctx.keep(&"kept").expect("keeps");
        Outcome::Again { at: ctx.state.clock.now().plus_millis(MINUTE), reason: None }
    }
}

async fn plan(state: &AppState, subjects: impl IntoIterator<Item = String>) {
    let (project, now) = (ProjectId("p".into()), state.clock.now());
    for subject in subjects {
        let new = NewJob { kind: "tested", subject: &subject, project: &project, data: "{}", due_at: now, deadline: None };
        state.db.write(async |tx| ensure(tx, &new, now).await).await.expect("plans");
    }
}

/// The rows that are due at a time, as a worker gets them.
async fn due_at(state: &AppState, at: Timestamp) -> Vec<Claimed> {
    let lease = Lease { is_thorough: false, ..Lease::new("looking", at, at) };
    state.db.write(async |tx| db::jobs::claim(tx, "tested", &lease, 1_000).await).await.expect("claims")
}

fn done(_: &Claimed) -> Outcome {
    Outcome::Done
}

on_both! {
    async fn each_row_is_run_once_however_many_processes_there_are(state: TestState) {
        plan(&state, (0..60).map(|number| number.to_string())).await;
        let (two, three) = (state.another_process().await, state.another_process().await);
        let job = tested(done);
        let tallies: [Tally; 3] =
            tokio::join!(run(&state, job.again()), run(&two, job.again()), run(&three, job.again())).into();
        assert_eq!(tallies.iter().map(|tally| tally.runs).sum::<usize>(), 60);
        assert_eq!(tallies.iter().map(|tally| tally.done).sum::<usize>(), 60);
        assert_eq!(tallies.iter().map(|tally| tally.items).sum::<u64>(), 60);
        assert_eq!(job.seen().into_iter().collect::<HashSet<_>>().len(), 60);
        plan(&state, ["another".to_owned()]).await;
        assert_eq!(due_at(&state, state.clock.now()).await.len(), 1, "what is done is gone");
    }

    async fn a_worker_that_dies_leaves_its_rows_to_others(state: TestState) {
        plan(&state, ["1".to_owned()]).await;
        let dead = Lease::new("dead", state.clock.now(), state.clock.now().plus_millis(MINUTE));
        assert_eq!(state.db.write(async |tx| db::jobs::claim(tx, "tested", &dead, 1).await).await.expect("claims").len(), 1);
        assert_eq!(run(&state, tested(done)).await, Tally::default(), "it is in a worker's hands");
        state.clock.advance(MINUTE);
        assert_eq!(run(&state, tested(done)).await.done, 1);
    }

    async fn a_lost_lease_writes_nothing(state: TestState) {
        let other = state.another_process().await;
        let endings: [fn(Timestamp) -> Outcome; 3] = [
            |_| Outcome::Done,
            |at| Outcome::Again { at, reason: Some("as a test wants it".into()) },
            |_| Outcome::Failed { reason: Error::NotFound("luck") },
        ];
        for ending in endings {
            plan(&state, ["1".to_owned()]).await;
            let tally = run(&state, Slow { other: other.clone(), ending }).await;
            assert_eq!((tally.runs, tally.done), (1, 0));
            assert!(due_at(&state, state.clock.now()).await.is_empty(), "the other's time stands");
            let rows = due_at(&state, state.clock.now().plus_millis(MINUTE)).await;
            assert_eq!((rows.len(), rows[0].data.as_str(), rows[0].attempts), (1, "\"kept\"", 1));
            let lease = state.clock.now().plus_millis(2 * MINUTE);
            state.clock.advance(2 * MINUTE);
            assert!(lease <= state.clock.now());
            assert_eq!(run(&state, tested(done)).await.done, 1);
        }
    }

    async fn what_is_kept_rests_until_it_is_planned_again(state: TestState) {
        struct Resting;
        impl Job for Resting {
            const KIND: &'static str = "tested";
            const PACE: Pace = Pace::every(1);
            type Work = Claimed;
            async fn run(&self, ctx: &Ctx<'_, Claimed>) -> Outcome {
                ctx.keep(&ctx.work.data.len()).expect("keeps");
                Outcome::Done
            }
        }
        plan(&state, ["1".to_owned()]).await;
        assert_eq!(run(&state, Resting).await.done, 1);
        state.clock.advance(Timestamp::DAY);
        assert_eq!(run(&state, Resting).await.runs, 0);
        plan(&state, ["1".to_owned()]).await;
        assert_eq!(due_at(&state, state.clock.now()).await[0].data, "2");
    }

    async fn a_row_that_fails_or_panics_fails_alone_and_is_tried_after_its_pauses(state: TestState) {
        let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
        let counted = recorder.handle();
        let _recording = metrics::set_default_local_recorder(&recorder);
        plan(&state, ["bad".into(), "panic".into(), "good".into()]).await;
        let job = tested(|work| match work.subject.as_str() {
            "bad" => Outcome::Failed { reason: Error::internal("a secret cause") },
            "panic" if work.attempts == 1 => panic!("as a test wants it"),
            _ => Outcome::Done,
        });
        let tally = run(&state, job.again()).await;
        assert_eq!((tally.runs, tally.done), (3, 1));
        let text = counted.render();
        for line in [
            "purser_worker_panics_total{loop=\"tested\"} 1",
            "purser_job_runs_total{job=\"tested\",outcome=\"done\"} 1",
            "purser_job_runs_total{job=\"tested\",outcome=\"failed\"} 2",
        ] {
            assert!(text.contains(line), "{line}: {text}");
        }
        job.seen();
        state.clock.advance(MINUTE - 1);
        assert_eq!(run(&state, job.again()).await.runs, 0, "not before the pause is over");
        state.clock.advance(1);
        assert_eq!(run(&state, job.again()).await.done, 1, "the one that panicked");
        assert_eq!(job.seen().len(), 2);
        for pause in [2, 4, 8, 16, 32, 60, 60] {
            state.clock.advance(pause * MINUTE - 1);
            assert_eq!(run(&state, job.again()).await.runs, 0, "{pause}");
            state.clock.advance(1);
            assert_eq!(run(&state, job.again()).await.runs, 1, "{pause}");
        }
    }

    async fn a_row_whose_pauses_end_is_given_up(state: TestState) {
        plan(&state, ["1".to_owned()]).await;
        for pause in [1, 3, 600] {
            assert_eq!(run(&state, Ending).await.runs, 1);
            state.clock.advance(pause * MINUTE);
        }
        assert_eq!(run(&state, Ending).await.runs, 0);
    }

    async fn a_job_chooses_its_next_time_and_a_success_counts_tries_anew(state: TestState) {
        plan(&state, ["1".to_owned()]).await;
        let job = tested(|work| match work.attempts {
            1 => Outcome::Again { at: crate::support::START.plus_millis(MINUTE), reason: Some("the store asks to wait".into()) },
            _ => Outcome::Again { at: crate::support::START.plus_millis(10 * MINUTE), reason: None },
        });
        assert_eq!(run(&state, job.again()).await.runs, 1);
        state.clock.advance(MINUTE);
        assert_eq!(run(&state, job.again()).await.runs, 1);
        let rows = due_at(&state, state.clock.now().plus_millis(9 * MINUTE)).await;
        assert_eq!(rows[0].attempts, 1, "this look's own");
    }

    async fn rows_a_clock_held_up_are_found_when_it_is_set_back(state: TestState) {
        let job = tested(done);
        run(&state, job.again()).await;
        plan(&state, ["1".to_owned()]).await;
        state.clock.advance(-2 * Timestamp::HOUR);
        assert_eq!(run(&state, job.again()).await.done, 1);
        // Another process, whose clock was right all the time, finds them within minutes.
        state.clock.advance(2 * Timestamp::HOUR);
        plan(&state, ["2".to_owned()]).await;
        state.clock.advance(-2 * Timestamp::HOUR);
        let other = state.another_process().await;
        assert_eq!(run(&other, job.again()).await.done, 1, "at its start");
    }
}
