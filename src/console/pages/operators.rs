//! The instance's operators, for its administrators: the list, inviting one, one with their rights.

mod cards;
mod detail;
mod new;
mod rights;

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::paths;
use crate::console::queries::list_operators;
use crate::console::reader::use_viewer;
use crate::console::ui::{Badge, ButtonKind, ButtonLink, Column, IconName, Loaded, Moment, Page, Row, StatusDot, Table, Tone};
use crate::model::Account;

pub use detail::OperatorDetail;
pub use new::OperatorNew;

/// All operators.
#[component]
pub fn Operators() -> AnyView {
    let operators = Resource::new(|| (), |()| list_operators());
    let viewer = use_viewer();
    let invite = move || {
        let may_invite = viewer.get().flatten().is_some_and(|viewer| viewer.is_admin);
        may_invite.then(|| {
            view! { <ButtonLink href=paths::OPERATOR_NEW label=tr!("operators.invite") kind=ButtonKind::Primary icon=IconName::Plus/> }
        })
    };
    let actions = move || view! { <Transition>{invite}</Transition> };
    view! {
        <Page title=tr!("operators.title") description=tr!("operators.about") actions><Loaded of=operators view=table/></Page>
    }
    .into_any()
}

fn table(operators: Vec<Account>) -> AnyView {
    let columns = vec![
        Column::text(tr!("login.email")),
        Column::text(tr!("account.name")),
        Column::fit(tr!("operators.rights")),
        Column::fit(tr!("factor.title")),
        Column::fit(tr!("operators.state")),
        Column::fit(tr!("operators.signed_in")),
    ];
    let rows = operators.into_iter().map(row).collect();
    view! { <Table caption=tr!("operators.title") columns rows/> }.into_any()
}

fn row(account: Account) -> Row {
    let admin = account.is_admin.then(|| view! { <Badge label=tr!("operators.administrator") tone=Tone::Info/> });
    let factor = if account.has_second_factor { tr!("factor.on") } else { "—".to_owned() };
    let signed_in = match account.signed_in_at {
        Some(at) => view! { <Moment at/> }.into_any(),
        None => view! { <span class="muted">{tr!("operators.never")}</span> }.into_any(),
    };
    Row::new()
        .href(paths::operator(&account.id))
        .dimmed(!account.is_active)
        .cell(account.email.clone())
        .cell(account.name.clone())
        .cell(admin)
        .cell(factor)
        .cell(state_dot(&account))
        .cell(signed_in)
}

/// Whether an account can be used.
pub fn state_dot(account: &Account) -> AnyView {
    match (account.is_active, account.is_invited) {
        (false, _) => view! { <StatusDot label=tr!("operators.inactive")/> }.into_any(),
        (true, true) => view! { <StatusDot label=tr!("operators.invited") tone=Tone::Warn/> }.into_any(),
        (true, false) => view! { <StatusDot label=tr!("operators.active") tone=Tone::Good/> }.into_any(),
    }
}
