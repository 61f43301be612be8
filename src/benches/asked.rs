//! Stores that are asked about what they sold: what a verify costs beside asking the store's API, how busy it keeps a store that takes
//! its time, and how long a notification takes to its effect. The stores are played by the server itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use purser::error::{Error, Result};
use purser::model::ProjectId;
use purser::state::AppState;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::client::{Connection, post_head};
use crate::database::{Database, Kind};
use crate::figure::Figure;
use crate::notifications::{self, NOTIFICATIONS, PER_SECOND};
use crate::play::{APPS, Asked, Bought, Play};
use crate::server::Server;
use crate::world::{AS_SERVER, World};

const COSTED: usize = 1_000;
const STORE_MILLIS: u64 = 50;
const IN_FLIGHT: usize = 256;
const SECONDS: u64 = 8;
/// Questions of game servers that one app has at the store at once (`stores/http/limits.rs`).
const PLACES: f64 = 7.0;
const LIMIT: Duration = Duration::from_millis(250);
/// The longest a push is waited for that the simulator sends to us.
const PUSHED_WITHIN: Duration = Duration::from_secs(60);

pub async fn measure(world: &World, kind: Kind, store: Asked) -> Result<Vec<Figure>> {
    let database = Database::create(world, kind, "asked").await?;
    let (state, project) = world.open(&database.url).await?;
    let server = Server::start_simulating(world, &database).await?;
    let mut play = Play::open(server.addr).await?;
    for app in 0..APPS {
        play.set("notice-address", &json!({ "storeAppId": store.package(app), "url": "" })).await?;
    }
    let mut figures = vec![cost(&server, &mut play, (&state, &project), (kind, store)).await?];
    figures.push(rate(&server, &mut play, (kind, store)).await?);
    figures.push(effects(&server, &mut play, &database, store).await?);
    state.db.close().await;
    drop(server);
    database.remove().await?;
    Ok(figures)
}

/// The server's own CPU of a verify beside that of the same questions asked of it as bare HTTP.
async fn cost(server: &Server, play: &mut Play, of: (&AppState, &ProjectId), (kind, store): (Kind, Asked)) -> Result<Figure> {
    let mut bought = Vec::with_capacity(COSTED);
    for _ in 0..COSTED {
        bought.push(play.buy(store, 0).await?);
    }
    let caller = play.sign_in(store, of, 0).await?;
    let mut connection = Connection::open(server.addr).await?;
    // The first verify signs in.
    let warm = play.buy(store, 0).await?;
    connection.send(&verify_request(&warm, 0)).await?.ok()?;
    let before = server.cpu_time()?;
    for sale in &bought {
        for question in sale.exchange(&caller) {
            connection.send(&question).await?.ok()?;
        }
    }
    let between = server.cpu_time()?;
    for (number, sale) in bought.iter().enumerate() {
        connection.send(&verify_request(sale, number)).await?.ok()?;
    }
    let exchange = (between - before) / COSTED as u32;
    let own = ((server.cpu_time()? - between) / COSTED as u32).saturating_sub(exchange);
    let title =
        format!("{}: CPU of a {} verify, without what the simulated store used for its answers", kind.name(), store.name());
    Ok(Figure::times_of(title, own, ("the bare HTTP exchange", exchange), 2.0))
}

/// Verifies a second against a store that takes its time, beside what the apps' places at the store allow.
async fn rate(server: &Server, play: &mut Play, (kind, store): (Kind, Asked)) -> Result<Figure> {
    let ideal = APPS as f64 * PLACES / (store.questions() * STORE_MILLIS as f64 / 1e3);
    let count = (ideal * (SECONDS + 2) as f64) as usize + IN_FLIGHT;
    let mut requests = Vec::with_capacity(count);
    for number in 0..count {
        requests.push(verify_request(&play.buy(store, number % APPS).await?, number));
    }
    play.set("faults", &json!({ "api": { "delayMillis": STORE_MILLIS } })).await?;
    let work = Arc::new((requests, AtomicUsize::new(0)));
    let started = Instant::now();
    let until = started + Duration::from_secs(SECONDS);
    let mut tasks = Vec::with_capacity(IN_FLIGHT);
    for _ in 0..IN_FLIGHT {
        let (work, mut connection) = (work.clone(), Connection::open(server.addr).await?);
        tasks.push(tokio::spawn(async move {
            let mut answered = 0_u32;
            while Instant::now() < until {
                let Some(request) = work.0.get(work.1.fetch_add(1, Ordering::Relaxed)) else { break };
                connection.send(request).await?.ok()?;
                answered += 1;
            }
            Ok::<_, Error>(answered)
        }));
    }
    let mut answered = 0;
    for task in tasks {
        answered += task.await.map_err(Error::internal)??;
    }
    let per_second = f64::from(answered) / started.elapsed().as_secs_f64();
    play.set("faults", &json!({})).await?;
    let title = format!(
        "{}: {} verifies of {APPS} apps, {IN_FLIGHT} in flight, a store that answers in {STORE_MILLIS} ms",
        kind.name(),
        store.name()
    );
    Ok(Figure::rate(title, per_second, ("the apps' places at the store", ideal), 0.9))
}

/// From a push to its effect, the store's own answers included.
async fn effects(server: &Server, play: &mut Play, database: &Database, store: Asked) -> Result<Figure> {
    let app = store.package(1);
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(Error::internal)?;
    let addr = listener.local_addr().map_err(Error::internal)?;
    play.set("notice-address", &json!({ "storeAppId": app, "url": format!("http://{addr}/push") })).await?;
    let taking = tokio::spawn(tokio::time::timeout(PUSHED_WITHIN, take_pushes(listener)));
    for _ in 0..NOTIFICATIONS {
        play.buy(store, 1).await?;
    }
    let pushes = taking.await.map_err(Error::internal)?.map_err(|_| Error::internal("the simulator did not push all"))??;
    let callback = format!("/callback/subscription/{app}/{}", store.code().as_str());
    let requests = pushes.into_iter().map(|(authorization, body)| {
        let read: Value = serde_json::from_str(&body).map_err(Error::internal)?;
        let id = store.notification_id(&read).ok_or_else(|| Error::internal("a push without an id"))?;
        let header = authorization.map(|authorization| format!("Authorization: {authorization}")).unwrap_or_default();
        let head = post_head(&callback, &header, body.len());
        Ok((id, (head + &body).into_bytes()))
    });
    let requests = requests.collect::<Result<Vec<_>>>()?;
    let title = format!(
        "{}: from a push of {} to its effect, {PER_SECOND} a second, the store's answers included",
        database.kind.name(),
        store.name()
    );
    let mut times = notifications::times(server.addr, database, requests).await?;
    Ok(Figure::p99(title, &mut times, LIMIT))
}

/// A push's Authorization, where it has one, and its body.
type Push = (Option<String>, String);

/// Takes the pushes the simulator sends.
async fn take_pushes(listener: TcpListener) -> Result<Vec<Push>> {
    let (found, mut all) = tokio::sync::mpsc::unbounded_channel();
    let accepting = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let found = found.clone();
            tokio::spawn(async move {
                let mut buffer = Vec::new();
                while let Ok(count) = stream.read_buf(&mut buffer).await {
                    if count == 0 {
                        break;
                    }
                    let Some(push) = read_push(&buffer) else { continue };
                    buffer.clear();
                    if found.send(push).is_err()
                        || stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await.is_err()
                    {
                        break;
                    }
                }
            });
        }
    });
    let mut pushes = Vec::with_capacity(NOTIFICATIONS);
    while pushes.len() < NOTIFICATIONS {
        pushes.push(all.recv().await.ok_or_else(|| Error::internal("nobody pushes"))?);
    }
    accepting.abort();
    Ok(pushes)
}

/// A whole request; none while some of it is to come.
fn read_push(bytes: &[u8]) -> Option<Push> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let header = |name: &str| {
        let mut lines = head.split("\r\n").filter_map(|line| line.split_once(": "));
        lines.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
    };
    let length: usize = header("content-length")?.parse().ok()?;
    (body.len() >= length).then(|| (header("authorization"), body[..length].to_owned()))
}

/// The verify of what a player bought.
fn verify_request(bought: &Bought, number: usize) -> Vec<u8> {
    let body = json!({
        "store": bought.store.code().as_str(), "appId": bought.package, "userKey": format!("player-{number}"), "proof": bought.proof,
    });
    let body = body.to_string();
    (post_head("/api/v1/payments/verify", AS_SERVER, body.len()) + &body).into_bytes()
}
