use serde::{Deserialize, Serialize};

use super::ids::ProjectId;
use super::text_enum::text_enum;

text_enum! {
    /// What an operator may do in one project; each role includes those before it.
    Role { Viewer = "VIEWER", Support = "SUPPORT", Operator = "OPERATOR", Admin = "ADMIN" }
}

/// Something a person may be allowed to do in a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// See everything but secrets.
    Read,
    /// Re-check with the store, correct statuses, mark refunds.
    Support,
    /// Change apps, products and webhooks.
    Configure,
    /// Change members, keys and the project's settings.
    Administer,
}

impl Role {
    const fn rank(self) -> u8 {
        match self {
            Self::Viewer => 0,
            Self::Support => 1,
            Self::Operator => 2,
            Self::Admin => 3,
        }
    }

    pub const fn may(self, what: Permission) -> bool {
        let needed = match what {
            Permission::Read => 0,
            Permission::Support => 1,
            Permission::Configure => 2,
            Permission::Administer => 3,
        };
        self.rank() >= needed
    }
}

/// Who is signed in to the console, and what they may see of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    pub email: String,
    /// May be empty; the address is shown then.
    pub name: String,
    /// Instance administrator: creates projects and operators.
    pub is_admin: bool,
    /// Whether this server plays the stores.
    pub has_simulator: bool,
    /// By name.
    pub projects: Vec<ViewerProject>,
}

/// A project the viewer belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, sqlx::FromRow)]
pub struct ViewerProject {
    pub id: ProjectId,
    pub name: String,
    pub role: Role,
}

impl Viewer {
    /// What the viewer may do in a project; none when it is not theirs.
    pub fn role_in(&self, project: &ProjectId) -> Option<Role> {
        self.projects.iter().find(|held| held.id == *project).map(|held| held.role)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_includes_those_before_it() {
        assert!(Role::Viewer.may(Permission::Read) && !Role::Viewer.may(Permission::Support));
        assert!(Role::Support.may(Permission::Support) && !Role::Support.may(Permission::Configure));
        assert!(Role::Operator.may(Permission::Configure) && !Role::Operator.may(Permission::Administer));
        assert!(Role::Admin.may(Permission::Administer));
    }
}
