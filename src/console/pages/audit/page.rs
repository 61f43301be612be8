use leptos::prelude::*;

use super::query::{self, use_audit_query, use_pairs};
use super::rows::audit_table;
use crate::console::i18n::tr;
use crate::console::labels::action_name;
use crate::console::pages::params::{use_project, use_value};
use crate::console::pages::settings::settings_tabs;
use crate::console::paths;
use crate::console::queries::{AuditPage, list_audit, list_project_audit};
use crate::console::ui::{ButtonLink, Choice, EmptyState, FilterForm, IconName, Page, Pager, SelectInput, TextInput, loaded};
use crate::console::viewer::use_viewer;

/// What was done anywhere, for instance administrators.
#[component]
pub fn Audit() -> AnyView {
    let search = use_audit_query();
    let log = Resource::new(move || search.get(), list_audit);
    let frame = Frame { base: paths::AUDIT.to_owned(), csv: paths::AUDIT_CSV.to_owned(), with_project: true };
    let pairs = use_pairs();
    let show = move |page| content(&frame, page, &pairs.get_untracked(), search.with_untracked(|query| query.cursor.is_some()));
    view! { <Page title=tr!("audit.title") description=tr!("audit.about")>{loaded(log, show)}</Page> }.into_any()
}

/// What was done in a project, for its administrators.
#[component]
pub fn ProjectAudit() -> AnyView {
    let (project, search) = (use_project(), use_audit_query());
    let log = Resource::new(move || (project.get(), search.get()), |(project, query)| list_project_audit(project, query));
    let id = project.get_untracked();
    let frame = Frame { base: paths::project_audit(&id), csv: paths::project_audit_csv(&id), with_project: false };
    let pairs = use_pairs();
    let show = move |page| content(&frame, page, &pairs.get_untracked(), search.with_untracked(|query| query.cursor.is_some()));
    view! {
        <Page title=tr!("audit.title") description=tr!("audit.project_about")>
            {settings_tabs(&id)}
            {loaded(log, show)}
        </Page>
    }
    .into_any()
}

/// Which log it is.
#[derive(Clone)]
struct Frame {
    base: String,
    csv: String,
    with_project: bool,
}

fn content(frame: &Frame, page: AuditPage, pairs: &[(&str, String)], is_later: bool) -> AnyView {
    let base: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let first = is_later.then(|| paths::with_query(&frame.base, &base));
    let next = page.rows.next_cursor.as_deref().map(|cursor| {
        let with_cursor: Vec<_> = base.iter().copied().chain([(query::CURSOR, cursor)]).collect();
        paths::with_query(&frame.base, &with_cursor)
    });
    let csv = paths::with_query(&frame.csv, &base);
    let results = if page.rows.items.is_empty() {
        view! { <EmptyState icon=IconName::List title=tr!("audit.none") text=tr!("audit.none_text")/> }.into_any()
    } else {
        view! {
            {audit_table(&frame.base, frame.with_project, page.rows.items)}
            <Pager prev=first next/>
            <div class="form-buttons"><ButtonLink href=csv label=tr!("export.csv") icon=IconName::Download external=true/></div>
        }
        .into_any()
    };
    view! { {filters(frame, page.actions)}{results} }.into_any()
}

fn filters(frame: &Frame, actions: Vec<String>) -> AnyView {
    let any = || Choice::new("", tr!("payments.any"));
    let actions = actions.into_iter().map(|action| Choice::new(action.clone(), action_name(&action)));
    let actions: Vec<Choice> = std::iter::once(any()).chain(actions).collect();
    let viewer = use_viewer();
    let projects = move || {
        let held = viewer.get().flatten().map(|viewer| viewer.projects).unwrap_or_default();
        let choices = std::iter::once(any()).chain(held.into_iter().map(|project| Choice::new(project.id.0, project.name)));
        let choices: Vec<Choice> = choices.collect();
        let value = use_value(query::PROJECT).get_untracked();
        view! { <SelectInput name=query::PROJECT label=tr!("nav.project") choices value/> }
    };
    let value = |name| use_value(name).get_untracked();
    let (clear, with_project) = (frame.base.clone(), frame.with_project);
    view! {
        <FilterForm clear>
            <TextInput name=query::ACTOR label=tr!("audit.who") placeholder=tr!("audit.who_hint") value=value(query::ACTOR)/>
            <SelectInput name=query::ACTION label=tr!("audit.what") choices=actions value=value(query::ACTION)/>
            {with_project.then(|| view! { <Transition>{projects}</Transition> })}
            <TextInput name=query::TARGET label=tr!("audit.target") placeholder="app:1000000" value=value(query::TARGET) mono=true/>
            <TextInput name=query::FROM label=tr!("payments.from") kind="date" value=value(query::FROM)/>
            <TextInput name=query::TO label=tr!("payments.to") kind="date" value=value(query::TO)/>
        </FilterForm>
    }
    .into_any()
}
