use serde::{Deserialize, Serialize};

use crate::model::ProductType;

/// What is wrong with a value about a product, or about what is bought, or signed, of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ProductReason {
    #[error("is no product of this app")]
    NoSuchProduct,
    #[error("is the id of another product of this app")]
    StoreProductIdTaken,
    #[error("must have 1 to {max} letters, digits, . _ or -, as in the store's console")]
    NotAStoreProductId { max: usize },
    #[error("no product {0:?} is configured for this app: add it")]
    NotConfigured(String),
    #[error("the store sells {product_id:?} as another type than {product_type}")]
    SoldAsAnotherType { product_id: String, product_type: ProductType },
    #[error("is sold by the store as another type than {0}, which can't change here")]
    OfAnotherType(ProductType),
    #[error("is of a type that this server does not know")]
    OfUnknownType,
    #[error("is in the store's list twice")]
    ListedTwice,
    #[error("tells of no purchase")]
    NoPurchase,
    #[error("is {0} here already, and a product's type can't change")]
    TypeFixed(ProductType),
    #[error("must be a subscription of a store that signs offers")]
    NotASubscription,
    #[error("is needed for this form")]
    NeededForForm,
    #[error("must be the digits of a transaction's id")]
    NotATransactionId,
}

/// Why a payment is not corrected by the number on a receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum ReceiptReason {
    #[error("is not known to the store")]
    Unknown,
    #[error("must be set: the store can't be asked for this number, for the app has no key")]
    NotAskable,
    #[error("is of another player's purchase")]
    OfAnotherPlayer,
    #[error("is of the product {0:?}")]
    OfAnotherProduct(String),
    #[error("belongs to another payment")]
    OfAnotherPayment,
    #[error("is of a purchase that the store has taken back")]
    TakenBack,
    #[error("is of a purchase from before this server was in charge of the app")]
    BeforeCharge,
    #[error("is recorded as payment {0:?}")]
    Recorded(String),
    #[error("may be of the purchase recorded as payment {0:?}")]
    MaybeRecorded(String),
    #[error("{0}")]
    Refused(String),
}

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
