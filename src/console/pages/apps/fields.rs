use leptos::prelude::*;

use super::store_fields::{apple, google, one_store};
use crate::console::i18n::tr;
use crate::console::queries::AppPage;
use crate::console::ui::{Callout, Choice, SelectInput, TextArea, TextInput};
use crate::model::StoreCode;

/// A store's own values, each with where it is found in that store's console (docs/stores/nhn.md, App settings).
#[component]
pub fn StoreForm(page: AppPage) -> AnyView {
    match page.app.store {
        StoreCode::GooglePlay => google(&page),
        StoreCode::AppStore => apple(&page),
        StoreCode::OneStore => one_store(&page),
        StoreCode::Test => view! { <Callout><p>{tr!("apps.test_no_fields")}</p></Callout> }.into_any(),
    }
}

/// Where in the store's console the address for notifications is entered.
pub(super) fn callback_help(store: StoreCode) -> String {
    match store {
        StoreCode::GooglePlay => tr!("google.callback_help"),
        StoreCode::AppStore => tr!("apple.callback_help"),
        StoreCode::OneStore => tr!("onestore.callback_help"),
        StoreCode::Test => String::new(),
    }
}

/// A field's name as it is labelled.
pub(super) fn field_name(store: StoreCode, name: &str) -> String {
    match (store, name) {
        (_, "app_store_connect_key_id") => tr!("apple.connect_key_id"),
        (_, "app_store_connect_private_key") => tr!("apple.connect_private_key"),
        (_, "service_account") => tr!("google.service_account"),
        (StoreCode::GooglePlay, "client_secret") => tr!("google.client_secret"),
        (_, "refresh_token") => tr!("google.refresh_token"),
        (_, "private_key") => tr!("apple.private_key"),
        (_, "shared_secret") => tr!("apple.shared_secret"),
        (_, "client_secret") => tr!("onestore.client_secret"),
        (_, other) => other.to_owned(),
    }
}

pub(super) fn value(page: &AppPage, name: &str) -> String {
    page.app.settings.get(name).cloned().unwrap_or_default()
}

pub(super) fn plain(page: &AppPage, name: &'static str, label: String, help: String) -> AnyView {
    view! { <TextInput name=name label help value=value(page, name) mono=true/> }.into_any()
}

/// A secret: never shown; what is typed replaces what is stored.
pub(super) fn secret(page: &AppPage, name: &'static str, label: String, help: String, is_long: bool) -> AnyView {
    let is_stored = page.stored_secrets.iter().any(|stored| stored == name);
    let placeholder = if is_stored { tr!("apps.secret_stored") } else { tr!("apps.secret_none") };
    match is_long {
        true => view! { <TextArea name=name label help placeholder rows=4 mono=true secret=true/> }.into_any(),
        false => view! { <TextInput name=name label help placeholder kind="password" autocomplete="new-password"/> }.into_any(),
    }
}

pub(super) fn choice(page: &AppPage, name: &'static str, label: String, help: String, choices: &[(&str, String)]) -> AnyView {
    let choices = choices.iter().map(|(value, label)| Choice::new(*value, label.clone())).collect();
    view! { <SelectInput name=name label help choices value=value(page, name)/> }.into_any()
}
