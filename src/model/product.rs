use super::text_enum::text_enum;

text_enum! {
    /// What kind of thing a product is; NHN's names are accepted as input.
    ProductType {
        Consumable = "CONSUMABLE",
        AutoSubscription = "AUTO_SUBSCRIPTION" | "AUTO_RENEWABLE",
        ConsumableAutoSubscription = "CONSUMABLE_AUTO_SUBSCRIPTION" | "CONSUMABLE_AUTO_RENEWABLE",
    }
}

impl ProductType {
    /// Whether a payment of this type is consumed after its goods were granted.
    pub const fn is_consumable(self) -> bool {
        !matches!(self, Self::AutoSubscription)
    }

    pub const fn is_subscription(self) -> bool {
        !matches!(self, Self::Consumable)
    }
}
