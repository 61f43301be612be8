use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::labels::role_name;
use crate::console::paths;
use crate::console::ui::{Callout, Card, Column, CopyText, EmptyState, Fact, IconName, Moment, Row, Table, Tone};
use crate::model::{Account, ViewerProject};

pub(super) fn own_callout() -> AnyView {
    view! {
        <Callout tone=Tone::Info title=tr!("operators.own")>
            <p>{tr!("operators.own_text")}" "<a href=paths::ACCOUNT>{tr!("account.title")}</a></p>
        </Callout>
    }
    .into_any()
}

pub(super) fn link_callout(link: String) -> AnyView {
    view! {
        <Callout tone=Tone::Warn title=tr!("operators.link_once")>
            <p>{tr!("operators.link_text")}</p>
            <CopyText value=link what=tr!("operators.link")/>
        </Callout>
    }
    .into_any()
}

pub(super) fn facts(account: &Account) -> Vec<Fact> {
    let factor = if account.has_second_factor { tr!("factor.on") } else { tr!("factor.off") };
    vec![
        Fact::maybe(tr!("account.name"), Some(account.name.clone()).filter(|name| !name.is_empty())),
        Fact::new(tr!("factor.title"), factor),
        Fact::new(tr!("operators.made"), view! { <Moment at=account.created_at/> }),
        Fact::maybe(tr!("operators.signed_in"), account.signed_in_at.map(|at| view! { <Moment at/> })),
    ]
}

pub(super) fn projects_card(is_admin: bool, projects: Vec<ViewerProject>) -> AnyView {
    let note = is_admin.then(|| view! { <p class="muted">{tr!("operators.administrator_about")}</p> });
    let content = if projects.is_empty() {
        let text = tr!("operators.no_projects_text");
        view! { <EmptyState icon=IconName::Grid title=tr!("operators.no_projects") text/> }.into_any()
    } else {
        let columns = vec![Column::text(tr!("projects.name")), Column::fit(tr!("members.role"))];
        let row = |held: ViewerProject| Row::new().href(paths::members(&held.id)).cell(held.name).cell(role_name(held.role));
        let rows: Vec<Row> = projects.into_iter().map(row).collect();
        view! { <Table caption=tr!("operators.projects") columns rows/> }.into_any()
    };
    view! { <Card title=tr!("operators.projects")>{note}{content}</Card> }.into_any()
}
