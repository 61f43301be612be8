use leptos::prelude::*;

use crate::model::{ClockForm, Fault, FaultsForm, NotificationForm, SaleForm, SubscriberForm};

/// Does something to a simulated subscriber. Support of the project.
#[server]
pub async fn change_subscriber(input: SubscriberForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, simulator, state::AppState};
    let state = expect_context::<AppState>();
    auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Support).await?;
    simulator::change_subscriber(&state, &input).await?;
    Ok(())
}

/// Does something to a simulated purchase. Support of the project.
#[server]
pub async fn settle_sale(input: SaleForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, simulator, state::AppState};
    let state = expect_context::<AppState>();
    auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Support).await?;
    simulator::settle_sale(&state, &input).await?;
    Ok(())
}

/// Sends a simulated notification again, and all that are due. Support of the project.
#[server]
pub async fn send_simulated_notifications(input: NotificationForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, simulator, state::AppState};
    let state = expect_context::<AppState>();
    auth::member(&state, &expect_context::<http::request::Parts>(), &input.project, Permission::Support).await?;
    simulator::send_notifications(&state, &input).await?;
    Ok(())
}

/// Moves the simulated clock. Support of the project and of every other that simulates.
#[server]
pub async fn move_simulated_clock(input: ClockForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, simulator, state::AppState};
    let (state, parts) = (expect_context::<AppState>(), expect_context::<http::request::Parts>());
    let by = auth::member(&state, &parts, &input.project, Permission::Support).await?;
    let supported = auth::projects_where(&state, &parts, Permission::Support).await?;
    simulator::move_clock(&state, &by, &supported, &input).await?;
    Ok(())
}

/// Sets what the simulated App Store gets wrong. Support of the project and of every other that simulates.
#[server]
pub async fn set_simulated_faults(input: FaultsForm) -> Result<(), Fault> {
    use crate::{auth, model::Permission, simulator, state::AppState};
    let (state, parts) = (expect_context::<AppState>(), expect_context::<http::request::Parts>());
    let by = auth::member(&state, &parts, &input.project, Permission::Support).await?;
    let supported = auth::projects_where(&state, &parts, Permission::Support).await?;
    simulator::set_faults_by_form(&state, &by, &supported, &input).await?;
    Ok(())
}
