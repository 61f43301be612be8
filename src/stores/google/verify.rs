use super::GoogleStore;
use super::signed_data::check_signed_data;
use crate::model::{RefusalCode, Snapshot};
use crate::stores::{Asking, Proof, Refusal, StoreApp, StoreError};

impl GoogleStore {
    /// Asks Google about the token of a proof, after what its client library signed was checked where the app has the key for it.
    pub(super) async fn verify_token(&self, app: &StoreApp, proof: &Proof, asking: Asking) -> Result<Snapshot, Refusal> {
        let Proof::PurchaseToken { purchase_token, product_id, signed } = proof else {
            return Err(Refusal::proof("proof.purchaseToken is missing"));
        };
        if let Some(signed) = signed {
            check_signed_data(app, signed, purchase_token)?;
        }
        let product_id = product_id.as_deref();
        let found = self.look_up(app, purchase_token, product_id, asking).await.map_err(StoreError::from)?;
        if let Some(product_id) = product_id.filter(|product_id| !found.has_product(product_id)) {
            let reason = format!("the purchase of this token is not of the product {product_id:?}");
            return Err(Refusal::new(RefusalCode::ProductMismatch, reason));
        }
        Ok(put_first(found.read(app, asking.now)?, |purchase| Some(purchase.product_id.as_str()) == product_id))
    }
}

/// Puts the purchase that was asked for before the others of its token.
pub(super) fn put_first(mut snapshot: Snapshot, is_asked: impl Fn(&crate::model::Purchase) -> bool) -> Snapshot {
    snapshot.purchases.sort_by_key(|purchase| !is_asked(purchase));
    snapshot
}
