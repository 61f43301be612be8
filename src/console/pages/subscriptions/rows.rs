use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::labels::{EnvironmentBadge, store_name};
use crate::console::paths;
use crate::console::store_labels::SubscriptionStateBadge;
use crate::console::ui::{Column, Moment, Row, Table, moment_words};
use crate::model::{ProjectId, Subscription, SubscriptionState};

/// Subscriptions as rows that lead to their pages.
pub fn subscription_table(project: &ProjectId, caption: String, subscriptions: Vec<Subscription>) -> AnyView {
    let columns = vec![
        Column::text(tr!("subscriptions.plan")),
        Column::fit(tr!("subscriptions.state")),
        Column::text(tr!("payments.user")),
        Column::fit(tr!("subscriptions.period_end")),
        Column::fit(tr!("subscriptions.renews")),
        Column::fit(tr!("payments.store")),
        Column::fit(tr!("subscriptions.started")),
    ];
    let rows = subscriptions.into_iter().map(|one| row(project, one)).collect();
    view! { <Table caption columns rows/> }.into_any()
}

fn row(project: &ProjectId, one: Subscription) -> Row {
    let href = paths::subscription(project, &one.subscription_id);
    let renews = renews_text(&one);
    let grace = one.grace_end.filter(|_| one.state == SubscriptionState::InGracePeriod);
    let grace = grace.map(|until| tr!("subscriptions.grace_until", until = moment_words(until)));
    Row::new()
        .href(href)
        .dimmed(!one.state.gives_access())
        .cell(one.product_name)
        .cell(view! { <SubscriptionStateBadge state=one.state/> })
        .cell(user_link(project, &one.user_channel, &one.user_key))
        .cell(view! { <Moment at=one.period_end/>{grace.map(|grace| view! { " "<span class="muted">{grace}</span> })} })
        .cell(renews)
        .cell(view! { {store_name(one.store)}" "<EnvironmentBadge environment=one.environment/> })
        .cell(view! { <Moment at=one.started_at/> })
}

/// Whether it renews, or what stands in the way.
pub fn renews_text(one: &Subscription) -> String {
    match one.state {
        SubscriptionState::Revoked | SubscriptionState::Expired => tr!("subscriptions.no"),
        SubscriptionState::InGracePeriod | SubscriptionState::OnHold => tr!("subscription.retrying"),
        _ if one.auto_renew => tr!("subscriptions.yes"),
        _ => tr!("subscriptions.no"),
    }
}

/// The player, or that nobody is known yet.
pub fn user_link(project: &ProjectId, channel: &str, key: &str) -> AnyView {
    if key.is_empty() {
        return view! { <span class="muted">{tr!("payments.without_user")}</span> }.into_any();
    }
    let (href, key) = (paths::user_in_channel(project, key, channel), key.to_owned());
    view! { <a href=href>{key}</a> }.into_any()
}
