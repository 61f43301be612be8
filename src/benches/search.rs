//! Searches and pages over a million payments (or as many as the command says), as one caller after another sees them.

use std::time::{Duration, Instant};

use purser::console::paths;
use purser::error::{Error, Result};
use purser::model::{PaymentSeq, Timestamp, ZoneOffset};

use crate::client::{Connection, get};
use crate::figure::Figure;
use crate::fill::{Filled, order_id, payment_seq, user_key};
use crate::server::Server;
use crate::world::{AS_SERVER, World};

const SEARCHES: i64 = 1_000;
const PAGES: i64 = 400;
const WARM_UP: i64 = 20;
const SEARCH_LIMIT: Duration = Duration::from_millis(5);
/// Anything by an exact id, and by whatever else.
const EXACT_LIMIT: Duration = Duration::from_millis(10);
const TOLERANT_LIMIT: Duration = Duration::from_millis(100);
const TOLERANT_SEARCHES: i64 = 200;
const PAGE_LIMIT: Duration = Duration::from_millis(10);
/// Leads through all payments in an order that no cache foresees.
const STRIDE: i64 = 7_919;

pub async fn measure(world: &World, filled: &Filled) -> Result<Vec<Figure>> {
    let server = Server::start(world, &filled.database).await?;
    let mut connection = Connection::open(server.addr).await?;
    let name = filled.database.kind.name();
    let mut figures = Vec::new();
    let size = format!("{} M payments", filled.payments / 1_000_000);
    for (what, path) in searches(filled) {
        let mut times = time_all(&mut connection, SEARCHES, AS_SERVER, &path, "\"items\":[{").await?;
        figures.push(Figure::p99(format!("{name}: search {size} by {what}"), &mut times, SEARCH_LIMIT));
    }
    for (what, limit, count, path) in finds(filled) {
        let mut times = time_all(&mut connection, count, AS_SERVER, &path, "\"hits\":[{").await?;
        figures.push(Figure::p99(format!("{name}: find among {size} by {what}"), &mut times, limit));
    }
    for (what, path) in pages(filled) {
        let mut times = time_all(&mut connection, PAGES, &filled.cookie, &path, "<main").await?;
        figures.push(Figure::p99(format!("{name}: page with {size}, {what}"), &mut times, PAGE_LIMIT));
    }
    Ok(figures)
}

/// Makes the path of a request from its number.
type Path<'a> = Box<dyn Fn(i64) -> String + Send + 'a>;

fn searches(filled: &Filled) -> Vec<(&'static str, Path<'_>)> {
    let day_of = move |number: i64| filled.newest.plus_millis(-(1 + number % 360) * Timestamp::DAY);
    vec![
        ("user key", Box::new(|number| format!("/api/v1/payments?userKey={}", user_key(pick(filled, number) % filled.users)))),
        ("store order id", Box::new(|number| format!("/api/v1/payments?storeOrderId={}", order_id(paid(filled, number))))),
        (
            "status and day",
            Box::new(move |number| {
                let status = ["SUCCESS", "FAILURE", "REFUND"][(number % 3).unsigned_abs() as usize];
                let (from, to) = (day_of(number), day_of(number).plus_millis(Timestamp::DAY));
                format!("/api/v1/payments?status={status}&from={}&to={}", from.to_rfc3339(), to.to_rfc3339())
            }),
        ),
    ]
}

/// What is found, within which time, how often it is looked for.
type Find<'a> = (&'static str, Duration, i64, Path<'a>);

/// Anything by an exact id, another spelling of a user key, the end of an order id, and what is said of a payment.
fn finds(filled: &Filled) -> Vec<Find<'_>> {
    const SHOWN_DIGITS: usize = 8;
    let end_of = |number: i64| order_id(paid(filled, number)).split_off(SHOWN_DIGITS);
    vec![
        ("exact id", EXACT_LIMIT, SEARCHES, Box::new(|number| find(&order_id(paid(filled, number))))),
        (
            "another spelling",
            TOLERANT_LIMIT,
            TOLERANT_SEARCHES,
            Box::new(|number| find(&user_key(pick(filled, number) % filled.users).replace("player-", "PLAYER%20"))),
        ),
        ("the end of an id", TOLERANT_LIMIT, TOLERANT_SEARCHES, Box::new(move |number| find(&end_of(number)))),
        (
            "day, price and product",
            TOLERANT_LIMIT,
            TOLERANT_SEARCHES,
            Box::new(|number| {
                let day = filled.newest.plus_millis(-(1 + number % 360) * Timestamp::DAY).day(ZoneOffset::UTC);
                find(&format!("4,400%20KRW%20{day}%20100%20gems"))
            }),
        ),
    ]
}

fn find(text: &str) -> String {
    format!("/api/v1/search?q={text}")
}

fn pages(filled: &Filled) -> Vec<(&'static str, Path<'_>)> {
    let project = &filled.project;
    let list = paths::payments(project);
    let by_id = list.clone();
    vec![
        ("overview", Box::new(|_| paths::project(project))),
        (
            "payments of a status and day",
            Box::new(move |number| {
                let day = filled.newest.plus_millis(-(1 + number % 360) * Timestamp::DAY).day(ZoneOffset::UTC);
                format!("{list}?status=SUCCESS&from={day}&to={day}")
            }),
        ),
        ("payments found by any id", Box::new(move |number| format!("{by_id}?q={}", order_id(paid(filled, number))))),
        ("payment", Box::new(|number| paths::payment(project, &PaymentSeq(payment_seq(pick(filled, number)))))),
        ("user", Box::new(|number| paths::user(project, &user_key(pick(filled, number) % filled.users)))),
    ]
}

fn pick(filled: &Filled, number: i64) -> i64 {
    number * STRIDE * 101 % filled.payments
}

/// One of those that were paid, which have an order id.
fn paid(filled: &Filled, number: i64) -> i64 {
    pick(filled, number) / 100 * 100
}

pub async fn time_all(
    connection: &mut Connection,
    count: i64,
    header: &str,
    path: &Path<'_>,
    wanted: &str,
) -> Result<Vec<Duration>> {
    let mut times = Vec::new();
    for number in -WARM_UP..count {
        let path = path(number.rem_euclid(count));
        let started = Instant::now();
        let body = connection.send(&get(&path, header)).await?.ok()?;
        let took = started.elapsed();
        if !String::from_utf8_lossy(&body).contains(wanted) {
            return Err(Error::internal(format!("{path} does not show what it should: {}", String::from_utf8_lossy(&body))));
        }
        if number >= 0 {
            times.push(took);
        }
    }
    Ok(times)
}
