//! Databases made for a figure, and looks into them from outside the server.

use std::path::PathBuf;
use std::str::FromStr;

use purser::error::{Error, Result};
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, SqliteConnection};

use crate::world::World;

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// An empty database that is removed when its figure is done.
pub struct Database {
    pub kind: Kind,
    pub url: String,
    place: Place,
}

enum Place {
    /// A folder of its own.
    Folder(PathBuf),
    /// A database of this name, made through this address.
    Named { name: String, server: String },
}

impl Database {
    pub async fn create(world: &World, kind: Kind, name: &str) -> Result<Self> {
        match kind {
            Kind::Sqlite => {
                let folder = world.folder.join(name);
                std::fs::create_dir_all(&folder).map_err(Error::internal)?;
                Ok(Self { kind, url: format!("sqlite:{}/purser.db", folder.display()), place: Place::Folder(folder) })
            }
            Kind::Postgres => {
                let name = format!("purser_bench_{name}");
                let server = world.postgres.clone();
                let mut admin = PgConnection::connect(&server).await?;
                admin.execute(sqlx::raw_sql(AssertSqlSafe(format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")))).await?;
                admin.execute(sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}")))).await?;
                let (start, _) = server.rsplit_once('/').ok_or_else(|| Error::internal("the address names no database"))?;
                Ok(Self { kind, url: format!("{start}/{name}"), place: Place::Named { name, server } })
            }
        }
    }

    pub async fn remove(self) -> Result<()> {
        match self.place {
            Place::Folder(folder) => std::fs::remove_dir_all(folder).map_err(Error::internal),
            Place::Named { name, server } => {
                let mut admin = PgConnection::connect(&server).await?;
                admin.execute(sqlx::raw_sql(AssertSqlSafe(format!("DROP DATABASE {name} WITH (FORCE)")))).await?;
                Ok(())
            }
        }
    }

    pub async fn look(&self) -> Result<Look> {
        Ok(match self.kind {
            Kind::Sqlite => Look::Sqlite(SqliteConnectOptions::from_str(&self.url)?.disable_statement_logging().connect().await?),
            Kind::Postgres => Look::Postgres(PgConnectOptions::from_str(&self.url)?.disable_statement_logging().connect().await?),
        })
    }
}

/// A connection past the server.
pub enum Look {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Look {
    /// Runs statements.
    pub async fn run(&mut self, sql: &str) -> Result<()> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        match self {
            Self::Sqlite(conn) => conn.execute(sql).await.map(drop)?,
            Self::Postgres(conn) => conn.execute(sql).await.map(drop)?,
        }
        Ok(())
    }

    /// A column of texts.
    pub async fn texts(&mut self, sql: &str) -> Result<Vec<String>> {
        let sql = AssertSqlSafe(sql.to_owned());
        Ok(match self {
            Self::Sqlite(conn) => sqlx::query_scalar(sql).fetch_all(conn).await?,
            Self::Postgres(conn) => sqlx::query_scalar(sql).fetch_all(conn).await?,
        })
    }

    /// A column of numbers.
    pub async fn numbers(&mut self, sql: &str) -> Result<Vec<i64>> {
        let sql = AssertSqlSafe(sql.to_owned());
        Ok(match self {
            Self::Sqlite(conn) => sqlx::query_scalar(sql).fetch_all(conn).await?,
            Self::Postgres(conn) => sqlx::query_scalar(sql).fetch_all(conn).await?,
        })
    }

    pub async fn number(&mut self, sql: &str) -> Result<i64> {
        self.numbers(sql).await?.first().copied().ok_or_else(|| Error::internal("no row"))
    }
}
