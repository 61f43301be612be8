//! The columns of a payment, as every statement names them. `Payment` reads them; `write::values` gives them in this order.

/// The columns that stay as they were when the payment was made.
macro_rules! fixed_columns {
    () => {
        "payment_seq, app_seq, store, store_app_id, product_seq, store_product_id, product_name, product_type, source, created_at"
    };
}

/// The columns that `save` writes.
macro_rules! changing_columns {
    () => {
        "user_channel, user_key, attribution, status, refusal, finish, environment, store_order_id, original_order_id, \
         store_account, purchase_token, quantity, price_micros, currency, payload, offer_type, offer_id, offer_discount, \
         ownership, updated_at, purchased_at, verified_at, expires_at, superseded_at, refunded_at, refunded_by, \
         refunded_micros, refunded_quantity, refund_type, refund_reason, consumed_at, hand_corrected_at, access_salt, \
         provisional_since"
    };
}

/// The columns a `Payment` is read from.
macro_rules! columns {
    () => {
        concat!(
            $crate::db::payments::columns::fixed_columns!(),
            ", ",
            $crate::db::payments::columns::changing_columns!(),
            ", handled_at, reopened_at, ",
            $crate::db::payments::is_before_charge!(),
            " IS TRUE AS is_before_charge"
        )
    };
}

/// Whether a payment was bought before its app's date, and staff did not make it consumable; null where it was not bought.
/// Asked of the app's row each time, so that a changed date holds at once, for purchases on their way too. The tolerance is
/// `IN_CHARGE_TOLERANCE_MILLIS`.
macro_rules! is_before_charge {
    () => {
        "(released_at IS NULL AND purchased_at < (SELECT COALESCE(apps.in_charge_since, apps.created_at - 300000) FROM apps
             WHERE apps.app_seq = payments.app_seq))"
    };
}

/// The types that are consumed: `ProductType::is_consumable`. The index `payments_unconsumed` has the same words.
macro_rules! is_of_consumable_type {
    () => {
        "product_type IN ('CONSUMABLE', 'CONSUMABLE_AUTO_SUBSCRIPTION')"
    };
}

/// What may be consumed, apart from status and time: of a consumable type, and not withheld (`Payment::withheld`).
macro_rules! gives_goods {
    () => {
        concat!(
            $crate::db::payments::is_of_consumable_type!(),
            " AND ownership = 'PURCHASED' AND superseded_at IS NULL AND ",
            $crate::db::payments::is_before_charge!(),
            " IS NOT TRUE"
        )
    };
}

pub(super) use {changing_columns, columns, fixed_columns};
pub(crate) use {gives_goods, is_before_charge, is_of_consumable_type};

#[cfg(test)]
mod tests {
    use crate::model::ProductType;

    #[test]
    fn the_consumable_types_are_the_models() {
        for kind in ProductType::ALL {
            let is_named = is_of_consumable_type!().contains(&format!("'{kind}'"));
            assert_eq!(is_named, kind.is_consumable(), "{kind}");
        }
    }
}
