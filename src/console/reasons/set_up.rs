//! What is wrong with a value about an account, an app or a store's set-up.

use crate::console::i18n::tr;
use crate::console::labels::store_name;
use crate::model::{AccountReason, AppReason, SetUpReason};

pub(super) fn account_text(reason: &AccountReason) -> String {
    match reason {
        AccountReason::HasAccount => tr!("reasons.account.has_account"),
        AccountReason::NoAccount => tr!("reasons.account.no_account"),
        AccountReason::MemberAlready => tr!("reasons.account.member_already"),
        AccountReason::NotAnEmail => tr!("reasons.account.not_an_email"),
        AccountReason::Wrong => tr!("reasons.account.wrong"),
        AccountReason::WrongSignIn => tr!("reasons.account.wrong_sign_in"),
        AccountReason::WrongCode => tr!("reasons.account.wrong_code"),
        AccountReason::PasswordIsEmail => tr!("reasons.account.password_is_email"),
    }
}

pub(super) fn app_text(reason: &AppReason) -> String {
    match reason {
        AppReason::NoSuchApp => tr!("reasons.app.no_such_app"),
        AppReason::StoreAppIdTaken => tr!("reasons.app.store_app_id_taken"),
        AppReason::NotAStoreAppId => tr!("reasons.app.not_a_store_app_id"),
        AppReason::EnvironmentFixed => tr!("reasons.app.environment_fixed"),
        AppReason::NotSimulator => tr!("reasons.app.not_simulator"),
        AppReason::RootsNeedSimulator => tr!("reasons.app.roots_need_simulator"),
        AppReason::NotACertificate => tr!("reasons.app.not_a_certificate"),
        AppReason::NotARoot(fault) => tr!("reasons.app.not_a_root", fault = fault),
        AppReason::TrustedAlready => tr!("reasons.app.trusted_already"),
        AppReason::NoSecret => tr!("reasons.app.no_secret"),
        AppReason::NoField(store) => tr!("reasons.app.no_field", store = store_name(*store)),
        AppReason::NoStoreAppOfId(store) => tr!("reasons.app.no_store_app_of_id", store = store_name(*store)),
        AppReason::NoStoreApp(store) => tr!("reasons.app.no_store_app", store = store_name(*store)),
        AppReason::SeveralStoreApps(store) => tr!("reasons.app.several_store_apps", store = store_name(*store)),
        AppReason::FreeBesideLive { free, live } => tr!("reasons.app.free_beside_live", free = free, live = live),
        AppReason::NotASecretKey { min, max } => tr!("reasons.app.not_a_secret_key", min = min, max = max),
        AppReason::NoConsent => tr!("reasons.app.no_consent"),
        AppReason::NoOutageMode(store) => tr!("reasons.app.no_outage_mode", store = store_name(*store)),
        AppReason::NoOutageKey => tr!("reasons.app.no_outage_key"),
        AppReason::NotANetwork(text) => tr!("reasons.app.not_a_network", text = text),
    }
}

pub(super) fn set_up_text(reason: &SetUpReason) -> String {
    match reason {
        SetUpReason::NotOneLine { bytes_max } => tr!("reasons.set_up.not_one_line", max = bytes_max),
        SetUpReason::NotAPackageName => tr!("reasons.set_up.not_a_package_name"),
        SetUpReason::NotANumber => tr!("reasons.set_up.not_a_number"),
        SetUpReason::NotAnIssuerId => tr!("reasons.set_up.not_an_issuer_id"),
        SetUpReason::NotAKeyId => tr!("reasons.set_up.not_a_key_id"),
        SetUpReason::NotAP8File => tr!("reasons.set_up.not_a_p8_file"),
        SetUpReason::NotAnRsaKey => tr!("reasons.set_up.not_an_rsa_key"),
        SetUpReason::NotAServiceAccount => tr!("reasons.set_up.not_a_service_account"),
        SetUpReason::NoPemInside => tr!("reasons.set_up.no_pem_inside"),
    }
}
