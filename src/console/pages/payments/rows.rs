use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::labels::{EnvironmentBadge, payment_badge, payment_status_name, store_name};
use crate::console::pages::subscriptions::user_link;
use crate::console::paths;
use crate::console::store_labels::offer_text;
use crate::console::ui::{Amount, Badge, Column, CopyText, Moment, Order, Row, Table, Tone};
use crate::model::{Payment, ProjectId};

/// Payments as rows that lead to their pages.
pub fn payment_table(project: &ProjectId, caption: String, payments: Vec<Payment>) -> AnyView {
    table(project, caption, payments, Column::fit(tr!("payments.made")))
}

/// The same, with a heading that sorts by time: it leads to `href` and says which order is shown.
pub fn sorted_payment_table(project: &ProjectId, payments: Vec<Payment>, href: String, order: Order) -> AnyView {
    let made = Column::fit(tr!("payments.made")).sort(href, Some(order));
    table(project, tr!("payments.title"), payments, made)
}

fn table(project: &ProjectId, caption: String, payments: Vec<Payment>, made: Column) -> AnyView {
    let columns = vec![
        made,
        Column::fit(tr!("payments.status")),
        Column::text(tr!("payments.user")),
        Column::text(tr!("payments.product")),
        Column::number(tr!("payments.amount")),
        Column::fit(tr!("payments.store")),
        Column::text(tr!("payments.order_id")),
    ];
    let rows = payments.into_iter().map(|payment| row(project, payment)).collect();
    view! { <Table caption columns rows/> }.into_any()
}

fn row(project: &ProjectId, payment: Payment) -> Row {
    let href = paths::payment(project, &payment.payment_seq);
    let user = user_link(project, &payment.user_channel, &payment.user_key);
    let (is_waiting, is_withheld) = (payment.is_consumable(), payment.is_due() && !payment.is_consumable());
    let (is_owned, is_provisional) = (payment.is_owned(), payment.is_provisional());
    let offer = payment.offer.as_ref().map(offer_text);
    // The row's link is read without its row by those who go from link to link.
    let about = format!(", {}, {}", payment.product_name, payment_status_name(payment.status));
    Row::new()
        .href(href)
        .cell(view! { <Moment at=payment.created_at/><span class="visually-hidden">{about}</span> })
        .cell(view! {
            {payment_badge(&payment)}
            {is_waiting.then(|| view! { " "<span class="muted">{tr!("payments.unconsumed")}</span> })}
            {is_owned.then(|| view! { " "<span class="muted">{tr!("payments.owned")}</span> })}
            {is_provisional.then(|| view! { " "<Badge label=tr!("payments.provisional") tone=Tone::Warn/> })}
            {is_withheld.then(|| view! { " "<span class="muted">{tr!("payments.withheld")}</span> })}
        })
        .cell(user)
        .cell(view! {
            {payment.product_name}
            {offer.map(|offer| view! { " "<span class="muted">{offer}</span> })}
        })
        .cell(payment.price.map(|money| view! { <Amount money/> }))
        .cell(view! { {store_name(payment.store)}" "<EnvironmentBadge environment=payment.environment/> })
        .cell(payment.store_order_id.map(|id| view! { <CopyText value=id what=tr!("payments.order_id")/> }))
}
