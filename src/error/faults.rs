//! What a database's error says of the database itself, not of the statement.

/// The classes and codes by which PostgreSQL says that it goes down, comes up, lets nobody in or only reads (a standby).
const UNAVAILABLE: [&str; 6] = ["57P01", "57P02", "57P03", "57P05", "53300", "25006"];
const CONNECTION_CLASS: &str = "08";

/// Whether the connection is lost, or there is none to be had: another one may work, now or in a moment.
pub(crate) fn is_connection_fault(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        sqlx::Error::Database(error) => {
            let code = error.code();
            code.is_some_and(|code| UNAVAILABLE.contains(&code.as_ref()) || is_of_class(&code, CONNECTION_CLASS))
        }
        _ => false,
    }
}

/// Whether the database can't keep what is written: the disk is full or broken, the file can't be written, nobody answers.
pub(crate) fn is_storage_fault(error: &sqlx::Error) -> bool {
    /// PostgreSQL: out of resources, an error of the system, an internal error.
    const CLASSES: [&str; 3] = ["53", "58", "XX"];
    if is_connection_fault(error) {
        return true;
    }
    let sqlx::Error::Database(error) = error else { return false };
    error.code().is_some_and(|code| match code.len() {
        5 => CLASSES.iter().any(|class| code.starts_with(class)),
        _ => code.parse().is_ok_and(is_sqlite_storage_fault),
    })
}

/// SQLite's codes; the upper bits of an extended one tell more of the same.
const fn is_sqlite_storage_fault(code: u32) -> bool {
    // READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB.
    matches!(code & 0xff, 8 | 10 | 11 | 13 | 14 | 26)
}

/// SQLSTATEs have five characters; SQLite's codes have fewer.
fn is_of_class(code: &str, class: &str) -> bool {
    code.len() == 5 && code.starts_with(class)
}
