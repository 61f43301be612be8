use leptos::prelude::*;

use super::sale_form::sale_form;
use super::subscribers::player;
use crate::console::i18n::tr;
use crate::console::labels::{PaymentStatusBadge, store_name};
use crate::console::paths;
use crate::console::server_fns::SettleSale;
use crate::console::ui::{
    Amount, Badge, ButtonLink, Card, Column, DescriptionList, EmptyState, Fact, IconName, Moment, Row, Table, Tone,
};
use crate::model::{ProjectId, RevocationKind, SalePayment, SimulatedPurchase, SimulatedSale};

/// What the simulated stores sold for the project, beside what arrived here; and the purchase in hand.
pub fn sales_card(
    project: &ProjectId,
    sales: Vec<SimulatedSale>,
    chosen: Memo<String>,
    action: ServerAction<SettleSale>,
) -> AnyView {
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
    let rows = sales.iter().map(|sale| row(project, sale)).collect::<Vec<_>>();
    let project = project.clone();
    let in_hand = move || {
        let sale = sales.iter().find(|sale| sale.purchase.order_id == chosen.get() && !sale.purchase.actions().is_empty())?;
        Some(panel(&project, sale, action))
    };
    view! {
        <Card title=tr!("simulator.sales") description=tr!("simulator.sales_about") flush=true>
            {in_hand}
            <Table caption=tr!("simulator.sales") columns rows/>
        </Card>
    }
    .into_any()
}

fn row(project: &ProjectId, sale: &SimulatedSale) -> Row {
    let SimulatedSale { purchase, payment } = sale;
    let arrived = match payment {
        Some((seq, status)) => {
            let (href, status) = (paths::payment(project, seq), *status);
            view! { <a href=href><PaymentStatusBadge status/></a> }.into_any()
        }
        None => view! { <span class="muted">{tr!("simulator.not_arrived")}</span> }.into_any(),
    };
    let row = match purchase.actions().is_empty() {
        true => Row::new(),
        false => Row::new().href(paths::simulated_sale(project, &purchase.order_id)),
    };
    row.cell(view! { <Moment at=purchase.purchased_at/> })
        .cell(store_name(purchase.store))
        .cell(view! { <span class="marks"><span>{purchase.product_id.clone()}</span>{marks(purchase)}</span> })
        .cell(player(&purchase.player))
        .cell(purchase.price.clone().map(|money| view! { <Amount money/> }))
        .cell(view! { <code>{purchase.order_id.clone()}</code> })
        .cell(arrived)
}

fn marks(purchase: &SimulatedPurchase) -> AnyView {
    let details = &purchase.details;
    let taken_back = purchase.revoked_at.map(|_| match details.revocation.map(|revocation| revocation.kind) {
        Some(RevocationKind::RefundProrated) => tr!("simulated.refunded_in_part"),
        Some(RevocationKind::FamilyRevoke | RevocationKind::AssignmentRevoke) => tr!("simulated.revoked"),
        _ => tr!("simulated.refunded"),
    });
    let unpaid = match details.payment {
        SalePayment::Paid => None,
        SalePayment::Pending => Some(tr!("simulated.pending")),
        SalePayment::Dropped => Some(tr!("simulated.dropped")),
    };
    view! {
        {unpaid.map(|label| view! { <Badge label tone=Tone::Info/> })}
        {details.is_renewal.then(|| view! { <Badge label=tr!("simulated.renewal")/> })}
        {details.is_superseded.then(|| view! { <Badge label=tr!("simulated.upgraded")/> })}
        {taken_back.map(|label| view! { <Badge label tone=Tone::Warn/> })}
    }
    .into_any()
}

fn panel(project: &ProjectId, sale: &SimulatedSale, action: ServerAction<SettleSale>) -> AnyView {
    let purchase = &sale.purchase;
    let title = format!("{} · {}", player(&purchase.player), purchase.product_id);
    let status = sale.payment.as_ref().map(|(_, status)| *status);
    let facts = vec![
        Fact::new(tr!("simulator.at"), view! { <Moment at=purchase.purchased_at/> }),
        Fact::maybe(tr!("simulator.price"), purchase.price.clone().map(|money| view! { <Amount money/> })),
        Fact::maybe(tr!("simulated.taken_back"), purchase.revoked_at.map(|at| view! { <Moment at/>" "{marks(purchase)} })),
        Fact::maybe(tr!("simulator.payment"), status.map(|status| view! { <PaymentStatusBadge status/> })),
        Fact::copy(tr!("simulator.order_id"), purchase.order_id.clone()),
    ];
    let payment = sale.payment.as_ref().map(|(seq, _)| paths::payment(project, seq));
    view! {
        <section class="in-hand" id="sale" aria-labelledby="sale-title">
            <h3 id="sale-title">{title}</h3>
            <div class="in-hand-parts">
                <DescriptionList facts/>
                <div class="in-hand-form">
                    {sale_form(project, purchase, action)}
                    {payment.map(|href| view! {
                        <div class="form-buttons"><ButtonLink href label=tr!("simulator.to_payment")/></div>
                    })}
                </div>
            </div>
        </section>
    }
    .into_any()
}
