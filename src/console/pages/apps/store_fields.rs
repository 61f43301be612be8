//! The fields of each store, with help on where each value is found.

use leptos::prelude::*;

use super::fields::{choice, plain, secret};
use crate::console::i18n::tr;
use crate::console::queries::AppPage;
use crate::console::ui::Callout;

pub(super) fn google(page: &AppPage) -> AnyView {
    let methods = [
        ("", tr!("apps.not_set")),
        ("SERVICE_ACCOUNT", tr!("google.service_account_method")),
        ("SUPERVISOR", tr!("google.supervisor_method")),
    ];
    view! {
        {plain(page, "license_key", tr!("google.license_key"), tr!("google.license_key_help"))}
        {choice(page, "auth_method", tr!("google.auth_method"), tr!("google.auth_method_help"), &methods)}
        {secret(page, "service_account", tr!("google.service_account"), tr!("google.service_account_help"), true)}
        {plain(page, "client_id", tr!("google.client_id"), tr!("google.client_id_help"))}
        {secret(page, "client_secret", tr!("google.client_secret"), tr!("google.client_secret_help"), false)}
        {secret(page, "refresh_token", tr!("google.refresh_token"), tr!("google.refresh_token_help"), false)}
        {plain(page, "push_service_account", tr!("google.push_service_account"), tr!("google.push_service_account_help"))}
        {plain(page, "push_audience", tr!("google.push_audience"), tr!("google.push_audience_help"))}
        {plain(page, "push_subscription", tr!("google.push_subscription"), tr!("google.push_subscription_help"))}
    }
    .into_any()
}

pub(super) fn apple(page: &AppPage) -> AnyView {
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
        {plain(page, "app_store_connect_key_id", tr!("apple.connect_key_id"), tr!("apple.connect_key_id_help"))}
        {secret(page, "app_store_connect_private_key", tr!("apple.connect_private_key"), tr!("apple.connect_private_key_help"), true)}
        {plain(page, "app_store_connect_issuer_id", tr!("apple.connect_issuer_id"), tr!("apple.connect_issuer_id_help"))}
    }
    .into_any()
}

pub(super) fn one_store(page: &AppPage) -> AnyView {
    let versions =
        [("", tr!("apps.not_set")), ("V7", "V7 (SDK 21)".into()), ("V6", "V6 (SDK 19)".into()), ("V5", "V5 (SDK 17)".into())];
    let markets =
        [("", tr!("apps.not_set")), ("MKT_ONE", tr!("onestore.market_one")), ("MKT_GLB", tr!("onestore.market_global"))];
    let yes_no = [("", tr!("apps.no")), ("YES", tr!("apps.yes"))];
    let paths = [
        ("", tr!("apps.not_set")),
        ("ALL", "/purchases/all/".to_owned()),
        ("SUBSCRIPTION", "/purchases/subscription/".to_owned()),
    ];
    view! {
        {plain(page, "package_name", tr!("onestore.package_name"), tr!("onestore.package_name_help"))}
        {choice(page, "api_version", tr!("onestore.api_version"), tr!("onestore.api_version_help"), &versions)}
        {plain(page, "client_id", tr!("onestore.client_id"), tr!("onestore.client_id_help"))}
        {secret(page, "client_secret", tr!("onestore.client_secret"), tr!("onestore.client_secret_help"), false)}
        {plain(page, "license_key", tr!("onestore.license_key"), tr!("onestore.license_key_help"))}
        {plain(page, "previous_license_key", tr!("onestore.previous_license_key"), tr!("onestore.previous_license_key_help"))}
        {choice(page, "market_code", tr!("onestore.market_code"), tr!("onestore.market_code_help"), &markets)}
        {choice(page, "subscriptions", tr!("onestore.subscriptions"), tr!("onestore.subscriptions_help"), &yes_no)}
        {choice(page, "acknowledge_path", tr!("onestore.acknowledge_path"), tr!("onestore.acknowledge_path_help"), &paths)}
    }
    .into_any()
}
