use leptos::prelude::*;

use super::rights::{access_card, links_card};
use super::state_dot;
use crate::console::i18n::tr;
use crate::console::labels::role_name;
use crate::console::pages::params::use_segment;
use crate::console::paths;
use crate::console::queries::{OperatorPage, get_operator};
use crate::console::server_fns::{MakePasswordLink, MakeSecondFactorLink, UpdateOperator};
use crate::console::ui::{
    Badge, ButtonLink, Callout, Card, Column, CopyText, Crumb, DescriptionList, EmptyState, Fact, IconName, Moment, Page, Row,
    Table, Tone, loaded,
};
use crate::model::{Account, OperatorId, ViewerProject};

/// The forms of an operator's page.
#[derive(Clone, Copy)]
pub struct OperatorActions {
    pub update: ServerAction<UpdateOperator>,
    pub password: ServerAction<MakePasswordLink>,
    pub factor: ServerAction<MakeSecondFactorLink>,
}

/// One operator.
#[component]
pub fn OperatorDetail() -> AnyView {
    let id = use_segment("operator");
    let actions = OperatorActions { update: ServerAction::new(), password: ServerAction::new(), factor: ServerAction::new() };
    let operator = Resource::new(move || OperatorId(id.get()), get_operator);
    loaded(operator, move |page| content(page, actions))
}

fn content(page: OperatorPage, actions: OperatorActions) -> AnyView {
    let OperatorPage { account, projects, is_self, new_link } = page;
    let crumbs = vec![Crumb::new(tr!("operators.title"), paths::OPERATORS)];
    let admin = account.is_admin;
    let state = state_dot(&account);
    let marks = move || view! { {admin.then(|| view! { <Badge label=tr!("operators.administrator") tone=Tone::Info/> })}{state} };
    let log = paths::audit_of(&account.email, "");
    let log_action = move || view! { <ButtonLink href=log label=tr!("operators.their_log") icon=IconName::List/> };
    let own = is_self.then(own_callout);
    let may = (!is_self).then(|| view! { {access_card(&account, actions.update)}{links_card(&account, actions)} });
    view! {
        <Page title=account.email.clone() crumbs marks actions=log_action narrow=true>
            {new_link.map(link_callout)}
            <Card><DescriptionList facts=facts(&account)/></Card>
            {own}
            {may}
            {projects_card(admin, projects)}
        </Page>
    }
    .into_any()
}

fn own_callout() -> AnyView {
    view! {
        <Callout tone=Tone::Info title=tr!("operators.own")>
            <p>{tr!("operators.own_text")}" "<a href=paths::ACCOUNT>{tr!("account.title")}</a></p>
        </Callout>
    }
    .into_any()
}

fn link_callout(link: String) -> AnyView {
    view! {
        <Callout tone=Tone::Warn title=tr!("operators.link_once")>
            <p>{tr!("operators.link_text")}</p>
            <CopyText value=link what=tr!("operators.link")/>
        </Callout>
    }
    .into_any()
}

fn facts(account: &Account) -> Vec<Fact> {
    let factor = if account.has_second_factor { tr!("factor.on") } else { tr!("factor.off") };
    vec![
        Fact::maybe(tr!("account.name"), Some(account.name.clone()).filter(|name| !name.is_empty())),
        Fact::new(tr!("factor.title"), factor),
        Fact::new(tr!("operators.made"), view! { <Moment at=account.created_at/> }),
        Fact::maybe(tr!("operators.signed_in"), account.signed_in_at.map(|at| view! { <Moment at/> })),
    ]
}

fn projects_card(is_admin: bool, projects: Vec<ViewerProject>) -> AnyView {
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
