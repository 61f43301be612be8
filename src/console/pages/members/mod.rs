//! A project's members, for its administrators: the list, adding one, one with their role.

mod detail;
mod list;
mod new;

pub use detail::MemberDetail;
pub use list::Members;
pub use new::MemberNew;
