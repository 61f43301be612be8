use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::labels::{EnvironmentBadge, PaymentStatusBadge, UseStatusDot, store_name};
use crate::console::pages::subscriptions::user_link;
use crate::console::paths;
use crate::console::store_labels::{NotificationStatusBadge, SubscriptionStateBadge};
use crate::console::ui::{Amount, Column, Moment, Row, Table};
use crate::model::{
    Found, Hit, MatchField, MatchKind, Payment, ProjectId, StoreNotification, Subscription, USER_CHANNEL_DEFAULT, Why,
};

/// What was found as rows that lead to it, the best match first.
pub(super) fn table(hits: Vec<Hit>, projects: &[(ProjectId, String)]) -> AnyView {
    let has_projects = projects.len() > 1;
    let mut columns = vec![
        Column::text(tr!("search.what")),
        Column::fit(tr!("payments.status")),
        Column::text(tr!("payments.user")),
        Column::number(tr!("payments.amount")),
        Column::fit(tr!("search.when")),
        Column::fit(tr!("payments.store")),
        Column::text(tr!("search.why")),
    ];
    if has_projects {
        columns.push(Column::text(tr!("search.project")));
    }
    let rows = hits.into_iter().map(|hit| {
        let name = projects.iter().find(|(id, _)| *id == hit.project).map(|(_, name)| name.clone()).unwrap_or_default();
        let row = row(hit);
        if has_projects { row.cell(name) } else { row }
    });
    let rows: Vec<Row> = rows.collect();
    view! { <Table caption=tr!("search.title") columns rows/> }.into_any()
}

fn row(hit: Hit) -> Row {
    let Hit { project, found, why } = hit;
    let why = why_text(&why);
    match found {
        Found::Payment(payment) => payment_row(&project, *payment, why),
        Found::Subscription(found) => subscription_row(&project, *found, why),
        Found::Notification(found) => notification_row(&project, *found, why),
        Found::User { user_key, user_channel } => {
            let channel =
                (user_channel != USER_CHANNEL_DEFAULT).then(|| view! { " "<span class="muted">{user_channel.clone()}</span> });
            Row::new()
                .href(paths::user_in_channel(&project, &user_key, &user_channel))
                .cell(view! { {tr!("search.user")}" "<strong>{user_key.clone()}</strong>{channel} })
                .cell(())
                .cell(user_key)
                .cell(())
                .cell(())
                .cell(())
                .cell(why)
        }
        Found::Product(found) => {
            let name = if found.name.is_empty() { found.store_product_id.clone() } else { found.name.clone() };
            Row::new()
                .href(paths::product(&project, found.product_seq))
                .cell(view! { {tr!("search.product")}" "<strong>{name}</strong>" "<code>{found.store_product_id.clone()}</code> })
                .cell(view! { <UseStatusDot status=found.status/> })
                .cell(())
                .cell(())
                .cell(())
                .cell(())
                .cell(why)
        }
    }
}

fn payment_row(project: &ProjectId, payment: Payment, why: String) -> Row {
    let name = if payment.product_name.is_empty() { payment.product_id.clone() } else { payment.product_name.clone() };
    let is_waiting = payment.is_consumable();
    Row::new()
        .href(paths::payment(project, &payment.payment_seq))
        .cell(view! { {tr!("search.payment")}" "<strong>{name}</strong> })
        .cell(view! {
            <PaymentStatusBadge status=payment.status/>
            {is_waiting.then(|| view! { " "<span class="muted">{tr!("payments.unconsumed")}</span> })}
        })
        .cell(user_link(project, &payment.user_channel, &payment.user_key))
        .cell(payment.price.map(|money| view! { <Amount money/> }))
        .cell(view! { <Moment at=payment.purchased_at.unwrap_or(payment.created_at)/> })
        .cell(view! { {store_name(payment.store)}" "<EnvironmentBadge environment=payment.environment/> })
        .cell(why)
}

fn subscription_row(project: &ProjectId, found: Subscription, why: String) -> Row {
    Row::new()
        .href(paths::subscription(project, &found.subscription_id))
        .cell(view! { {tr!("search.subscription")}" "<strong>{found.product_name}</strong> })
        .cell(view! { <SubscriptionStateBadge state=found.state/> })
        .cell(user_link(project, &found.user_channel, &found.user_key))
        .cell(())
        .cell(view! { <Moment at=found.started_at/> })
        .cell(view! { {store_name(found.store)}" "<EnvironmentBadge environment=found.environment/> })
        .cell(why)
}

fn notification_row(project: &ProjectId, found: StoreNotification, why: String) -> Row {
    Row::new()
        .href(paths::notification(project, found.notice_no))
        .cell(view! { {tr!("search.notification")}" "<code>{found.kind}</code> })
        .cell(view! { <NotificationStatusBadge status=found.status/> })
        .cell(())
        .cell(())
        .cell(view! { <Moment at=found.received_at/> })
        .cell(view! { {store_name(found.store)}" "<EnvironmentBadge environment=found.environment/> })
        .cell(why)
}

/// Why it was found, in words.
fn why_text(why: &Why) -> String {
    let (field, term) = (field_name(why.field), why.term.as_str());
    match why.kind {
        MatchKind::Exact => tr!("search.exact", field = field, term = term),
        MatchKind::Normalised => tr!("search.normalised", field = field, term = term),
        MatchKind::Fragment => tr!("search.fragment", field = field, term = term),
        MatchKind::Typo => tr!("search.typo", field = field, term = term),
        MatchKind::Described => tr!("search.described"),
    }
}

fn field_name(field: MatchField) -> String {
    match field {
        MatchField::PaymentSeq => tr!("search.field_payment_seq"),
        MatchField::StoreOrderId => tr!("search.field_store_order_id"),
        MatchField::OtherId => tr!("search.field_other_id"),
        MatchField::PeriodId => tr!("search.field_period_id"),
        MatchField::SubscriptionId => tr!("search.field_subscription_id"),
        MatchField::ChainId => tr!("search.field_chain_id"),
        MatchField::PurchaseToken => tr!("search.field_purchase_token"),
        MatchField::OriginalOrderId => tr!("search.field_original_order_id"),
        MatchField::AccountToken => tr!("search.field_account_token"),
        MatchField::UserKey => tr!("search.field_user_key"),
        MatchField::NotificationId => tr!("search.field_notification_id"),
        MatchField::ProductId => tr!("search.field_product_id"),
        MatchField::ProductName | MatchField::Description => tr!("search.field_product_name"),
    }
}
