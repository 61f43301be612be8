//! CSV files of the console, by session cookie: lists as spreadsheets take them, and files of rows that people hand in.
//! Each handler checks for itself who asks.

mod audit;
mod consumed_orders;
mod csv_text;
mod payments;
mod products;
mod statistics;
mod upload;

use axum::Router;

use crate::state::AppState;

pub use consumed_orders::consumed_note;
pub use products::import_note;

/// The files' routes; they stand under the session's layers.
pub fn router() -> Router<AppState> {
    Router::new()
        .merge(payments::router())
        .merge(audit::router())
        .merge(products::router())
        .merge(consumed_orders::router())
        .merge(statistics::router())
}
