//! What the navigation shows: one line per section that exists.

use crate::console::i18n::tr;
use crate::console::paths;
use crate::console::ui::IconName;
use crate::model::ProjectId;

/// One entry of the navigation.
pub struct NavLink {
    pub label: String,
    pub href: String,
    pub icon: IconName,
    /// Marked only on its own page, not on pages below it.
    pub is_exact: bool,
}

impl NavLink {
    fn new(label: String, href: impl Into<String>, icon: IconName) -> Self {
        Self { label, href: href.into(), icon, is_exact: false }
    }

    fn exact(mut self) -> Self {
        self.is_exact = true;
        self
    }
}

/// The sections of a project.
pub fn project_sections(project: &ProjectId) -> Vec<NavLink> {
    vec![
        NavLink::new(tr!("nav.overview"), paths::project(project), IconName::Home).exact(),
        NavLink::new(tr!("payments.title"), paths::payments(project), IconName::Card),
        NavLink::new(tr!("products.title"), paths::products(project), IconName::Box),
        NavLink::new(tr!("apps.title"), paths::apps(project), IconName::Apps),
        NavLink::new(tr!("settings.title"), paths::settings(project), IconName::Gear),
    ]
}

/// What is not of one project.
pub fn instance_sections(_is_admin: bool) -> Vec<NavLink> {
    vec![
        NavLink::new(tr!("nav.projects"), paths::HOME, IconName::Grid).exact(),
        NavLink::new(tr!("simulator.nav"), paths::SIMULATOR, IconName::Store),
    ]
}
