use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::paths;
use crate::console::ui::{Tab, Tabs};
use crate::model::ProjectId;

/// The parts of a project's settings.
pub fn settings_tabs(project: &ProjectId) -> AnyView {
    let tabs = vec![
        Tab::new(tr!("settings.general"), paths::settings(project)),
        Tab::new(tr!("members.title"), paths::members(project)),
        Tab::new(tr!("audit.title"), paths::project_audit(project)),
    ];
    view! { <Tabs label=tr!("settings.title") tabs/> }.into_any()
}
