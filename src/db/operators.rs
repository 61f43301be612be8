//! Console accounts. They belong to the instance, so there is no project to filter by.

use super::{Tx, on};
use crate::error::Result;
use crate::model::{OperatorId, Timestamp, Version};

/// One account with its secrets; never leaves the server.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Operator {
    pub id: OperatorId,
    pub email: String,
    pub name: String,
    /// argon2id in PHC form; empty until an invitation is accepted.
    pub password_hash: String,
    pub is_admin: bool,
    pub is_active: bool,
    /// Sealed for `operator:ID`; none without a second factor.
    pub totp_secret: Option<String>,
    /// The last time step whose code was taken.
    pub totp_step: Option<i64>,
    pub version: Version,
    pub created_at: Timestamp,
    pub password_changed_at: Timestamp,
    pub signed_in_at: Option<Timestamp>,
}

/// An account to make.
pub struct NewOperator<'a> {
    pub id: &'a OperatorId,
    pub email: &'a str,
    pub name: &'a str,
    pub password_hash: &'a str,
    pub is_admin: bool,
    pub at: Timestamp,
}

/// How many accounts a server has at most; so every list has them all.
pub const OPERATORS_MAX: i64 = 1_000;

/// Whether anybody has an account yet.
pub async fn any_exists(tx: &mut Tx) -> Result<bool> {
    const SQL: &str = "SELECT COUNT(*) FROM (SELECT id FROM operators LIMIT 1) AS one";
    let count: i64 = on!(tx, c => sqlx::query_scalar(SQL).fetch_one(c).await?);
    Ok(count > 0)
}

pub async fn find(tx: &mut Tx, id: &OperatorId) -> Result<Option<Operator>> {
    const SQL: &str = "SELECT * FROM operators WHERE id = $1";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(id).fetch_optional(c).await?))
}

/// By e-mail in lower case.
pub async fn find_by_email(tx: &mut Tx, email: &str) -> Result<Option<Operator>> {
    const SQL: &str = "SELECT * FROM operators WHERE email = $1";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(email).fetch_optional(c).await?))
}

pub async fn count(tx: &mut Tx) -> Result<i64> {
    const SQL: &str = "SELECT COUNT(*) FROM operators";
    on!(tx, c => Ok(sqlx::query_scalar(SQL).fetch_one(c).await?))
}

/// The active administrators by e-mail.
pub async fn list_admins(tx: &mut Tx) -> Result<Vec<Operator>> {
    const SQL: &str = "SELECT * FROM operators WHERE is_admin AND is_active ORDER BY email LIMIT $1";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(OPERATORS_MAX).fetch_all(c).await?))
}

/// All accounts by e-mail; an instance has few.
pub async fn list(tx: &mut Tx) -> Result<Vec<Operator>> {
    const SQL: &str = "SELECT * FROM operators ORDER BY email LIMIT $1";
    on!(tx, c => Ok(sqlx::query_as(SQL).bind(OPERATORS_MAX).fetch_all(c).await?))
}

/// Makes an active account; false when the e-mail is taken.
pub async fn insert(tx: &mut Tx, new: &NewOperator<'_>) -> Result<bool> {
    const SQL: &str =
        "INSERT INTO operators (id, email, name, password_hash, is_admin, is_active, created_at, password_changed_at)
                       VALUES ($1, $2, $3, $4, $5, TRUE, $6, $6) ON CONFLICT DO NOTHING";
    on!(tx, c => {
        let query = sqlx::query(SQL).bind(new.id).bind(new.email).bind(new.name).bind(new.password_hash);
        Ok(query.bind(new.is_admin).bind(new.at).execute(c).await?.rows_affected() == 1)
    })
}

/// Holds up other changes of administrators until this transaction ends, so that two can't remove each other.
pub async fn lock_admins(tx: &mut Tx) -> Result<()> {
    const SQL: &str = "UPDATE operators SET is_admin = TRUE WHERE is_admin";
    on!(tx, c => Ok(sqlx::query(SQL).execute(c).await.map(drop)?))
}

/// Active administrators with a password, other than `id`.
pub async fn count_other_admins(tx: &mut Tx, id: &OperatorId) -> Result<i64> {
    const SQL: &str = "SELECT COUNT(*) FROM operators WHERE is_admin AND is_active AND password_hash <> '' AND id <> $1";
    on!(tx, c => Ok(sqlx::query_scalar(SQL).bind(id).fetch_one(c).await?))
}

/// Sets an account's rights; false when they are not of this version any more.
pub async fn set_rights(tx: &mut Tx, id: &OperatorId, is_admin: bool, is_active: bool, seen: Version) -> Result<bool> {
    const SQL: &str = "UPDATE operators SET is_admin = $2, is_active = $3, version = version + 1 WHERE id = $1 AND version = $4";
    on!(tx, c => {
        let query = sqlx::query(SQL).bind(id).bind(is_admin).bind(is_active).bind(seen);
        Ok(query.execute(c).await?.rows_affected() == 1)
    })
}

pub async fn set_name(tx: &mut Tx, id: &OperatorId, name: &str) -> Result<bool> {
    const SQL: &str = "UPDATE operators SET name = $2 WHERE id = $1";
    on!(tx, c => Ok(sqlx::query(SQL).bind(id).bind(name).execute(c).await?.rows_affected() == 1))
}

/// Puts a new password in the place of `old_hash`; false when it was changed meanwhile.
pub async fn set_password(tx: &mut Tx, id: &OperatorId, old_hash: &str, new_hash: &str, at: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE operators SET password_hash = $3, password_changed_at = $4 WHERE id = $1 AND password_hash = $2";
    on!(tx, c => {
        let query = sqlx::query(SQL).bind(id).bind(old_hash).bind(new_hash).bind(at);
        Ok(query.execute(c).await?.rows_affected() == 1)
    })
}

/// Notes a sign-in with the password behind `hash`; false when it was changed, or the account deactivated, meanwhile.
pub async fn mark_signed_in(tx: &mut Tx, id: &OperatorId, hash: &str, at: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE operators SET signed_in_at = $3 WHERE id = $1 AND password_hash = $2 AND is_active";
    on!(tx, c => Ok(sqlx::query(SQL).bind(id).bind(hash).bind(at).execute(c).await?.rows_affected() == 1))
}

/// Sets a second factor and the step whose code confirmed it; false when there is one already.
pub async fn set_totp(tx: &mut Tx, id: &OperatorId, sealed: &str, step: i64) -> Result<bool> {
    const SQL: &str = "UPDATE operators SET totp_secret = $2, totp_step = $3 WHERE id = $1 AND totp_secret IS NULL";
    on!(tx, c => Ok(sqlx::query(SQL).bind(id).bind(sealed).bind(step).execute(c).await?.rows_affected() == 1))
}

/// Removes the second factor; false when there is none.
pub async fn clear_totp(tx: &mut Tx, id: &OperatorId) -> Result<bool> {
    const SQL: &str = "UPDATE operators SET totp_secret = NULL, totp_step = NULL WHERE id = $1 AND totp_secret IS NOT NULL";
    on!(tx, c => Ok(sqlx::query(SQL).bind(id).execute(c).await?.rows_affected() == 1))
}

/// Takes the time step of a code made with this secret; false when it, or a later one, was taken before.
pub async fn take_totp_step(tx: &mut Tx, id: &OperatorId, sealed: &str, step: i64) -> Result<bool> {
    const SQL: &str = "UPDATE operators SET totp_step = $3
                       WHERE id = $1 AND totp_secret = $2 AND (totp_step IS NULL OR totp_step < $3)";
    on!(tx, c => Ok(sqlx::query(SQL).bind(id).bind(sealed).bind(step).execute(c).await?.rows_affected() == 1))
}
