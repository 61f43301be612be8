//! What a report changed in the purchase's payment, for the notification's record.

pub const SETTLED: &str = "PAYMENT_SETTLED";
pub const CREATED: &str = "PAYMENT_CREATED";
pub const WITHOUT_USER: &str = "PAYMENT_WITHOUT_USER";
pub const MERGED: &str = "PAYMENT_MERGED";
pub const PERIOD_CHANGED: &str = "PERIOD_CHANGED";
pub const REFUNDED: &str = "PAYMENT_REFUNDED";
pub const PARTLY_REFUNDED: &str = "PAYMENT_PARTLY_REFUNDED";
pub const REVERSED: &str = "REFUND_REVERSED";
pub const NOTHING_NEW: &str = "NOTHING_NEW";
