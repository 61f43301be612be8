//! What staff write down. Rows are added and never changed, and keep the reservation they are about.

use super::{Tx, next_row_id, on};
use crate::error::Result;
use crate::model::{Note, PaymentSeq, ProjectId, Timestamp};

/// What a note is about.
#[derive(Debug, Clone, Copy)]
pub enum Subject<'a> {
    Payment(&'a PaymentSeq),
    /// By channel and key.
    User(&'a str, &'a str),
}

/// Writes a note.
pub async fn insert(
    tx: &mut Tx,
    project: &ProjectId,
    of: Subject<'_>,
    (author, text): (&str, &str),
    at: Timestamp,
) -> Result<()> {
    const SQL: &str = "INSERT INTO notes (note_no, project_id, payment_seq, user_channel, user_key, at, author, body)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let (seq, channel, key) = match of {
        Subject::Payment(seq) => (Some(seq.as_str()), None, None),
        Subject::User(channel, key) => (None, Some(channel), Some(key)),
    };
    on!(tx, c => {
        sqlx::query(SQL).bind(next_row_id(at)).bind(project).bind(seq).bind(channel).bind(key).bind(at).bind(author).bind(text)
            .execute(c).await?;
    });
    Ok(())
}

/// How many notes are about it.
pub async fn count(tx: &mut Tx, project: &ProjectId, of: Subject<'_>) -> Result<i64> {
    const OF_PAYMENT: &str = "SELECT COUNT(*) FROM notes WHERE payment_seq = $2 AND project_id || '' = $1";
    const OF_USER: &str = "SELECT COUNT(*) FROM notes WHERE project_id = $1 AND user_channel = $2 AND user_key = $3";
    match of {
        Subject::Payment(seq) => on!(tx, c => Ok(sqlx::query_scalar(OF_PAYMENT).bind(project).bind(seq).fetch_one(c).await?)),
        Subject::User(channel, key) => {
            on!(tx, c => Ok(sqlx::query_scalar(OF_USER).bind(project).bind(channel).bind(key).fetch_one(c).await?))
        }
    }
}

/// The notes about a payment and about its player, the newest first.
pub async fn list_of_payment(
    tx: &mut Tx,
    project: &ProjectId,
    seq: &PaymentSeq,
    (channel, key): (&str, &str),
    limit: i64,
) -> Result<Vec<Note>> {
    const SQL: &str = "SELECT note_no, at, author, payment_seq, body FROM notes WHERE payment_seq = $2 AND project_id || '' = $1
         UNION ALL
         SELECT note_no, at, author, payment_seq, body FROM notes WHERE project_id = $1 AND user_key = $4 AND user_channel = $3
             AND $4 <> ''
         ORDER BY note_no DESC LIMIT $5";
    on!(tx, c => {
        Ok(sqlx::query_as(SQL).bind(project).bind(seq).bind(channel).bind(key).bind(limit).fetch_all(c).await?)
    })
}

/// The notes about a player and about their payments, the newest first.
pub async fn list_of_user(tx: &mut Tx, project: &ProjectId, channel: &str, key: &str, limit: i64) -> Result<Vec<Note>> {
    const SQL: &str = "SELECT note_no, at, author, payment_seq, body FROM notes
             WHERE project_id = $1 AND user_key = $3 AND user_channel = $2
         UNION ALL
         SELECT n.note_no, n.at, n.author, n.payment_seq, n.body FROM payments p JOIN notes n ON n.payment_seq = p.payment_seq
             WHERE p.project_id = $1 AND p.user_key = $3 AND p.user_channel = $2 AND n.project_id || '' = $1
         ORDER BY note_no DESC LIMIT $4";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(project).bind(channel).bind(key).bind(limit).fetch_all(c).await?))
}
