use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::model::{Fault, ProductSeq, ProjectId, ShopPayment};

/// A visit to the demo shop.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct VisitForm {
    pub project: ProjectId,
    pub product: ProductSeq,
    pub player: String,
    /// Decimal.
    pub price: String,
    pub currency: String,
    /// Of a subscription, in ISO 8601; a month when empty.
    #[serde(default)]
    pub period: String,
    #[serde(default)]
    pub payment: Option<ShopPayment>,
    /// Which button: `cancel`, or anything else to buy.
    #[serde(default)]
    pub choice: String,
}

/// Visits the demo shop and goes to its result. Support of the project.
#[server]
pub async fn visit_shop(input: VisitForm) -> Result<(), Fault> {
    use crate::{
        auth, console::paths, error::Error, model::Money, model::Permission, model::Reason, simulator, state::AppState,
        users::User,
    };
    let (state, parts) = (expect_context::<AppState>(), expect_context::<http::request::Parts>());
    auth::member(&state, &parts, &input.project, Permission::Support).await?;
    let player = User::parse(&input.player, None).map_err(|error| error.at("player"))?.key;
    let price_micros = Money::parse_price(&input.price);
    let price_micros = price_micros.ok_or_else(|| Error::invalid("price", Reason::NotAPrice))?;
    let price = Money { price_micros, currency: input.currency };
    let payment = input.payment.unwrap_or(ShopPayment::Ordinary);
    let (product, period, is_cancelled) = (input.product, input.period, input.choice == "cancel");
    let order = simulator::Order { product, player, price, period, payment, is_cancelled };
    let run = simulator::visit(&state, &input.project, &order).await?;
    let said = serde_json::to_string(&run).map_err(Error::internal)?;
    auth::put_flash(&state, &parts, &simulator::note_of_visit(&input.project), &said).await?;
    let payment = run.payment.as_ref().map_or("", |payment| payment.as_str());
    leptos_axum::redirect(&paths::with_query(paths::SIMULATOR, &[("project", input.project.as_str()), ("payment", payment)]));
    Ok(())
}
