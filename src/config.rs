//! Environment → one typed Config, checked once at start.

use std::net::SocketAddr;

use url::Url;

use crate::error::{Error, Result};

/// Everything the environment decides.
#[derive(Debug, Clone)]
pub struct Config {
    /// `PURSER_ADDR`: where to listen.
    pub addr: SocketAddr,
    /// `PURSER_PUBLIC_URL`: how the outside reaches us; decides cookies' `Secure` and what links and callback URLs look like.
    pub public_url: Url,
    /// `PURSER_DATABASE_URL`: `sqlite:PATH` or `postgres://…`.
    pub database_url: String,
    /// `PURSER_MASTER_KEY`: 32 bytes in base64; absent = a key file beside the embedded database.
    pub master_key: Option<String>,
    /// `PURSER_SIMULATOR=on`: the store simulator and its demo shop.
    pub simulator: bool,
    /// `PURSER_METRICS_TOKEN`: when set, `/metrics` wants it as a bearer token.
    pub metrics_token: Option<String>,
    /// `PURSER_TRUST_PROXY=on`: take the caller's address from `X-Forwarded-For` (last hop).
    pub trust_proxy: bool,
    /// `DEMO_SECRET_KEY`: the secret key the demo shop's game server uses; set by `cargo xtask run`.
    pub demo_secret_key: Option<String>,
}

impl Config {
    /// Reads the process's environment; the error names the variable.
    pub fn from_env() -> Result<Self> {
        Self::from_lookup(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
    }

    /// Reads through `lookup`, so that tests need no process environment.
    pub fn from_lookup(lookup: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let addr: SocketAddr = lookup("PURSER_ADDR")
            .unwrap_or_else(|| "127.0.0.1:3000".into())
            .parse()
            .map_err(|_| Error::invalid("PURSER_ADDR", "must be ADDRESS:PORT, such as 127.0.0.1:3000"))?;
        let public_url = lookup("PURSER_PUBLIC_URL").unwrap_or_else(|| format!("http://{addr}"));
        let public_url = Url::parse(&public_url)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .ok_or_else(|| Error::invalid("PURSER_PUBLIC_URL", "must be an http(s) address"))?;
        Ok(Self {
            addr,
            public_url,
            database_url: lookup("PURSER_DATABASE_URL").unwrap_or_else(|| "sqlite:data/purser.db".into()),
            master_key: lookup("PURSER_MASTER_KEY"),
            simulator: switch(&lookup, "PURSER_SIMULATOR")?,
            metrics_token: lookup("PURSER_METRICS_TOKEN"),
            trust_proxy: switch(&lookup, "PURSER_TRUST_PROXY")?,
            demo_secret_key: lookup("DEMO_SECRET_KEY"),
        })
    }

    /// An address of ours as the outside sees it; `path` starts with a slash.
    pub fn public(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.as_str().trim_end_matches('/'))
    }

    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }
}

fn switch(lookup: impl Fn(&str) -> Option<String>, name: &'static str) -> Result<bool> {
    match lookup(name).as_deref() {
        None | Some("off" | "0" | "false") => Ok(false),
        Some("on" | "1" | "true") => Ok(true),
        Some(_) => Err(Error::invalid(name, "must be on or off")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &'static str, value: &'static str) -> Result<Config> {
        Config::from_lookup(move |asked| (asked == name).then(|| value.to_owned()))
    }

    #[test]
    fn has_defaults_that_work() {
        let config = Config::from_lookup(|_| None).expect("defaults are valid");
        assert_eq!(config.addr.port(), 3000);
        assert_eq!(config.public("/login"), "http://127.0.0.1:3000/login");
        assert!(!config.simulator && !config.is_https());
    }

    #[test]
    fn names_the_variable_that_is_wrong() {
        for (name, value) in [
            ("PURSER_ADDR", "nowhere"),
            ("PURSER_PUBLIC_URL", "ftp://x"),
            ("PURSER_SIMULATOR", "maybe"),
            ("PURSER_TRUST_PROXY", "2"),
        ] {
            let error = with(name, value).expect_err(name).to_string();
            assert!(error.contains(name), "{error}");
        }
    }
}
