//! What the simulator's page shows of a project.

use super::scope::{may_set_store, own_app};
use crate::catalog;
use crate::db;
use crate::error::{Error, Result};
use crate::model::{
    App, DeliveredNotification, Environment, PaymentSeq, ProjectId, ShopVisit, SimulatedNotification, SimulatedPlan,
    SimulatedProject, SimulatedSubscription, SubscriptionId, UseStatus,
};
use crate::payments;
use crate::simulator::clock::now;
use crate::simulator::settings::{faults, require_on};
use crate::simulator::transition::get_present_sale;
use crate::simulator::translate::{notifying_stores, store_of};
use crate::state::AppState;

const SUBSCRIBERS_SHOWN: u32 = 50;
const NOTIFICATIONS_SHOWN: u32 = 25;

/// What became of a visit to the demo shop; none when the project has no such payment.
pub async fn find_visit(state: &AppState, project: &ProjectId, seq: &PaymentSeq) -> Result<Option<ShopVisit>> {
    let detail = match payments::get_detail(state, project, seq).await {
        Ok(detail) => detail,
        Err(Error::NotFound(_)) => return Ok(None),
        Err(error) => return Err(error),
    };
    let payment = &detail.payment;
    let chain = payment.original_order_id.as_ref().filter(|_| payment.product_type.is_subscription());
    let found = match chain {
        Some(chain) => db::subscriptions::find_by_chain(&mut state.db.read().await?, project, payment.app_seq, chain).await?,
        None => None,
    };
    Ok(Some(ShopVisit { detail, subscription: found.map(|found| found.subscription_id) }))
}

/// A project's simulated stores, for somebody who supports the given projects.
pub async fn get_project_view(state: &AppState, project: &ProjectId, supported: &[ProjectId]) -> Result<SimulatedProject> {
    require_on(state)?;
    let mut tx = state.db.read().await?;
    let mut apps: Vec<App> = Vec::new();
    for store in notifying_stores() {
        let found = db::apps::list_of_store(&mut tx, project, store).await?.into_iter().map(|stored| stored.app);
        apps.extend(found.filter(|app| app.environment == Environment::Simulator));
    }
    let mut subscribers = db::simulator::list_subscribers(&mut tx, project, SUBSCRIBERS_SHOWN).await?;
    let notifications = db::simulator::list_notifications(&mut tx, Some(project), NOTIFICATIONS_SHOWN).await?;
    drop(tx);
    for subscriber in subscribers.iter_mut().filter(|subscriber| subscriber.subscription.is_none()) {
        subscriber.subscription = find_ours(state, project, &subscriber.simulated).await?;
    }
    let (mut plans, mut taken) = (Vec::new(), Vec::new());
    for app in apps {
        match own_app(state, project, app.store, &app.store_app_id).await {
            Ok(_) => plans.extend(plans_of(state, project, &app).await?),
            Err(Error::NotFound(_)) => taken.push(app.store_app_id),
            Err(error) => return Err(error),
        }
    }
    Ok(SimulatedProject {
        now: now(state).await?,
        real_now: state.clock.now(),
        subscribers,
        plans,
        notifications: notifications.into_iter().map(shown).collect(),
        faults: faults(state).await?,
        may_set_store: may_set_store(state, supported).await?,
        taken,
    })
}

/// Our subscription of a simulated one whose store knows it by another id than the simulator; none while nothing has arrived.
async fn find_ours(state: &AppState, project: &ProjectId, chain: &SimulatedSubscription) -> Result<Option<SubscriptionId>> {
    let mut tx = state.db.read().await?;
    let sale = get_present_sale(&mut tx, chain).await?;
    let chain_id = store_of(chain.store)?.chain_id(&sale);
    if chain_id == chain.chain_id {
        return Ok(None);
    }
    drop(tx);
    let app = own_app(state, project, chain.store, &chain.store_app_id).await?;
    let found = db::subscriptions::find_by_chain(&mut state.db.read().await?, project, app, &chain_id).await?;
    Ok(found.map(|found| found.subscription_id))
}

async fn plans_of(state: &AppState, project: &ProjectId, app: &App) -> Result<Vec<SimulatedPlan>> {
    let products = catalog::list_of_app(state, project, app.app_seq).await?;
    let on_sale =
        products.into_iter().filter(|product| product.product_type.is_subscription() && product.status == UseStatus::Use);
    let plan = on_sale.map(|product| SimulatedPlan {
        store_app_id: app.store_app_id.clone(),
        product_id: product.store_product_id,
        name: product.name,
    });
    Ok(plan.collect())
}

fn shown(notification: SimulatedNotification) -> DeliveredNotification {
    DeliveredNotification {
        product_id: notification.product_id,
        order_id: notification.order_id,
        notification_id: notification.notification_id,
        kind: notification.kind,
        subtype: notification.subtype,
        as_of: notification.as_of,
        due_at: notification.due_at,
        attempts: u32::try_from(notification.attempts.len()).unwrap_or(u32::MAX),
        result: notification.attempts.last().map(|attempt| attempt.result),
        is_delivered: notification.is_delivered,
    }
}
