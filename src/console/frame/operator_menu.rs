use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_location;

use crate::console::i18n::{Locale, tr};
use crate::console::paths;
use crate::console::reader::{Theme, reader};
use crate::console::server_fns::{SetPreferences, SignOut};
use crate::console::ui::{Icon, IconName, Menu};
use crate::model::Viewer;

/// Who is signed in, how they like to read, and the way out.
#[component]
pub fn OperatorMenu(viewer: Viewer) -> AnyView {
    let name = if viewer.name.is_empty() { viewer.email.clone() } else { viewer.name };
    let shown = name.clone();
    let button = move || {
        view! { <Icon name=IconName::User/><span class="operator-name">{shown}</span><Icon name=IconName::ChevronDown/> }
    };
    view! {
        <Menu class="operator-menu" button>
            <p class="menu-who"><strong>{name}</strong><span class="muted">{viewer.email}</span></p>
            <ul class="menu-list"><li><a href=paths::ACCOUNT><Icon name=IconName::Shield/><span>{tr!("account.title")}</span></a></li></ul>
            <PreferenceForms/>
            <form method="post" action=SignOut::url() class="menu-out">
                <button type="submit" class="button small">{tr!("login.sign_out")}</button>
            </form>
        </Menu>
    }
    .into_any()
}

/// Language and theme; plain forms, the page is loaded anew.
#[component]
pub fn PreferenceForms() -> AnyView {
    let now = reader();
    let languages =
        Locale::ALL.iter().map(|locale| choice("lang", locale.code(), locale.name().to_owned(), *locale == now.locale));
    let themes = Theme::ALL.iter().map(|theme| choice("theme", theme.code(), theme_name(*theme), *theme == now.theme));
    view! {
        {preference_form(tr!("preferences.language"), languages.collect())}
        {preference_form(tr!("preferences.theme"), themes.collect())}
    }
    .into_any()
}

fn preference_form(label: String, choices: Vec<AnyView>) -> AnyView {
    let location = use_location();
    let back = move || {
        let (path, search) = (location.pathname.get(), location.search.get());
        if search.is_empty() { path } else { format!("{path}?{search}") }
    };
    view! {
        <form class="preference" method="post" action=SetPreferences::url()>
            <input type="hidden" name="input[back]" value=back/>
            <fieldset><legend>{label}</legend><div class="segments">{choices}</div></fieldset>
        </form>
    }
    .into_any()
}

fn choice(name: &str, value: &'static str, label: String, is_chosen: bool) -> AnyView {
    let pressed = if is_chosen { "true" } else { "false" };
    let lang = (name == "lang").then_some(value);
    view! { <button type="submit" name=format!("input[{name}]") value=value aria-pressed=pressed lang=lang>{label}</button> }
        .into_any()
}

fn theme_name(theme: Theme) -> String {
    match theme {
        Theme::Auto => tr!("preferences.theme_auto"),
        Theme::Light => tr!("preferences.theme_light"),
        Theme::Dark => tr!("preferences.theme_dark"),
    }
}
