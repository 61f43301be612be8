//! What was done by whom: of the instance, and of one project.

mod diff;
mod query;
mod rows;

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::labels::action_name;
use crate::console::pages::list::{List, use_search};
use crate::console::pages::params::{use_list_page, use_pairs, use_project, use_value};
use crate::console::pages::settings::settings_tabs;
use crate::console::paths;
use crate::console::queries::{AuditPage, list_audit, list_project_audit};
use crate::console::reader::use_viewer;
use crate::console::ui::{Choice, EmptyState, FilterForm, IconName, Page, SelectInput, TextInput, loaded};
use rows::audit_table;

pub use query::read as read_audit_query;

/// What was done anywhere, for instance administrators.
#[component]
pub fn Audit() -> AnyView {
    let search = use_search(query::read);
    let log = Resource::new(move || search.get(), list_audit);
    let show = show(paths::AUDIT.to_owned(), paths::AUDIT_CSV.to_owned(), true);
    view! { <Page title=tr!("audit.title") description=tr!("audit.about")>{loaded(log, show)}</Page> }.into_any()
}

/// What was done in a project, for its administrators.
#[component]
pub fn ProjectAudit() -> AnyView {
    let (project, search) = (use_project(), use_search(query::read));
    let log = Resource::new(move || (project.get(), search.get()), |(project, query)| list_project_audit(project, query));
    let id = project.get_untracked();
    let show = show(paths::project_audit(&id), paths::project_audit_csv(&id), false);
    view! {
        <Page title=tr!("audit.title") description=tr!("audit.project_about")>
            {settings_tabs(&id)}
            {loaded(log, show)}
        </Page>
    }
    .into_any()
}

/// The view of a page of the log at `here`; with the project of each row where the log is of all.
fn show(here: String, csv: String, with_project: bool) -> impl Fn(AuditPage) -> AnyView + Send + Sync + Clone + 'static {
    let (pairs, place) = (use_pairs(&query::ALL), use_list_page());
    move |page| {
        let (filters, place) = (pairs.get_untracked(), place.get_untracked());
        let list = List { here: here.clone(), filters, page: place, csv: Some(csv.clone()) };
        content(&list, page, with_project)
    }
}

fn content(list: &List, page: AuditPage, with_project: bool) -> AnyView {
    let results = if page.rows.items.is_empty() {
        view! { <EmptyState icon=IconName::List title=tr!("audit.none") text=tr!("audit.none_text")/> }.into_any()
    } else {
        list.view(audit_table(&list.here, with_project, page.rows.items), page.rows.next_cursor.as_deref())
    };
    view! { {filters(&list.here, page.actions, with_project)}{results} }.into_any()
}

fn filters(here: &str, actions: Vec<String>, with_project: bool) -> AnyView {
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
    view! {
        <FilterForm clear=here.to_owned()>
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
