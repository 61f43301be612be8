use leptos::prelude::*;

use super::lines::payment_lines;
use super::notes::{NoteOf, notes_card};
use super::rows::payment_table;
use crate::console::i18n::tr;
use crate::console::labels::environment_name;
use crate::console::pages::params::{use_project, use_segment, use_value};
use crate::console::pages::subscriptions::subscription_table;
use crate::console::paths;
use crate::console::queries::{UserPage, get_user};
use crate::console::server_fns::AddNote;
use crate::console::ui::{
    Callout, Card, Column, Crumb, DescriptionList, EmptyState, Fact, IconName, Page, Pager, Row, Table, Tone, grouped, loaded,
};
use crate::model::{self, Payment, ProjectId, Subscription, USER_CHANNEL_DEFAULT, UserTotal};
use crate::users::User;

/// One player: who they are, what waits for them, what they bought.
#[component]
pub fn UserDetail() -> AnyView {
    let (project, key, channel, cursor) = (use_project(), use_segment("user"), use_value("channel"), use_value("cursor"));
    let note = ServerAction::new();
    let user = Resource::new(
        move || (project.get(), key.get(), channel.get(), cursor.get()),
        |(project, key, channel, cursor)| {
            let channel = if channel.is_empty() { USER_CHANNEL_DEFAULT.to_owned() } else { channel };
            get_user(project, key, channel, Some(cursor).filter(|cursor| !cursor.is_empty()))
        },
    );
    loaded(user, move |user| content(&project.get_untracked(), user, !cursor.get_untracked().is_empty(), note))
}

fn content(project: &ProjectId, user: UserPage, is_later: bool, note: ServerAction<AddNote>) -> AnyView {
    let crumbs = vec![Crumb::new(tr!("payments.title"), paths::payments(project))];
    let facts = vec![
        Fact::copy(tr!("user.key"), user.user_key.clone()),
        Fact::new(tr!("user.channel"), user.user_channel.clone()),
        Fact::copy(tr!("user.account_token"), user.account_token),
    ];
    let here = paths::user_in_channel(project, &user.user_key, &user.user_channel);
    let unconsumed = unconsumed_card(project, user.unconsumed);
    let owned = owned_card(project, user.owned);
    let subscriptions = subscriptions_card(project, user.subscriptions);
    let lines = payment_lines(project, &user.payments.items, &user.explained, user.now);
    let payments = payments_card(user.payments, lines, &here, is_later);
    let about = NoteOf::User(User { channel: user.user_channel, key: user.user_key.clone() });
    let notes = notes_card(project, user.notes, about, user.may_support.then_some(note));
    let unknown = (!user.is_known).then(|| view! { <Callout tone=Tone::Warn><p>{tr!("user.unknown")}</p></Callout> });
    view! {
        <Page title=user.user_key crumbs description=tr!("user.about")>
            {unknown}
            {unconsumed}
            {payments}
            {subscriptions}
            {notes}
            {owned}
            {totals_card(user.totals)}
            <Card title=tr!("user.who")><DescriptionList facts/></Card>
        </Page>
    }
    .into_any()
}

/// First, for it is why support staff open the page: what was paid and not yet handed over.
fn unconsumed_card(project: &ProjectId, unconsumed: Vec<Payment>) -> AnyView {
    if unconsumed.is_empty() {
        return view! { <Card title=tr!("user.unconsumed")><p class="muted">{tr!("user.nothing_waits")}</p></Card> }.into_any();
    }
    let table = payment_table(project, tr!("user.unconsumed"), unconsumed);
    view! { <Card title=tr!("user.unconsumed") description=tr!("user.unconsumed_about") flush=true>{table}</Card> }.into_any()
}

/// What the player bought once and keeps.
fn owned_card(project: &ProjectId, owned: Vec<Payment>) -> Option<AnyView> {
    if owned.is_empty() {
        return None;
    }
    let table = payment_table(project, tr!("user.owned"), owned);
    Some(view! { <Card title=tr!("user.owned") description=tr!("user.owned_about") flush=true>{table}</Card> }.into_any())
}

/// What the player pays for again and again, over or not.
fn subscriptions_card(project: &ProjectId, subscriptions: Vec<Subscription>) -> AnyView {
    if subscriptions.is_empty() {
        return view! { <Card title=tr!("user.subscriptions")><p class="muted">{tr!("user.no_subscriptions")}</p></Card> }
            .into_any();
    }
    let table = subscription_table(project, tr!("user.subscriptions"), subscriptions);
    view! { <Card title=tr!("user.subscriptions") flush=true>{table}</Card> }.into_any()
}

fn totals_card(totals: Vec<UserTotal>) -> Option<AnyView> {
    if totals.is_empty() {
        return None;
    }
    let columns = vec![
        Column::text(tr!("payments.environment")),
        Column::number(tr!("user.paid")),
        Column::number(tr!("user.paid_sum")),
        Column::number(tr!("user.refunded")),
        Column::number(tr!("user.refunded_sum")),
    ];
    let amount = |sum: Option<model::MoneySum>| match sum {
        Some(sum) => view! { <span class="amount">{sum.for_people()}</span> }.into_any(),
        None => "—".into_any(),
    };
    let rows = totals.into_iter().map(|total| {
        Row::new()
            .cell(environment_name(total.environment))
            .cell(grouped(total.paid))
            .cell(amount(total.paid_sum))
            .cell(grouped(total.refunded))
            .cell(amount(total.refunded_sum))
    });
    let rows: Vec<Row> = rows.collect();
    let card = view! {
        <Card title=tr!("user.totals") description=tr!("user.totals_about") flush=true>
            <Table caption=tr!("user.totals") columns rows/>
        </Card>
    };
    Some(card.into_any())
}

fn payments_card(page: model::Page<Payment>, lines: AnyView, here: &str, is_later: bool) -> AnyView {
    if page.items.is_empty() {
        return view! {
            <Card title=tr!("user.payments")>
                <EmptyState icon=IconName::Card title=tr!("user.no_payments") text=tr!("user.no_payments_text")/>
            </Card>
        }
        .into_any();
    }
    let first = is_later.then(|| here.to_owned());
    let next = page.next_cursor.as_deref().map(|cursor| paths::with_query(here, &[("cursor", cursor)]));
    view! {
        <Card title=tr!("user.payments") description=tr!("user.payments_about") flush=true>{lines}</Card>
        <Pager prev=first next/>
    }
    .into_any()
}
