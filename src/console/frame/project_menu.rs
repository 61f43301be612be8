use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::paths;
use crate::console::ui::{Icon, IconName, Menu};
use crate::model::{ProjectId, ViewerProject};

/// Which project one is in, and the way to the others.
#[component]
pub fn ProjectMenu(projects: Vec<ViewerProject>, project: Memo<Option<ProjectId>>) -> AnyView {
    let names = projects.iter().map(|project| (project.id.clone(), project.name.clone())).collect::<Vec<_>>();
    let present = move || {
        let here = project.get();
        let name = here.and_then(|here| names.iter().find(|(id, _)| *id == here).map(|(_, name)| name.clone()));
        name.unwrap_or_else(|| tr!("nav.choose_project"))
    };
    let items = projects.into_iter().map(|item| {
        let href = paths::project(&item.id);
        let current = move || (project.get().as_ref() == Some(&item.id)).then_some("true");
        view! { <li><a href=href aria-current=current><span class="project-letter" aria-hidden="true">{letter(&item.name)}</span><span>{item.name.clone()}</span></a></li> }
            .into_any()
    });
    let items = items.collect::<Vec<_>>();
    let button = move || {
        view! {
            <span class="visually-hidden">{tr!("nav.switch_project")}": "</span>
            <span class="project-name">{present}</span>
            <Icon name=IconName::ChevronDown/>
        }
    };
    view! {
        <Menu class="project-menu" button>
            <ul class="menu-list">{items}</ul>
            <ul class="menu-list"><li><a href=paths::HOME><Icon name=IconName::Grid/><span>{tr!("nav.all_projects")}</span></a></li></ul>
        </Menu>
    }
    .into_any()
}

/// A project's first letter, for its small square.
fn letter(name: &str) -> String {
    name.chars().next().map(|first| first.to_uppercase().to_string()).unwrap_or_default()
}
