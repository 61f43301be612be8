//! A project's members, for its administrators: the list, adding one, one with their role.

mod detail;
mod new;

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::labels::{role_about, role_name};
use crate::console::pages::params::use_project;
use crate::console::pages::settings::settings_tabs;
use crate::console::paths;
use crate::console::queries::{MembersPage, list_members};
use crate::console::ui::{Badge, ButtonKind, ButtonLink, Card, Column, EmptyState, IconName, Page, Row, Table, Tone, loaded};
use crate::model::{Account, Member, ProjectId};

pub use detail::MemberDetail;
pub use new::{MemberNew, role_choices};

/// Who belongs to a project, and who enters it anyway.
#[component]
pub fn Members() -> AnyView {
    let project = use_project();
    let members = Resource::new(move || project.get(), list_members);
    let new = paths::member_new(&project.get_untracked());
    let actions = move || view! { <ButtonLink href=new label=tr!("members.add") kind=ButtonKind::Primary icon=IconName::Plus/> };
    view! {
        <Page title=tr!("members.title") description=tr!("members.about") actions>
            {settings_tabs(&project.get_untracked())}
            {loaded(members, move |page| content(&project.get_untracked(), page))}
        </Page>
    }
    .into_any()
}

fn content(project: &ProjectId, page: MembersPage) -> AnyView {
    let reader = page.reader;
    let columns = vec![
        Column::text(tr!("login.email")),
        Column::text(tr!("account.name")),
        Column::fit(tr!("members.role")),
        Column::text(tr!("members.may")),
    ];
    let table = if page.members.is_empty() {
        view! { <EmptyState icon=IconName::Users title=tr!("members.none") text=tr!("members.none_text")/> }.into_any()
    } else {
        let rows = page.members.into_iter().map(|member| {
            let is_reader = member.id == reader;
            row(project, member, is_reader)
        });
        let rows: Vec<Row> = rows.collect();
        view! { <Table caption=tr!("members.title") columns rows/> }.into_any()
    };
    view! { {table}{administrators_card(page.administrators)} }.into_any()
}

fn row(project: &ProjectId, member: Member, is_reader: bool) -> Row {
    let you = is_reader.then(|| view! { " "<Badge label=tr!("members.you") tone=Tone::Info/> });
    let gone = (!member.is_active).then(|| view! { " "<Badge label=tr!("operators.inactive")/> });
    Row::new()
        .href(paths::member(project, &member.id))
        .dimmed(!member.is_active)
        .cell(view! { {member.email}{you}{gone} })
        .cell(member.name)
        .cell(role_name(member.role))
        .cell(view! { <span class="muted">{role_about(member.role)}</span> })
}

fn administrators_card(administrators: Vec<Account>) -> AnyView {
    let items = administrators.into_iter().map(|one| view! { <li>{one.email}</li> }).collect_view();
    view! {
        <Card title=tr!("members.administrators") description=tr!("members.administrators_text")>
            <ul class="plain-list">{items}</ul>
        </Card>
    }
    .into_any()
}
