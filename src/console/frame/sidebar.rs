use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::drawer::Brand;
use super::operator_menu::OperatorMenu;
use super::project_menu::ProjectMenu;
use super::sections::{NavLink, instance_sections, project_sections};
use crate::console::i18n::tr;
use crate::console::paths;
use crate::console::reader::use_viewer;
use crate::console::ui::{ButtonLink, Icon};
use crate::model::Viewer;

pub const SIDEBAR_ID: &str = "sidebar";

/// Where one can go: always in sight on a wide screen, a popover on a phone.
#[component]
pub fn Sidebar() -> AnyView {
    let viewer = use_viewer();
    let content = move || viewer.get().map(|viewer| viewer.map_or_else(signed_out, signed_in));
    view! {
        <aside class="sidebar" id=SIDEBAR_ID aria-label=tr!("frame.menu") popover="auto">
            <a class="brand" href=paths::HOME><Brand/></a>
            <Transition>{content}</Transition>
        </aside>
    }
    .into_any()
}

/// A page that needs nobody (there is no such page, say): the way in.
fn signed_out() -> AnyView {
    view! { <ButtonLink href=paths::LOGIN label=tr!("login.sign_in")/> }.into_any()
}

fn signed_in(viewer: Viewer) -> AnyView {
    let location = use_location();
    let project = Memo::new(move |_| location.pathname.with(|path| paths::project_of(path)));
    let projects = viewer.projects.clone();
    let held = viewer.clone();
    let links = move || project.get().map(|project| nav(tr!("nav.project"), project_sections(&project, held.role_in(&project))));
    view! {
        {(!projects.is_empty()).then(|| view! { <ProjectMenu projects project/> })}
        {links}
        {nav(tr!("nav.instance"), instance_sections(&viewer))}
        <OperatorMenu viewer/>
    }
    .into_any()
}

fn nav(label: String, links: Vec<NavLink>) -> AnyView {
    if links.is_empty() {
        return ().into_any();
    }
    let location = use_location();
    let items = links.into_iter().map(|link| {
        let NavLink { label, href, icon, is_exact, also } = link;
        let target = href.clone();
        let is_current =
            move |path: &str| is_here(path, &target, is_exact) || also.iter().any(|place| is_here(path, place, false));
        let current = move || location.pathname.with(|path| is_current(path)).then_some("page");
        view! { <li><a href=href aria-current=current><Icon name=icon/><span>{label}</span></a></li> }.into_any()
    });
    let items = items.collect::<Vec<_>>();
    view! { <nav class="sections" aria-label=label><ul>{items}</ul></nav> }.into_any()
}

/// Whether a page belongs to a section.
fn is_here(path: &str, section: &str, is_exact: bool) -> bool {
    let rest = path.strip_prefix(section);
    rest.is_some_and(|rest| rest.is_empty() || (!is_exact && rest.starts_with('/')))
}

#[cfg(test)]
mod tests {
    use super::is_here;

    #[test]
    fn sections_hold_their_pages() {
        assert!(is_here("/projects/p/apps/1", "/projects/p/apps", false));
        assert!(!is_here("/projects/p/apps2", "/projects/p/apps", false));
        assert!(!is_here("/projects/p/apps", "/projects/p", true));
    }
}
