use serde::{Deserialize, Serialize};

use super::text_enum::text_enum;
use super::{AppSeq, Fault, Product};

text_enum! {
    /// What kind of thing a product is; NHN's names are accepted as input.
    ProductType {
        Consumable = "CONSUMABLE",
        /// Bought once and kept.
        NonConsumable = "NON_CONSUMABLE",
        AutoSubscription = "AUTO_SUBSCRIPTION" | "AUTO_RENEWABLE",
        ConsumableAutoSubscription = "CONSUMABLE_AUTO_SUBSCRIPTION" | "CONSUMABLE_AUTO_RENEWABLE",
    }
}

impl ProductType {
    /// Whether a payment of this type is consumed after its goods were granted.
    pub const fn is_consumable(self) -> bool {
        matches!(self, Self::Consumable | Self::ConsumableAutoSubscription)
    }

    pub const fn is_subscription(self) -> bool {
        matches!(self, Self::AutoSubscription | Self::ConsumableAutoSubscription)
    }

    /// Whether the user owns what was paid for until the store takes it back.
    pub const fn is_owned(self) -> bool {
        matches!(self, Self::NonConsumable)
    }
}

text_enum! {
    /// What a store says it sold; its adapter reads the store's own words.
    PurchaseKind {
        Consumable = "CONSUMABLE",
        NonConsumable = "NON_CONSUMABLE",
        /// Paid once for a time that the store does not renew: Apple's non-renewing subscription.
        NonRenewing = "NON_RENEWING",
        AutoRenewable = "AUTO_RENEWABLE",
        /// Bought once; whether it is used up or kept, the store does not say in words we know.
        OneTime = "ONE_TIME",
    }
}

impl PurchaseKind {
    /// Whether a product of this type is sold so. A non-renewing subscription may be bought again and again, as goods are.
    pub const fn fits(self, product_type: ProductType) -> bool {
        match self {
            Self::Consumable | Self::NonRenewing => matches!(product_type, ProductType::Consumable),
            Self::NonConsumable => product_type.is_owned(),
            Self::AutoRenewable => product_type.is_subscription(),
            Self::OneTime => !product_type.is_subscription(),
        }
    }
}

/// The columns of a file of products, in the order we write them.
pub const PRODUCT_COLUMNS: [&str; 7] = ["store", "appId", "productId", "name", "type", "status", "sku"];
/// The columns of a file of orders that were consumed at another server.
pub const CONSUMED_COLUMNS: [&str; 3] = ["orderId", "userKey", "consumedAt"];

/// How many products a file adds, changes and leaves as they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportCounts {
    pub added: usize,
    pub changed: usize,
    pub unchanged: usize,
}

/// A product that a row of a file changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedRow {
    pub line: u64,
    pub before: Product,
    pub after: Product,
}

/// What a file of products would do, and the file itself, so that it can be written as it was shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPreview {
    pub file_name: String,
    pub text: String,
    /// The app of the rows that name none.
    pub app: Option<AppSeq>,
    pub counts: ImportCounts,
    pub changes: Vec<ChangedRow>,
}

/// What the import page shows of the file that was sent a moment ago.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImportNote {
    Refused(RefusedImport),
    Preview(ImportPreview),
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_fits_its_types() {
        use ProductType::{AutoSubscription, Consumable, ConsumableAutoSubscription, NonConsumable};
        for (kind, types) in [
            (PurchaseKind::Consumable, &[Consumable][..]),
            (PurchaseKind::NonConsumable, &[NonConsumable]),
            (PurchaseKind::NonRenewing, &[Consumable]),
            (PurchaseKind::AutoRenewable, &[AutoSubscription, ConsumableAutoSubscription]),
            (PurchaseKind::OneTime, &[Consumable, NonConsumable]),
        ] {
            let fitting: Vec<_> = ProductType::ALL.iter().copied().filter(|one| kind.fits(*one)).collect();
            assert_eq!(fitting, types, "{kind}");
        }
    }
}
