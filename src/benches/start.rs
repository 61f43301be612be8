//! Starting on a database that has been in use, and what the server holds when nothing is going on.

use std::time::Duration;

use purser::error::Result;

use crate::database::Database;
use crate::figure::Figure;
use crate::server::Server;
use crate::world::World;

const STARTS: usize = 5;
const START_LIMIT: Duration = Duration::from_millis(300);
const IDLE: Duration = Duration::from_secs(3);
const RESIDENT_LIMIT: f64 = 60.0;

pub async fn measure(world: &World, database: &Database) -> Result<Vec<Figure>> {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        times.push(Server::start(world, database).await?.started_in);
    }
    times.sort_unstable();
    let server = Server::start(world, database).await?;
    tokio::time::sleep(IDLE).await;
    let resident = server.resident_megabytes()?;
    Ok(vec![
        Figure::within("Start to the first answer, 1 M payments, median of 5", times[STARTS / 2], START_LIMIT),
        Figure::megabytes("Memory of the idle server", resident, RESIDENT_LIMIT),
    ])
}
