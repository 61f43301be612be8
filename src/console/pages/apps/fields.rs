use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::queries::AppPage;
use crate::console::ui::{Callout, Choice, SelectInput, TextArea, TextInput, Tone};
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

/// A secret's name as its field is labelled.
pub(super) fn secret_name(store: StoreCode, name: &str) -> String {
    match (store, name) {
        (_, "service_account") => tr!("google.service_account"),
        (StoreCode::GooglePlay, "client_secret") => tr!("google.client_secret"),
        (_, "refresh_token") => tr!("google.refresh_token"),
        (_, "private_key") => tr!("apple.private_key"),
        (_, "shared_secret") => tr!("apple.shared_secret"),
        (_, "client_secret") => tr!("onestore.client_secret"),
        (_, other) => other.to_owned(),
    }
}

fn value(page: &AppPage, name: &str) -> String {
    page.app.settings.get(name).cloned().unwrap_or_default()
}

fn plain(page: &AppPage, name: &'static str, label: String, help: String) -> AnyView {
    view! { <TextInput name=name label help value=value(page, name) mono=true/> }.into_any()
}

/// A secret: never shown; what is typed replaces what is stored.
fn secret(page: &AppPage, name: &'static str, label: String, help: String, is_long: bool) -> AnyView {
    let is_stored = page.stored_secrets.iter().any(|stored| stored == name);
    let placeholder = if is_stored { tr!("apps.secret_stored") } else { tr!("apps.secret_none") };
    match is_long {
        true => view! { <TextArea name=name label help placeholder rows=4 mono=true secret=true/> }.into_any(),
        false => view! { <TextInput name=name label help placeholder kind="password" autocomplete="new-password"/> }.into_any(),
    }
}

fn choice(page: &AppPage, name: &'static str, label: String, help: String, choices: &[(&str, String)]) -> AnyView {
    let choices = choices.iter().map(|(value, label)| Choice::new(*value, label.clone())).collect();
    view! { <SelectInput name=name label help choices value=value(page, name)/> }.into_any()
}

fn google(page: &AppPage) -> AnyView {
    let methods = [
        ("", tr!("apps.not_set")),
        ("SERVICE_ACCOUNT", tr!("google.service_account_method")),
        ("SUPERVISOR", tr!("google.supervisor_method")),
    ];
    let yes_no = [("", tr!("apps.no")), ("YES", tr!("apps.yes"))];
    let skips = value(page, "skip_market_verification") == "YES";
    view! {
        {skips.then(|| view! { <Callout tone=Tone::Warn title=tr!("google.skips")><p>{tr!("google.skips_text")}</p></Callout> })}
        {plain(page, "license_key", tr!("google.license_key"), tr!("google.license_key_help"))}
        {choice(page, "auth_method", tr!("google.auth_method"), tr!("google.auth_method_help"), &methods)}
        {secret(page, "service_account", tr!("google.service_account"), tr!("google.service_account_help"), true)}
        {plain(page, "client_id", tr!("google.client_id"), tr!("google.client_id_help"))}
        {secret(page, "client_secret", tr!("google.client_secret"), tr!("google.client_secret_help"), false)}
        {secret(page, "refresh_token", tr!("google.refresh_token"), tr!("google.refresh_token_help"), false)}
        {plain(page, "push_service_account", tr!("google.push_service_account"), tr!("google.push_service_account_help"))}
        {plain(page, "push_audience", tr!("google.push_audience"), tr!("google.push_audience_help"))}
        {plain(page, "push_subscription", tr!("google.push_subscription"), tr!("google.push_subscription_help"))}
        {choice(page, "skip_market_verification", tr!("google.skip"), tr!("google.skip_help"), &yes_no)}
    }
    .into_any()
}

fn apple(page: &AppPage) -> AnyView {
    let yes_no = [("", tr!("apps.no")), ("YES", tr!("apps.yes"))];
    let modes = [("", tr!("apps.not_set")), ("V2", tr!("apple.mode_v2")), ("V1", tr!("apple.mode_v1"))];
    view! {
        <Callout><p>{tr!("apple.optional")}</p></Callout>
        {choice(page, "notice_mode", tr!("apple.notice_mode"), tr!("apple.notice_mode_help"), &modes)}
        {plain(page, "issuer_id", tr!("apple.issuer_id"), tr!("apple.issuer_id_help"))}
        {plain(page, "key_id", tr!("apple.key_id"), tr!("apple.key_id_help"))}
        {secret(page, "private_key", tr!("apple.private_key"), tr!("apple.private_key_help"), true)}
        {plain(page, "app_apple_id", tr!("apple.app_apple_id"), tr!("apple.app_apple_id_help"))}
        {secret(page, "shared_secret", tr!("apple.shared_secret"), tr!("apple.shared_secret_help"), false)}
        {choice(page, "legacy_receipts", tr!("apple.legacy_receipts"), tr!("apple.legacy_receipts_help"), &yes_no)}
    }
    .into_any()
}

fn one_store(page: &AppPage) -> AnyView {
    let versions =
        [("", tr!("apps.not_set")), ("V7", "V7 (SDK 21)".into()), ("V6", "V6 (SDK 19)".into()), ("V5", "V5 (SDK 17)".into())];
    let markets =
        [("", tr!("apps.not_set")), ("MKT_ONE", tr!("onestore.market_one")), ("MKT_GLB", tr!("onestore.market_global"))];
    view! {
        {plain(page, "package_name", tr!("onestore.package_name"), tr!("onestore.package_name_help"))}
        {choice(page, "api_version", tr!("onestore.api_version"), tr!("onestore.api_version_help"), &versions)}
        {plain(page, "client_id", tr!("onestore.client_id"), tr!("onestore.client_id_help"))}
        {secret(page, "client_secret", tr!("onestore.client_secret"), tr!("onestore.client_secret_help"), false)}
        {plain(page, "license_key", tr!("onestore.license_key"), tr!("onestore.license_key_help"))}
        {choice(page, "market_code", tr!("onestore.market_code"), tr!("onestore.market_code_help"), &markets)}
    }
    .into_any()
}
