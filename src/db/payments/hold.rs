//! Holding users to the end of a write, so that a correction by hand and the purchases of its user never pass each other.

use crate::db::Tx;
use crate::db::tx::Conn;
use crate::error::Result;
use crate::model::{AppSeq, ProjectId};

/// One user of a project: channel and key.
pub type HeldUser<'a> = (&'a ProjectId, &'a str, &'a str);

/// Waits for corrections of these users that are under way; several purchases of a user may go on at the same time. On SQLite
/// writes follow each other anyway.
pub async fn hold_users(tx: &mut Tx, users: impl Iterator<Item = HeldUser<'_>>) -> Result<()> {
    const SQL: &str = "SELECT pg_advisory_xact_lock_shared(key) FROM UNNEST($1) AS held(key)";
    let Conn::Postgres(c) = tx.conn() else { return Ok(()) };
    let mut keys: Vec<i64> = users.map(lock_key).collect();
    // In one order everywhere, so that two writes never wait for each other.
    keys.sort_unstable();
    keys.dedup();
    sqlx::query(SQL).bind(keys).execute(c).await?;
    Ok(())
}

/// Waits until no purchase of the user is under way, and keeps others waiting.
pub async fn hold_user_alone(tx: &mut Tx, user: HeldUser<'_>) -> Result<()> {
    let Conn::Postgres(c) = tx.conn() else { return Ok(()) };
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(lock_key(user)).execute(c).await?;
    Ok(())
}

/// Waits for other writes about the same purchase or subscription of an app, and keeps them waiting to the end of this one.
pub async fn hold_purchase(tx: &mut Tx, app: AppSeq, id: &str) -> Result<()> {
    let Conn::Postgres(c) = tx.conn() else { return Ok(()) };
    let key = hash(&[&app.0.to_string(), id]);
    sqlx::query("SELECT pg_advisory_xact_lock($1)").bind(key).execute(c).await?;
    Ok(())
}

fn lock_key((project, channel, key): HeldUser<'_>) -> i64 {
    hash(&[project.as_str(), channel, key])
}

/// FNV-1a: the same in every process. Two that have one key wait for each other, no more.
fn hash(parts: &[&str]) -> i64 {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    bytes.fold(OFFSET, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME)).cast_signed()
}
