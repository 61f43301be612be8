use super::text_enum::text_enum;

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
