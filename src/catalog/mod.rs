//! USE CASE: products, what is sold in each app. May call `db` and `projects`.

mod cache;
mod csv_file;
mod import;
mod lookup;
mod product_file;
mod products;

pub use cache::{CatalogCache, CatalogVersion, app_as_of, find_as_of};
pub(crate) use csv_file::{CsvForm, CsvRow, read_csv, refuse, whole};
pub use import::{Imported, import_products};
pub use lookup::{find_in_app, list_of_app, list_on_sale, list_skus, of_payment, on_sale};
pub use products::{NewProduct, ProductInput, ProductQuery, create_product, get_product, list_products, update_product};
pub(crate) use products::{changed, draft_product, insert_product, parse_store_product_id, write_product};
