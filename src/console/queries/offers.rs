use serde::{Deserialize, Serialize};

use super::request::Request;
use crate::model::{Fault, OfferForm, Permission, ProductSeq, ProjectId, SignedOffer};
use crate::subscriptions::{self, OfferInput};

/// What an operator wants signed; empty texts are absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfferRequest {
    pub project: ProjectId,
    pub product: ProductSeq,
    pub form: OfferForm,
    pub offer_id: String,
    pub user_key: String,
    pub user_channel: String,
    pub transaction_id: String,
    /// The customer may not have the introductory offer.
    pub is_refused: bool,
}

/// Signs an offer for a player, to be tried on a device; nothing is kept of it. Operators of the project.
pub async fn sign_offer(input: OfferRequest) -> Result<SignedOffer, Fault> {
    let Request { state, .. } = Request::of_member(&input.project, Permission::Configure).await?;
    let user = (input.user_key.as_str(), input.user_channel.as_str());
    let what = OfferInput::from_texts(input.form, &input.offer_id, user, &input.transaction_id)?;
    let what = OfferInput { is_allowed: !input.is_refused, ..what };
    Ok(subscriptions::sign_offer_for_product(&state, &input.project, input.product, &what).await?)
}
