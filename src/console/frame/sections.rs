//! What the navigation shows: one line per section that exists.

use crate::console::i18n::tr;
use crate::console::paths;
use crate::console::ui::IconName;
use crate::model::{Permission, ProjectId, Role, Viewer};

/// One entry of the navigation.
pub struct NavLink {
    pub label: String,
    pub href: String,
    pub icon: IconName,
    /// Marked only on its own page, not on pages below it.
    pub is_exact: bool,
    /// Other places that belong to it.
    pub also: Vec<String>,
}

impl NavLink {
    fn new(label: String, href: impl Into<String>, icon: IconName) -> Self {
        Self { label, href: href.into(), icon, is_exact: false, also: Vec::new() }
    }

    fn also(mut self, places: impl IntoIterator<Item = String>) -> Self {
        self.also.extend(places);
        self
    }

    fn exact(mut self) -> Self {
        self.is_exact = true;
        self
    }
}

/// The sections of a project; its settings are for its administrators.
pub fn project_sections(project: &ProjectId, role: Option<Role>) -> Vec<NavLink> {
    let settings = NavLink::new(tr!("settings.title"), paths::settings(project), IconName::Gear)
        .also([paths::members(project), paths::project_audit(project)]);
    let mut sections = vec![
        NavLink::new(tr!("nav.overview"), paths::project(project), IconName::Home).exact(),
        NavLink::new(tr!("watch.title"), paths::watch(project), IconName::CheckCircle),
        NavLink::new(tr!("statistics.title"), paths::statistics(project), IconName::Chart),
        NavLink::new(tr!("payments.title"), paths::payments(project), IconName::Card),
        NavLink::new(tr!("unassigned.title"), paths::unassigned(project), IconName::User),
        NavLink::new(tr!("subscriptions.title"), paths::subscriptions(project), IconName::Repeat),
        NavLink::new(tr!("notifications.title"), paths::notifications(project), IconName::Bell),
        NavLink::new(tr!("products.title"), paths::products(project), IconName::Box),
        NavLink::new(tr!("apps.title"), paths::apps(project), IconName::Apps),
    ];
    if role.is_some_and(|role| role.may(Permission::Administer)) {
        sections.push(settings);
    }
    sections
}

/// What is not of one project.
pub fn instance_sections(viewer: &Viewer) -> Vec<NavLink> {
    let mut sections = vec![NavLink::new(tr!("nav.projects"), paths::HOME, IconName::Grid).exact()];
    if viewer.has_simulator {
        sections.push(NavLink::new(tr!("simulator.nav"), paths::SIMULATOR, IconName::Store));
    }
    if viewer.is_admin {
        sections.push(NavLink::new(tr!("operators.title"), paths::OPERATORS, IconName::Users));
        sections.push(NavLink::new(tr!("audit.title"), paths::AUDIT, IconName::List));
    }
    sections
}
