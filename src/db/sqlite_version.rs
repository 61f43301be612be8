//! SQLite before 3.51.3 can damage a database whose log is copied by one connection while another begins it anew, which is
//! just what we do (its release notes call it the WAL-reset bug; it came with 3.7.0).

use sqlx::SqliteConnection;

use crate::error::{Error, Result};

const FIRST_SOUND: [u32; 3] = [3, 51, 3];

/// Refuses a library with that fault.
pub(super) async fn check(conn: &mut SqliteConnection) -> Result<()> {
    let version: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(conn).await?;
    match is_sound(&version) {
        true => Ok(()),
        false => Err(Error::internal(format!(
            "SQLite {version} can damage the database (its WAL-reset fault): this server needs 3.51.3 or later"
        ))),
    }
}

/// Whether a version such as `3.51.3` is free of the fault; one that can't be read is not.
fn is_sound(version: &str) -> bool {
    let numbers: Result<Vec<u32>, _> = version.split('.').map(str::parse).collect();
    numbers.is_ok_and(|numbers| numbers.len() >= 3 && numbers.as_slice() >= FIRST_SOUND.as_slice())
}

#[cfg(test)]
mod tests {
    use sqlx::Connection;

    use super::*;

    #[test]
    fn tells_versions_apart_by_number() {
        for sound in ["3.51.3", "3.51.10", "3.52.0", "3.100.0", "4.0.0", "3.51.3.1"] {
            assert!(is_sound(sound), "{sound}");
        }
        for faulty in ["3.7.0", "3.50.4", "3.51.0", "3.51.2", "3.9.9", "3.6.23", "", "3.51", "3.51.x", "3,52,0"] {
            assert!(!is_sound(faulty), "{faulty}");
        }
    }

    #[tokio::test]
    async fn the_one_inside_is_sound() {
        let mut conn = SqliteConnection::connect("sqlite::memory:").await.unwrap();
        check(&mut conn).await.unwrap();
    }
}
