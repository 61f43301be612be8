use serde::{Deserialize, Serialize};

/// What is wrong with a file of rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum FileReason {
    #[error("must be UTF-8")]
    NotUtf8,
    #[error("must be CSV")]
    NotCsv,
    #[error("must have at most {max} rows")]
    RowsAtMost { max: usize },
    #[error("has an unknown column {0:?}")]
    UnknownColumn(String),
    #[error("has the column {0:?} twice")]
    ColumnTwice(String),
    #[error("needs the column {0:?}")]
    NoColumn(String),
    #[error("is in the file twice")]
    Twice,
    #[error("has no products")]
    NoProducts,
    #[error("has no orders")]
    NoOrders,
    #[error("is not the user this order belongs to here")]
    OrderOfAnother,
}
