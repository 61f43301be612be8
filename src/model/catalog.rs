//! The products in a store's own catalog beside ours.

use serde::{Deserialize, Serialize};

use super::{Money, ProductSeq, ProductType, Reason};

/// What importing a store's catalog would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogPreview {
    /// Stands for all that was compared: what is confirmed is what was shown while this is the same.
    pub revision: String,
    /// What can be imported first, then what can't, then what is left as it is; each by product id.
    pub rows: Vec<CatalogRow>,
}

/// One product of the store's catalog, or of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogRow {
    pub product_id: String,
    /// As the store has it; a product the store does not list has our name.
    pub name: String,
    /// What it may be to us, the likeliest first; one that is there already keeps its own.
    pub product_types: Vec<ProductType>,
    /// Whether the store sells it; none where the store does not list it.
    pub is_active: Option<bool>,
    /// A price as an example, where the store says one; it is not imported.
    pub price: Option<Money>,
    pub change: CatalogChange,
}

/// What importing a product would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum CatalogChange {
    /// We do not have it yet.
    Add,
    /// We have it under another name.
    Rename { product: ProductSeq, name_now: String },
    /// It can't be taken.
    Refuse(Reason),
    /// We have it as the store has it.
    Same { product: ProductSeq },
    /// We have it, and the store does not list it.
    NotInStore { product: ProductSeq },
}

impl CatalogChange {
    /// Whether one may choose to import it.
    pub const fn is_importable(&self) -> bool {
        matches!(self, Self::Add | Self::Rename { .. })
    }

    /// Our product, where we have it.
    pub const fn product(&self) -> Option<ProductSeq> {
        match self {
            Self::Rename { product, .. } | Self::Same { product } | Self::NotInStore { product } => Some(*product),
            Self::Add | Self::Refuse(_) => None,
        }
    }
}

impl CatalogRow {
    /// Whether it is to be imported unless somebody says otherwise: what is new and on sale. Our names may have been chosen.
    pub fn is_chosen_at_first(&self) -> bool {
        self.change == CatalogChange::Add && self.is_active == Some(true)
    }
}
