//! A PostgreSQL of our own: data in a temporary folder, a free port of the loopback, no passwords.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::tools;

const VERSIONS: &str = "/usr/lib/postgresql";

/// Whether what it commits is meant to last.
#[derive(Clone, Copy)]
pub enum Durability {
    /// Nothing is synced: for tests, whose data is thrown away.
    None,
    /// As it comes.
    Full,
}

/// Runs until dropped; then its data goes too.
pub struct Cluster {
    programs: PathBuf,
    folder: PathBuf,
    port: u16,
    server: Child,
}

impl Cluster {
    /// Starts one, and answers when it takes connections. Installs PostgreSQL where that is possible.
    pub fn start(durability: Durability) -> Result<Self> {
        let programs = find_or_install()?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let folder = std::env::temp_dir().join(format!("purser-postgres-{}", std::process::id()));
        fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        if let Some(user) = other_user()? {
            own(&folder, user)?;
        }
        let mut initdb = as_postgres(&programs.join("initdb"))?;
        initdb.args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "-D"]);
        tools::quiet(initdb.arg(folder.join("data")))?;
        let server = spawn_server(&programs, &folder, port, durability)?;
        Ok(Self { programs, folder, port, server })
    }

    /// Where its programs are, pgbench among them.
    pub fn programs(&self) -> &Path {
        &self.programs
    }

    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let stop = as_postgres(&self.programs.join("pg_ctl"))
            .and_then(|mut pg_ctl| tools::quiet(pg_ctl.args(["stop", "--mode=immediate", "-D"]).arg(self.folder.join("data"))));
        if stop.is_err() {
            drop(self.server.kill());
        }
        drop(self.server.wait());
        drop(fs::remove_dir_all(&self.folder));
    }
}

/// The folder of PostgreSQL's server programs, which Debian keeps off the PATH.
fn find_or_install() -> Result<PathBuf> {
    if let Some(programs) = find_programs() {
        return Ok(programs);
    }
    let purpose = "a PostgreSQL is needed: for tests start one and set PURSER_TEST_POSTGRES_URL, or";
    tools::apt_install("postgresql", purpose)?;
    find_programs().context("PostgreSQL was installed, but its programs are nowhere")
}

fn find_programs() -> Option<PathBuf> {
    // A link on the PATH leads to where the other programs are too.
    let on_path = tools::find(&["initdb"]).and_then(|file| Some(fs::canonicalize(file).ok()?.parent()?.to_owned()));
    on_path.or_else(|| {
        let folders = fs::read_dir(VERSIONS).ok()?.filter_map(|entry| Some(entry.ok()?.path().join("bin")));
        folders.filter(|folder| folder.join("initdb").is_file()).max()
    })
}

fn spawn_server(programs: &Path, folder: &Path, port: u16, durability: Durability) -> Result<Child> {
    let fsync = match durability {
        Durability::None => "fsync=off",
        Durability::Full => "fsync=on",
    };
    let mut server = as_postgres(&programs.join("postgres"))?
        .arg("-D")
        .arg(folder.join("data"))
        .args(["-h", "127.0.0.1", "-p", &port.to_string(), "-c", fsync, "-c", "max_connections=300", "-k"])
        .arg(folder)
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .context("cannot start PostgreSQL")?;
    let mut log = BufReader::new(server.stderr.take().context("PostgreSQL has no log")?).lines();
    let mut seen = Vec::new();
    for line in log.by_ref() {
        let line = line?;
        if line.contains("ready to accept connections") {
            // Its log is read on, so that it never waits for us; the tests show what matters of it.
            std::thread::spawn(move || log.for_each(drop));
            return Ok(server);
        }
        seen.push(line);
    }
    server.wait()?;
    bail!("PostgreSQL did not start:\n{}", seen.join("\n"))
}

/// PostgreSQL refuses to run as root, so root runs it as the user that its package made.
fn other_user() -> Result<Option<u32>> {
    if !tools::is_root() {
        return Ok(None);
    }
    tools::user_id("postgres").map(Some).context("there is no user `postgres` to run PostgreSQL as")
}

#[cfg(unix)]
fn as_postgres(program: &Path) -> Result<Command> {
    use std::os::unix::process::CommandExt;
    let mut command = Command::new(program);
    command.current_dir(std::env::temp_dir()).env("LC_ALL", "C");
    if let Some(user) = other_user()? {
        command.uid(user);
    }
    Ok(command)
}

#[cfg(not(unix))]
fn as_postgres(program: &Path) -> Result<Command> {
    Ok(Command::new(program))
}

#[cfg(unix)]
fn own(folder: &Path, user: u32) -> Result<()> {
    Ok(std::os::unix::fs::chown(folder, Some(user), None)?)
}

#[cfg(not(unix))]
fn own(_folder: &Path, _user: u32) -> Result<()> {
    Ok(())
}
