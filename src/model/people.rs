//! The people of the console and what they did, as its pages show them.

use serde::{Deserialize, Serialize};

use super::{OperatorId, Role, Timestamp, Version};

/// An account without its secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    pub id: OperatorId,
    pub email: String,
    /// May be empty.
    pub name: String,
    pub is_admin: bool,
    pub is_active: bool,
    /// Invited, and has not chosen a password yet.
    pub is_invited: bool,
    pub has_second_factor: bool,
    /// Of its rights.
    pub version: Version,
    pub created_at: Timestamp,
    pub signed_in_at: Option<Timestamp>,
}

/// An operator in a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct Member {
    #[sqlx(rename = "operator_id")]
    pub id: OperatorId,
    pub email: String,
    /// May be empty.
    pub name: String,
    pub is_active: bool,
    pub role: Role,
    /// Of the role.
    pub version: Version,
}
