use serde::Serialize;
use serde_json::Value;

/// A store's proof of one purchase as a client hands it over (docs/rules.md, Proofs): its form is checked, and what does not
/// count is cut off, so that one purchase has one proof however it is written.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged, rename_all_fields = "camelCase")]
pub enum Proof {
    /// A transaction as the store signed it, a compact JWS. The store is not asked.
    Transaction { signed_transaction: String },
    /// A token of the TEST store, which says itself what was bought. Nobody is asked.
    Test { token: String },
    /// A secret of the purchase, which only the buyer's app was given.
    PurchaseToken {
        purchase_token: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        product_id: Option<String>,
        /// What the store's client library signed beside it.
        #[serde(flatten)]
        signed: Option<SignedData>,
        /// The token can be worked out from an order's number and proves nothing by itself.
        #[serde(skip)]
        is_guessable: bool,
    },
    /// The id of a transaction, which is known to whoever saw a receipt or a log.
    TransactionId { transaction_id: String },
    /// A receipt nobody checked the signature of; it names purchases, of which one may be meant.
    Receipt {
        receipt: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        transaction_id: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        product_id: Option<String>,
    },
}

/// A purchase as Google's client library hands it to the app (docs/stores/google.md, Signed purchase data): JSON, word for word, and
/// the signature over it in base64.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct SignedData {
    pub data: String,
    pub signature: String,
}

impl Proof {
    /// Whether all that is to be known is in it, so that no store has to be asked.
    pub const fn is_complete(&self) -> bool {
        matches!(self, Self::Transaction { .. } | Self::Test { .. })
    }

    /// Whether it only names a purchase. Who only names one has proved nothing.
    pub const fn is_name(&self) -> bool {
        matches!(self, Self::TransactionId { .. } | Self::Receipt { .. } | Self::PurchaseToken { is_guessable: true, .. })
    }

    /// The proof as JSON, in the form it is handed in.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn is_written_as_it_is_handed_in() {
        let receipt = |transaction_id: Option<&str>| Proof::Receipt {
            receipt: "MI".into(),
            transaction_id: transaction_id.map(str::to_owned),
            product_id: None,
        };
        assert_eq!(receipt(None).to_json(), json!({ "receipt": "MI" }));
        assert_eq!(receipt(Some("7")).to_json(), json!({ "receipt": "MI", "transactionId": "7" }));
        assert_eq!(Proof::TransactionId { transaction_id: "7".into() }.to_json(), json!({ "transactionId": "7" }));
        let token = |product_id: Option<&str>, signed| Proof::PurchaseToken {
            purchase_token: "a".into(),
            product_id: product_id.map(str::to_owned),
            signed,
            is_guessable: false,
        };
        assert_eq!(token(Some("b"), None).to_json(), json!({ "purchaseToken": "a", "productId": "b" }));
        let signed = SignedData { data: "{}".into(), signature: "x".into() };
        let expected = json!({ "purchaseToken": "a", "data": "{}", "signature": "x" });
        assert_eq!(token(None, Some(signed)).to_json(), expected);
    }

    #[test]
    fn a_name_proves_nothing_and_a_signature_all() {
        let signed = Proof::Transaction { signed_transaction: String::new() };
        let of_token =
            |is_guessable| Proof::PurchaseToken { purchase_token: String::new(), product_id: None, signed: None, is_guessable };
        let (token, guessable) = (of_token(false), of_token(true));
        let name = Proof::TransactionId { transaction_id: String::new() };
        let kinds = [&signed, &token, &guessable, &name].map(|proof| (proof.is_complete(), proof.is_name()));
        assert_eq!(kinds, [(true, false), (false, false), (false, true), (false, true)]);
    }
}
