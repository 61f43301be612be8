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
