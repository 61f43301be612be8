use leptos::prelude::*;

use super::rows::payment_table;
use crate::console::i18n::tr;
use crate::console::pages::params::{use_project, use_segment, use_value};
use crate::console::paths;
use crate::console::server_fns::{UserPage, get_user};
use crate::console::ui::{Card, Crumb, DescriptionList, EmptyState, Fact, IconName, Page, Pager, loaded};
use crate::model::{ProjectId, USER_CHANNEL_DEFAULT};

/// One player: who they are, what waits for them, what they bought.
#[component]
pub fn UserDetail() -> AnyView {
    let (project, key, channel, cursor) = (use_project(), use_segment("user"), use_value("channel"), use_value("cursor"));
    let user = Resource::new(
        move || (project.get(), key.get(), channel.get(), cursor.get()),
        |(project, key, channel, cursor)| {
            let channel = if channel.is_empty() { USER_CHANNEL_DEFAULT.to_owned() } else { channel };
            get_user(project, key, channel, Some(cursor).filter(|cursor| !cursor.is_empty()))
        },
    );
    loaded(user, 8, move |user| content(&project.get_untracked(), user))
}

fn content(project: &ProjectId, user: UserPage) -> AnyView {
    let crumbs = vec![Crumb::new(tr!("payments.title"), paths::payments(project))];
    let facts = vec![
        Fact::copy(tr!("user.key"), user.user_key.clone()),
        Fact::new(tr!("user.channel"), user.user_channel.clone()),
        Fact::copy(tr!("user.account_token"), user.account_token),
    ];
    let waiting = match user.unconsumed.is_empty() {
        true => view! { <p class="muted">{tr!("user.nothing_waits")}</p> }.into_any(),
        false => payment_table(project, tr!("user.unconsumed"), user.unconsumed),
    };
    let here = paths::user(project, &user.user_key);
    let next = user
        .payments
        .next_cursor
        .as_deref()
        .map(|cursor| paths::with_query(&here, &[("channel", &user.user_channel), ("cursor", cursor)]));
    let payments = match user.payments.items.is_empty() {
        true => {
            view! { <EmptyState icon=IconName::Card title=tr!("user.no_payments") text=tr!("user.no_payments_text")/> }.into_any()
        }
        false => payment_table(project, tr!("user.payments"), user.payments.items),
    };
    view! {
        <Page title=user.user_key crumbs description=tr!("user.about")>
            <Card title=tr!("user.who")><DescriptionList facts/></Card>
            <h2>{tr!("user.unconsumed")}</h2>
            {waiting}
            <h2>{tr!("user.payments")}</h2>
            {payments}
            <Pager prev=None next/>
        </Page>
    }
    .into_any()
}
