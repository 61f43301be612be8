use leptos::prelude::*;

use super::extend::extend_card;
use super::rows::{renews_text, user_link};
use super::store_actions::{StoreForms, store_card};
use crate::console::i18n::tr;
use crate::console::labels::{EnvironmentBadge, payment_badge, store_name};
use crate::console::pages::notifications::notification_item;
use crate::console::pages::params::{use_project, use_segment};
use crate::console::paths;
use crate::console::queries::{SubscriptionPage, get_subscription};
use crate::console::server_fns::{ExtendSubscription, RefreshSubscription};
use crate::console::store_labels::{
    SubscriptionStateBadge, attribution_name, can, expiration_reason_name, offer_text, ownership_name, price_consent_name,
    subscription_state_name,
};
use crate::console::ui::{
    Amount, ButtonKind, Card, Column, Crumb, DescriptionList, EmptyState, Fact, HiddenInput, IconName, Moment, Page, PostForm,
    Row, SubmitButton, Table, Timeline, loaded,
};
use crate::model::{Ability, Payment, ProjectId, Subscription, SubscriptionId, SubscriptionState};

/// One subscription: where it stands, every paid period, and what the store told of it.
#[component]
pub fn SubscriptionDetailPage() -> AnyView {
    let (project, id) = (use_project(), use_segment("subscription"));
    let forms = Forms { refresh: ServerAction::new(), extend: ServerAction::new(), store: StoreForms::new() };
    let subscription =
        Resource::new(move || (project.get(), SubscriptionId(id.get())), |(project, id)| get_subscription(project, id));
    loaded(subscription, move |page: SubscriptionPage| content(&project.get_untracked(), page, forms))
}

/// The page's forms.
#[derive(Clone, Copy)]
struct Forms {
    refresh: ServerAction<RefreshSubscription>,
    extend: ServerAction<ExtendSubscription>,
    store: StoreForms,
}

fn content(project: &ProjectId, page: SubscriptionPage, forms: Forms) -> AnyView {
    let Forms { refresh, extend, store } = forms;
    let detail = page.detail;
    let one = detail.subscription;
    let crumbs = vec![Crumb::new(tr!("subscriptions.title"), paths::subscriptions(project))];
    let (state, environment) = (one.state, one.environment);
    let marks = move || view! { <SubscriptionStateBadge state/><EnvironmentBadge environment/> };
    let (project_id, id) = (project.0.clone(), one.subscription_id.0.clone());
    let ask = page.may_support.then(|| {
        view! {
            <PostForm action=refresh done=tr!("subscription.refreshed")>
                <HiddenInput name="project" value=project_id/>
                <HiddenInput name="subscription" value=id/>
                <div class="form-buttons"><SubmitButton label=tr!("subscription.refresh") kind=ButtonKind::Plain/></div>
            </PostForm>
        }
    });
    let notifications =
        detail.notifications.into_iter().map(|notification| notification_item(project, notification)).collect::<Vec<_>>();
    let notifications = match notifications.is_empty() {
        true => {
            view! { <EmptyState icon=IconName::Bell title=tr!("subscription.no_notices") text=tr!("subscription.no_notices_text")/> }
                .into_any()
        }
        false => view! { <Timeline items=notifications/> }.into_any(),
    };
    let title = one.product_name.clone();
    let whose = if one.user_key.is_empty() { one.subscription_id.0.clone() } else { one.user_key.clone() };
    let document = format!("{title} · {whose}");
    let to_extend = (page.may_extend && can(one.store, Ability::Extend)).then(|| extend_card(project, &one, extend));
    let at_store = page.may_extend.then(|| store_card(project, &one, store)).flatten();
    let (facts, periods) = (facts(project, one), periods(project, detail.periods));
    view! {
        <Page title document crumbs marks>
            <Card title=tr!("subscription.now")><DescriptionList facts columns=true/>{ask}</Card>
            <Card title=tr!("subscription.periods") description=tr!("subscription.periods_about")>
                {periods}
            </Card>
            {to_extend}
            {at_store}
            <Card title=tr!("subscription.notices")>{notifications}</Card>
        </Page>
    }
    .into_any()
}

fn facts(project: &ProjectId, one: Subscription) -> Vec<Fact> {
    let moment = |at: Option<crate::model::Timestamp>| at.map(|at| view! { <Moment at/> }.into_any());
    let user = user_link(project, &one.user_channel, &one.user_key);
    let (product, app) = (paths::product(project, one.product_seq), paths::app(project, one.app_seq));
    let renews = renews_text(&one);
    let is_retried = matches!(one.state, SubscriptionState::InGracePeriod | SubscriptionState::OnHold);
    let will_renew = one.auto_renew && !matches!(one.state, SubscriptionState::Revoked | SubscriptionState::Expired);
    let why_not = if is_retried { tr!("subscription.retry_reason") } else { tr!("subscription.reason") };
    let access = if one.state.gives_access() { tr!("subscriptions.yes") } else { tr!("subscriptions.no") };
    let (state, code) = (subscription_state_name(one.state), format!("{} ({})", one.state.as_str(), one.state.code()));
    let next_price = one.next_price.filter(|_| will_renew).map(|money| view! { <Amount money/> }.into_any());
    let next_product = one.next_product_id.filter(|_| will_renew).map(|id| view! { <code>{id}</code> }.into_any());
    let maybe = |term: String, value: Option<AnyView>| value.map(|value| Fact::new(term, value));
    [
        Some(Fact::new(tr!("payments.user"), view! { {user}" "<span class="muted">{attribution_name(one.attribution)}</span> })),
        Some(Fact::new(tr!("subscription.access"), access)),
        Some(Fact::new(tr!("subscriptions.state"), view! { {state}" "<span class="muted"><code>{code}</code></span> })),
        Some(Fact::new(tr!("subscriptions.renews"), renews)),
        Some(Fact::new(tr!("payments.product"), view! { <a href=product>{one.product_name}</a> })),
        maybe(tr!("subscription.next_product"), next_product),
        Some(Fact::new(tr!("subscription.period_start"), view! { <Moment at=one.period_start/> })),
        Some(Fact::new(tr!("subscriptions.period_end"), view! { <Moment at=one.period_end/> })),
        maybe(tr!("subscription.grace_end"), moment(one.grace_end)),
        maybe(tr!("subscription.next_price"), next_price),
        one.price_consent.map(|consent| Fact::new(tr!("subscription.consent"), price_consent_name(consent))),
        one.offer.as_ref().map(|offer| Fact::new(tr!("payment.offer"), offer_text(offer))),
        one.expiration_reason.map(|reason| Fact::new(why_not, expiration_reason_name(reason))),
        maybe(tr!("subscription.revoked"), moment(one.revoked_at)),
        Some(Fact::new(tr!("payment.ownership"), ownership_name(one.ownership))),
        Some(Fact::new(tr!("payments.store"), view! { {store_name(one.store)}" · "<a href=app>{one.store_app_id}</a> })),
        Some(Fact::copy(tr!("payment.original_order_id"), one.chain_id)),
        Some(Fact::copy(tr!("payments.order_id"), one.order_id)),
        Some(Fact::copy(tr!("subscription.id"), one.subscription_id.0)),
        Some(Fact::new(tr!("subscriptions.started"), view! { <Moment at=one.started_at/> })),
        maybe(tr!("subscription.told"), moment(one.renewal_as_of.max(Some(one.purchase_as_of)))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn periods(project: &ProjectId, periods: Vec<Payment>) -> AnyView {
    let columns = vec![
        Column::fit(tr!("subscription.period_start")),
        Column::fit(tr!("subscriptions.period_end")),
        Column::fit(tr!("payments.status")),
        Column::text(tr!("payments.product")),
        Column::number(tr!("payments.amount")),
        Column::text(tr!("payment.offer")),
        Column::text(tr!("payments.order_id")),
    ];
    let rows = periods.into_iter().map(|period| period_row(project, period)).collect();
    view! { <Table caption=tr!("subscription.periods") columns rows/> }.into_any()
}

fn period_row(project: &ProjectId, period: Payment) -> Row {
    let note = if period.superseded_at.is_some() {
        Some(tr!("payment.superseded"))
    } else if period.is_consumable() {
        Some(tr!("payments.unconsumed"))
    } else {
        period.consumed_at.map(|_| tr!("payment.consumed"))
    };
    Row::new()
        .href(paths::payment(project, &period.payment_seq))
        .cell(view! { <Moment at=period.purchased_at.unwrap_or(period.created_at)/> })
        .cell(view! { {period.expires_at.map(|at| view! { <Moment at/> })} })
        .cell(view! {
            {payment_badge(&period)}
            {note.map(|note| view! { " "<span class="muted">{note}</span> })}
        })
        .cell(period.product_name)
        .cell(period.price.map(|money| view! { <Amount money/> }))
        .cell(period.offer.as_ref().map(offer_text).unwrap_or_default())
        .cell(view! { <code>{period.store_order_id.unwrap_or_default()}</code> })
}
