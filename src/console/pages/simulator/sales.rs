use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::paths;
use crate::console::ui::{Amount, Badge, Card, Column, EmptyState, IconName, Moment, Row, Table, Tone};
use crate::console::words::{PaymentStatusBadge, store_name};
use crate::model::{ProjectId, SimulatedSale};

/// What the simulated stores sold for the project, beside what arrived here.
pub fn sales_card(project: &ProjectId, sales: Vec<SimulatedSale>) -> AnyView {
    if sales.is_empty() {
        return view! {
            <Card title=tr!("simulator.sales")>
                <EmptyState icon=IconName::Card title=tr!("simulator.no_sales") text=tr!("simulator.no_sales_text")/>
            </Card>
        }
        .into_any();
    }
    let columns = vec![
        Column::fit(tr!("simulator.at")),
        Column::fit(tr!("simulator.store")),
        Column::text(tr!("simulator.product")),
        Column::text(tr!("simulator.player")),
        Column::number(tr!("simulator.price")),
        Column::text(tr!("simulator.order_id")),
        Column::fit(tr!("simulator.payment")),
    ];
    let rows = sales.into_iter().map(|sale| row(project, sale)).collect::<Vec<_>>();
    view! {
        <Card title=tr!("simulator.sales") description=tr!("simulator.sales_about") flush=true>
            <Table caption=tr!("simulator.sales") columns rows/>
        </Card>
    }
    .into_any()
}

fn row(project: &ProjectId, sale: SimulatedSale) -> Row {
    let SimulatedSale { purchase, payment } = sale;
    let is_revoked = purchase.revoked_at.is_some();
    let arrived = match payment {
        Some((seq, status)) => {
            let href = paths::payment(project, &seq);
            view! { <a href=href><PaymentStatusBadge status/></a> }.into_any()
        }
        None => view! { <span class="muted">{tr!("simulator.not_arrived")}</span> }.into_any(),
    };
    Row::new()
        .cell(view! { <Moment at=purchase.purchased_at/> })
        .cell(store_name(purchase.store))
        .cell(purchase.product_id)
        .cell(purchase.player)
        .cell(purchase.price.map(|money| view! { <Amount money/> }))
        .cell(view! {
            <code>{purchase.order_id}</code>
            {is_revoked.then(|| view! { " "<Badge label=tr!("simulator.revoked") tone=Tone::Warn/> })}
        })
        .cell(arrived)
}
