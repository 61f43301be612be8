//! A PostgreSQL for the tests: the one that is there, or one of our own for as long as they run.

use std::env;
use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::cluster::{Cluster, Durability};
use crate::step::Step;

const URL_VARIABLE: &str = "PURSER_TEST_POSTGRES_URL";
const URL_DEFAULT: &str = "postgres://postgres@127.0.0.1:5432/postgres";
const PATIENCE: Duration = Duration::from_secs(5);

/// A PostgreSQL that lets us in; one of our own ends, with its data, when this is dropped.
pub struct Postgres {
    url: String,
    _own: Option<Cluster>,
}

impl Postgres {
    /// Finds one or starts one. A URL that somebody set must work as it is.
    pub fn ensure() -> Result<Self> {
        Step::run("PostgreSQL", |step| {
            if let Ok(url) = env::var(URL_VARIABLE) {
                probe(&url).with_context(|| format!("{URL_VARIABLE} is {url}: start that server, or unset the variable"))?;
                return Ok((Self { url, _own: None }, format!("from {URL_VARIABLE}")));
            }
            if probe(URL_DEFAULT).is_ok() {
                return Ok((Self { url: URL_DEFAULT.to_owned(), _own: None }, "already there".to_owned()));
            }
            step.progress("starting");
            let own = Cluster::start(Durability::None)?;
            let url = own.url();
            probe(&url).context("the PostgreSQL started for the tests does not answer")?;
            Ok((Self { url, _own: Some(own) }, "started for the tests".to_owned()))
        })
    }

    pub fn url(&self) -> &str {
        &self.url
    }
}

/// Whether a server is there and lets us in: the first message of the protocol and its answer.
fn probe(url: &str) -> Result<()> {
    let Target { user, has_password, address, database } = Target::parse(url).context("not a postgres:// URL")?;
    let address = address.to_socket_addrs()?.next().context("no such host")?;
    let mut server = TcpStream::connect_timeout(&address, PATIENCE)?;
    server.set_read_timeout(Some(PATIENCE))?;
    server.write_all(&startup_message(user, database))?;
    let mut answer = [0; 9];
    server.read_exact(&mut answer)?;
    match answer {
        [b'R', _, _, _, _, 0, 0, 0, 0] => Ok(()),
        [b'R', ..] if has_password => Ok(()),
        [b'R', ..] => bail!("it wants a password"),
        _ => bail!("it refuses user {user} or database {database}"),
    }
}

/// A StartupMessage of protocol 3.0: length, version, then names and values that each end in a zero.
fn startup_message(user: &str, database: &str) -> Vec<u8> {
    let settings = format!("user\0{user}\0database\0{database}\0\0");
    let length = u32::try_from(8 + settings.len()).expect("a URL is short");
    [&length.to_be_bytes(), &196_608_u32.to_be_bytes(), settings.as_bytes()].concat()
}

#[derive(Debug, PartialEq, Eq)]
struct Target<'a> {
    user: &'a str,
    has_password: bool,
    address: String,
    database: &'a str,
}

impl<'a> Target<'a> {
    fn parse(url: &'a str) -> Option<Self> {
        let rest = url.strip_prefix("postgres://").or_else(|| url.strip_prefix("postgresql://"))?;
        let (rest, _) = rest.split_once('?').unwrap_or((rest, ""));
        let (place, database) = rest.split_once('/').unwrap_or((rest, ""));
        let (who, host) = place.rsplit_once('@').unwrap_or(("postgres", place));
        let (user, password) = who.split_once(':').unwrap_or((who, ""));
        let address = if host.contains(':') { host.to_owned() } else { format!("{host}:5432") };
        let database = if database.is_empty() { user } else { database };
        Some(Self { user, has_password: !password.is_empty(), address, database })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_is_taken_apart() {
        let target = Target { user: "postgres", has_password: false, address: "127.0.0.1:5432".into(), database: "postgres" };
        assert_eq!(Target::parse(URL_DEFAULT), Some(target));
        let target = Target { user: "me", has_password: true, address: "db:6000".into(), database: "purser" };
        assert_eq!(Target::parse("postgresql://me:secret@db:6000/purser?sslmode=disable"), Some(target));
        assert_eq!(Target::parse("sqlite:data.db"), None);
    }

    #[test]
    fn the_first_message_names_user_and_database() {
        let message = startup_message("me", "purser");
        assert_eq!(message.len(), usize::from(message[3]));
        assert_eq!(&message[4..8], [0, 3, 0, 0]);
        assert_eq!(&message[8..], b"user\0me\0database\0purser\0\0");
    }
}
