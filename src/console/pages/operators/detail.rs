use leptos::prelude::*;

use super::cards::{facts, link_callout, own_callout, projects_card};
use super::rights::{access_card, links_card};
use super::state_dot;
use crate::console::i18n::tr;
use crate::console::pages::params::use_segment;
use crate::console::paths;
use crate::console::queries::{OperatorPage, get_operator};
use crate::console::server_fns::{MakePasswordLink, MakeSecondFactorLink, UpdateOperator};
use crate::console::ui::{Badge, ButtonLink, Card, Crumb, DescriptionList, IconName, Page, Tone, loaded};
use crate::model::OperatorId;

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
