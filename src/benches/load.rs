//! The load: players' apps and a game server that verify and consume as fast as they are answered, in a process of their
//! own. It signs everything before the clock starts, and shares the cores with the server it loads.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use clap::Args;
use purser::error::{Error, Result};
use purser::keys::{Keys, MasterKey};
use purser::model::ProjectId;
use purser::simulator::apple::Authority;
use purser::users::User;
use serde::{Deserialize, Serialize};

use crate::client::{Connection, post_head};
use crate::world::{AS_SERVER, MASTER_KEY, transaction};

const USERS: usize = 20_000;

#[derive(Args)]
pub struct Plan {
    #[arg(long)]
    addr: SocketAddr,
    #[arg(long)]
    authority: PathBuf,
    #[arg(long)]
    project: String,
    #[arg(long)]
    connections: usize,
    /// Before anything is measured.
    #[arg(long)]
    warm_up_seconds: u64,
    /// Of each phase.
    #[arg(long)]
    seconds: u64,
    /// How many purchases there are at most.
    #[arg(long)]
    purchases: usize,
}

/// What came of it.
#[derive(Serialize, Deserialize)]
pub struct Outcome {
    pub verify: Phase,
    pub consume: Phase,
    /// All verifies that were answered 200, those of the warm-up too.
    pub verified: usize,
    pub consumed: usize,
}

#[derive(Serialize, Deserialize)]
pub struct Phase {
    pub per_second: f64,
    pub micros: Vec<u64>,
}

impl Phase {
    pub fn times(&self) -> Vec<Duration> {
        self.micros.iter().map(|micros| Duration::from_micros(*micros)).collect()
    }
}

/// A request but for what all share.
struct Request {
    head: String,
    body: String,
}

/// Requests that are handed out to whichever connection is free.
struct Work {
    addr: SocketAddr,
    requests: Vec<Request>,
    /// What every body has between its own parts; empty where there is nothing.
    shared: String,
    next: AtomicUsize,
}

/// One answered request.
struct Sample {
    started: Instant,
    took: Duration,
    body: Vec<u8>,
}

pub async fn run(plan: Plan) -> Result<()> {
    let (shared, requests) = purchases(&plan)?;
    let verifying = Arc::new(Work { addr: plan.addr, requests, shared, next: AtomicUsize::new(0) });
    let warm = run_phase(&verifying, plan.connections, plan.warm_up_seconds).await?;
    let measured = run_phase(&verifying, plan.connections, plan.seconds).await?;
    let requests = warm.iter().chain(&measured).map(|sample| consumption(&sample.body)).collect::<Result<Vec<_>>>()?;
    let consuming = Arc::new(Work { addr: plan.addr, requests, shared: String::new(), next: AtomicUsize::new(0) });
    let consumed = run_phase(&consuming, plan.connections, plan.seconds).await?;
    let outcome = Outcome {
        verified: warm.len() + measured.len(),
        consumed: consumed.len(),
        verify: phase(&measured),
        consume: phase(&consumed),
    };
    println!("{}", serde_json::to_string(&outcome).map_err(Error::internal)?);
    Ok(())
}

/// The body's shared middle, and each purchase's own parts around it.
fn purchases(plan: &Plan) -> Result<(String, Vec<Request>)> {
    let authority = Authority::from_pem(&std::fs::read_to_string(&plan.authority).map_err(Error::internal)?)?;
    let keys = Keys::new(&MasterKey::parse(MASTER_KEY)?)?;
    let project = ProjectId(plan.project.clone());
    let mut shared = String::new();
    let mut requests = Vec::with_capacity(plan.purchases);
    for index in 0..plan.purchases {
        let number = index % USERS;
        let user = User::parse(&format!("player-{number}"), None)?;
        let token = user.account_token(&keys.tokens, &project);
        let signed = authority.sign_jws(&transaction(index as u64, number, Some(&token))?)?;
        let (header, rest) = signed.split_once('.').ok_or_else(|| Error::internal("not a JWS"))?;
        if shared.is_empty() {
            shared = format!("\",\"proof\":{{\"signedTransaction\":\"{header}.");
        }
        let (before, after) = (format!("{{\"store\":\"AS\",\"userKey\":\"{}", user.key), format!("{rest}\"}}}}"));
        let length = before.len() + shared.len() + after.len();
        let head = post_head("/api/v1/payments/verify", AS_SERVER, length) + &before;
        requests.push(Request { head, body: after });
    }
    Ok((shared, requests))
}

/// The consume of what a verify answered.
fn consumption(answer: &[u8]) -> Result<Request> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Verified {
        payment_seq: String,
        access_token: String,
        status: String,
    }
    let verified: Verified = serde_json::from_slice(answer).map_err(Error::internal)?;
    if verified.status != "SUCCESS" {
        return Err(Error::internal(format!("a purchase became {}", verified.status)));
    }
    let body = format!("{{\"accessToken\":\"{}\"}}", verified.access_token);
    let path = format!("/api/v1/payments/{}/consume", verified.payment_seq);
    Ok(Request { head: post_head(&path, AS_SERVER, body.len()), body })
}

async fn run_phase(work: &Arc<Work>, connections: usize, seconds: u64) -> Result<Vec<Sample>> {
    let until = Instant::now() + Duration::from_secs(seconds);
    let tasks: Vec<_> = (0..connections).map(|_| tokio::spawn(send_until(work.clone(), until))).collect();
    let mut samples = Vec::new();
    for task in tasks {
        samples.extend(task.await.map_err(Error::internal)??);
    }
    Ok(samples)
}

async fn send_until(work: Arc<Work>, until: Instant) -> Result<Vec<Sample>> {
    let mut connection = Connection::open(work.addr).await?;
    let (mut samples, mut bytes) = (Vec::new(), Vec::new());
    while Instant::now() < until {
        let Some(request) = work.requests.get(work.next.fetch_add(1, Ordering::Relaxed)) else { break };
        bytes.clear();
        for part in [&request.head, &work.shared, &request.body] {
            bytes.extend_from_slice(part.as_bytes());
        }
        let started = Instant::now();
        let body = connection.send(&bytes).await?.ok()?;
        samples.push(Sample { started, took: started.elapsed(), body });
    }
    Ok(samples)
}

/// The rate is over the time from the first request to the last answer.
fn phase(samples: &[Sample]) -> Phase {
    let first = samples.iter().map(|sample| sample.started).min();
    let last = samples.iter().map(|sample| sample.started + sample.took).max();
    let seconds = first.zip(last).map_or(1.0, |(first, last)| (last - first).as_secs_f64());
    let micros = samples.iter().map(|sample| u64::try_from(sample.took.as_micros()).unwrap_or(u64::MAX)).collect();
    Phase { per_second: samples.len() as f64 / seconds, micros }
}
