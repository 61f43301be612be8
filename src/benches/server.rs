//! The release binary, as anyone would start it.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use purser::error::{Error, Result};

use crate::client::{Connection, get};
use crate::database::Database;
use crate::world::{MASTER_KEY, World};

/// What Linux counts processor time in, on every machine.
const TICKS_A_SECOND: u64 = 100;

/// Runs until dropped. Its log is written as usual, and thrown away.
pub struct Server {
    child: Child,
    pub addr: SocketAddr,
    /// From its start to the first answer.
    pub started_in: Duration,
}

impl Server {
    pub async fn start(world: &World, database: &Database) -> Result<Self> {
        Self::launch(world, database, "off").await
    }

    /// The same, with the stores played.
    pub async fn start_simulating(world: &World, database: &Database) -> Result<Self> {
        Self::launch(world, database, "on").await
    }

    async fn launch(world: &World, database: &Database, simulator: &str) -> Result<Self> {
        let started = Instant::now();
        let mut child = Command::new(&world.server)
            .arg("serve")
            .current_dir(&world.folder)
            .env("PURSER_ADDR", "127.0.0.1:0")
            .env("PURSER_DATABASE_URL", &database.url)
            .env("PURSER_MASTER_KEY", MASTER_KEY)
            // The payments of the filled database are a year old, and all of them are looked for.
            .env("PURSER_RESERVATION_OPEN_HOURS", "off")
            .env("PURSER_RESERVATION_KEPT_DAYS", "off")
            .env("PURSER_SIMULATOR", simulator)
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| Error::internal(format!("{}: {error}", world.server.display())))?;
        let stdout = child.stdout.take().ok_or_else(|| Error::internal("the server has no output"))?;
        let mut lines = BufReader::new(stdout).lines();
        let addr = lines.find_map(|line| line.ok()?.strip_prefix("Purser listens on http://")?.parse().ok());
        let mut server = Self { child, addr: SocketAddr::from(([127, 0, 0, 1], 0)), started_in: Duration::ZERO };
        server.addr = addr.ok_or_else(|| Error::internal("the server did not start"))?;
        Connection::open(server.addr).await?.send(&get("/readyz", "Connection: close")).await?.ok()?;
        server.started_in = started.elapsed();
        // Whatever else it prints must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(server)
    }

    /// The processor time it has used.
    pub fn cpu_time(&self) -> Result<Duration> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).map_err(Error::internal)?;
        // The name before it may have blanks in it.
        let (_, fields) = stat.rsplit_once(')').ok_or_else(|| Error::internal("no name in /proc"))?;
        let ticks: u64 = fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
        Ok(Duration::from_millis(ticks * 1_000 / TICKS_A_SECOND))
    }

    /// The memory it holds, in MB.
    pub fn resident_megabytes(&self) -> Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).map_err(Error::internal)?;
        let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse().ok());
        kilobytes.map(|kilobytes: f64| kilobytes * 1024.0 / 1e6).ok_or_else(|| Error::internal("no VmRSS in /proc"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
