//! A payment when it is made.

use crate::model::{
    AccessSalt, Attribution, Finish, Ownership, Payment, PaymentSeq, PaymentSource, PaymentStatus, Product, Timestamp,
};
use crate::stores::StoreApp;
use crate::users::User;

/// What is known of a payment when it is made, before anything is bought.
pub(crate) struct NewPayment<'a> {
    pub app: &'a StoreApp,
    pub product: &'a Product,
    /// None when nobody is known yet.
    pub user: Option<&'a User>,
    pub attribution: Attribution,
    pub source: PaymentSource,
    pub payment_seq: PaymentSeq,
    pub access_salt: AccessSalt,
    pub at: Timestamp,
}

impl NewPayment<'_> {
    /// A reserved payment: nothing is bought yet.
    pub(crate) fn into_payment(self) -> Payment {
        Payment {
            payment_seq: self.payment_seq,
            app_seq: self.app.app_seq,
            store: self.app.store,
            store_app_id: self.app.store_app_id.clone(),
            product_seq: self.product.product_seq,
            product_id: self.product.store_product_id.clone(),
            product_name: self.product.name.clone(),
            product_type: self.product.product_type,
            user_channel: self.user.map(|user| user.channel.clone()).unwrap_or_default(),
            user_key: self.user.map(|user| user.key.clone()).unwrap_or_default(),
            attribution: self.attribution,
            status: PaymentStatus::Reserved,
            finish: Finish::None,
            environment: self.app.environment,
            store_order_id: None,
            original_order_id: None,
            store_account: None,
            purchase_token: None,
            quantity: 1,
            price: None,
            payload: None,
            refusal: None,
            source: self.source,
            offer: None,
            ownership: Ownership::Purchased,
            created_at: self.at,
            updated_at: self.at,
            purchased_at: None,
            verified_at: None,
            expires_at: None,
            superseded_at: None,
            refunded_at: None,
            refunded_by: None,
            refunded_micros: None,
            refunded_quantity: None,
            refund_type: None,
            refund_reason: None,
            consumed_at: None,
            is_before_charge: false,
            hand_corrected_at: None,
            provisional_since: None,
            handled_at: None,
            reopened_at: None,
            access_salt: Some(self.access_salt),
        }
    }
}
