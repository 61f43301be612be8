//! The statistics of a year over a million payments, added up before but for the last ones, as one caller after another sees them.

use std::time::{Duration, Instant};

use purser::console::paths;
use purser::error::Result;
use purser::statistics::roll_up;

use crate::figure::Figure;
use crate::fill::Filled;
use crate::search::time_all;
use crate::server::Server;
use crate::world::{AS_SERVER, World};

const CALLS: i64 = 100;
const LIMIT: Duration = Duration::from_millis(100);
/// A company's first look after an update: ten minutes for ten million payments.
const ROLL_UP_LIMIT: Duration = Duration::from_secs(60);

pub async fn measure(world: &World, filled: &Filled) -> Result<Vec<Figure>> {
    let (name, (state, _)) = (filled.database.kind.name(), world.open(&filled.database.url).await?);
    let started = Instant::now();
    roll_up(&state).await?;
    let took = started.elapsed();
    state.db.close().await;
    drop(state);
    let server = Server::start(world, &filled.database).await?;
    let mut connection = crate::client::Connection::open(server.addr).await?;
    let year = "preset=DAYS_90&compare=YEAR_BEFORE";
    let from = filled.newest.plus_millis(-364 * purser::model::Timestamp::DAY).day(purser::model::ZoneOffset::KST);
    let mut figures = vec![Figure::within(format!("{name}: add up 1 M payments for the statistics"), took, ROLL_UP_LIMIT)];
    for (what, header, path, wanted) in [
        ("of a year, by the API", AS_SERVER, format!("/api/v1/statistics?from={from}&unit=DAY"), "\"payments\":"),
        ("of 90 days beside a year before, by the API", AS_SERVER, format!("/api/v1/statistics?{year}"), "\"payments\":"),
        ("page of a year", &filled.cookie, format!("{}?from={from}", paths::statistics(&filled.project)), "role=\"img\""),
    ] {
        let same: Box<dyn Fn(i64) -> String + Send> = Box::new(move |_| path.clone());
        let mut times = time_all(&mut connection, CALLS, header, &same, wanted).await?;
        figures.push(Figure::p99(format!("{name}: statistics with 1 M payments, {what}"), &mut times, LIMIT));
    }
    Ok(figures)
}
