use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::pages::params::{use_project, use_segment, use_value};
use crate::console::pages::products::refused_card;
use crate::console::paths;
use crate::console::queries::{ConsumedOrdersPage, get_consumed_orders};
use crate::console::ui::{
    ButtonKind, ButtonLink, Callout, Card, CodeBlock, Crumb, FileInput, FormButtons, Page, SubmitButton, Tone, loaded,
};
use crate::model::{AppSeq, ProjectId};

const EXAMPLE: &str = "orderId,userKey,consumedAt\n710000000000001,player-1,2026-11-01T12:00:00+09:00\n710000000000002,,\n";

/// Telling from a file which orders another server consumed.
#[component]
pub fn ConsumedOrders() -> AnyView {
    let (project, segment) = (use_project(), use_segment("app"));
    let source = move || (project.get(), segment.get().parse().unwrap_or(AppSeq(0)));
    let page = Resource::new(source, |(project, app)| get_consumed_orders(project, app));
    let (orders, consumed) = (use_value("orders").get_untracked(), use_value("consumed").get_untracked());
    let taken = (!orders.is_empty()).then(|| {
        view! { <Callout tone=Tone::Good><p>{tr!("orders.taken", orders = orders, consumed = consumed)}</p></Callout> }.into_any()
    });
    let crumbs = vec![Crumb::new(tr!("apps.title"), paths::apps(&project.get_untracked()))];
    view! {
        <Page title=tr!("orders.title") description=tr!("orders.about") crumbs narrow=true>
            {taken}
            {loaded(page, move |page| content(&project.get_untracked(), page))}
        </Page>
    }
    .into_any()
}

fn content(project: &ProjectId, page: ConsumedOrdersPage) -> AnyView {
    let app = page.app.app_seq;
    let (action, back) = (paths::consumed_orders_csv(project, app), paths::app(project, app));
    view! {
        {page.refused.map(|refused| refused_card(refused, tr!("orders.order_id"), tr!("orders.nothing_taken")))}
        <Card title=page.app.name>
            <form class="form" method="post" enctype="multipart/form-data" action=action>
                <FileInput name="file" label=tr!("import.file") help=tr!("orders.file_help") accept=".csv,text/csv" required=true/>
                <FormButtons>
                    <SubmitButton label=tr!("orders.submit")/>
                    <ButtonLink href=back label=tr!("form.cancel") kind=ButtonKind::Ghost/>
                </FormButtons>
            </form>
        </Card>
        <Card title=tr!("import.form") description=tr!("orders.form_about")>
            <CodeBlock label=tr!("import.example") text=EXAMPLE/>
            <p class="field-help">{tr!("orders.columns")}</p>
        </Card>
    }
    .into_any()
}
