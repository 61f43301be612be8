//! What was done by whom: of the instance, and of one project.

mod diff;
mod page;
mod query;
mod rows;

pub use page::{Audit, ProjectAudit};
pub use query::read as read_audit_query;
