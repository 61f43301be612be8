//! Products: the list, adding one, changing one.

mod detail;
mod list;
mod new;

pub use detail::ProductDetail;
pub use list::Products;
pub use new::ProductNew;
