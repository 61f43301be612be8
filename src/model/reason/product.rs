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
    #[error("tells of no purchase")]
    NoPurchase,
    #[error("must be a subscription of a store that signs offers")]
    NotASubscription,
    #[error("is needed for this form")]
    NeededForForm,
    #[error("must be the digits of a transaction's id")]
    NotATransactionId,
}
