//! The log's filters, as they stand in the address.

use crate::console::pages::list::{Address, CURSOR};
pub use crate::console::pages::list::{FROM, TO};
use crate::model::{AuditQuery, ProjectId};

pub const ACTOR: &str = "actor";
pub const ACTION: &str = "action";
pub const PROJECT: &str = "project";
pub const TARGET: &str = "target";
pub const ALL: [&str; 6] = [ACTOR, ACTION, PROJECT, TARGET, FROM, TO];

/// The filters of an address.
pub fn read(address: &Address) -> AuditQuery {
    AuditQuery {
        actor: address.text(ACTOR),
        action: address.text(ACTION),
        project: address.text(PROJECT).map(ProjectId),
        target: address.text(TARGET),
        from: address.from(),
        to: address.to(),
        cursor: address.text(CURSOR),
    }
}
