//! One write, from its begin to its commit.

use crate::db::{health::Health, postgres::Connections, tx::Tx, writer::Writer};
use crate::error::{Error, Result};

pub(super) async fn write_sqlite<T>(writer: &Writer, health: &Health, work: impl AsyncFnOnce(&mut Tx) -> Result<T>) -> Result<T> {
    let mut tx = Tx::SqliteWrite(writer.guard().await?);
    let value = work(&mut tx).await?;
    let Tx::SqliteWrite(guard) = tx else { return Err(Error::internal("a write changed its transaction")) };
    match guard.keep().await {
        Ok(Ok(())) => Ok(value),
        Ok(Err(cause)) => {
            health.tell(false);
            Err(Error::Internal(cause))
        }
        Err(_) => Err(Error::internal("the database writer stopped before the commit")),
    }
}

pub(super) async fn write_postgres<T>(connections: &Connections, work: impl AsyncFnOnce(&mut Tx) -> Result<T>) -> Result<T> {
    let mut tx = Tx::PostgresWrite(connections.begin().await?);
    let result = work(&mut tx).await;
    let Tx::PostgresWrite(write) = tx else { return Err(Error::internal("a write changed its transaction")) };
    match result {
        Ok(value) => {
            write.commit().await?;
            Ok(value)
        }
        Err(error) => {
            write.undo().await;
            Err(error)
        }
    }
}
