//! Products: the list, adding one or a file of them, changing one.

mod detail;
mod import;
mod list;
mod new;
mod offer;

pub use detail::ProductDetail;
pub use import::{ProductImport, refused_card};
pub use list::Products;
pub use new::ProductNew;
pub use offer::ProductOffer;
