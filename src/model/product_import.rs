use serde::{Deserialize, Serialize};

use super::Fault;

/// The columns of a file of products, in the order we write them.
pub const PRODUCT_COLUMNS: [&str; 5] = ["productId", "name", "type", "status", "sku"];

/// The columns of a file of orders that were consumed at another server.
pub const CONSUMED_COLUMNS: [&str; 3] = ["orderId", "userKey", "consumedAt"];

/// A file that was refused: nothing of it was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedImport {
    pub file_name: String,
    /// By line.
    pub rows: Vec<RefusedRow>,
}

/// One row that can't be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedRow {
    /// The line of the file it starts at; 1 is the head.
    pub line: u64,
    /// What the row is about, as in the file: a product or an order; empty when it has none.
    pub id: String,
    /// What is wrong; its `param` is the column.
    pub fault: Fault,
}
