//! Coming from NHN Cloud IAP: what to change, what to take over, the two switches, and the calls as they come.

mod calls;
mod hosts;
mod keys;
mod steps;
mod switches;

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::pages::params::use_project;
use crate::console::paths;
use crate::console::queries::{NhnPage, get_nhn};
use crate::console::server_fns::{RotateAppKey, SetGamebase, SetNhnCompatible, SetNhnLegacy};
use crate::console::ui::{Crumb, Page, loaded};
use calls::calls_card;
use hosts::hosts_card;
use keys::{app_key_card, gamebase_card};
use steps::steps_card;
use switches::{compatible_card, legacy_card};

/// Coming from NHN Cloud IAP.
#[component]
pub fn NhnPageView() -> AnyView {
    let project = use_project();
    let (rotate, gamebase) = (ServerAction::<RotateAppKey>::new(), ServerAction::<SetGamebase>::new());
    let (compatible, legacy) = (ServerAction::<SetNhnCompatible>::new(), ServerAction::<SetNhnLegacy>::new());
    let page = Resource::new(move || project.get(), get_nhn);
    let show = move |page: NhnPage| {
        view! {
            {steps_card(&page)}
            {hosts_card(&page)}
            {compatible_card(&page, compatible)}
            {app_key_card(&page, rotate)}
            {gamebase_card(&page, gamebase)}
            {legacy_card(&page, legacy)}
            {calls_card(&page.calls)}
        }
        .into_any()
    };
    let crumbs = vec![Crumb::new(tr!("settings.title"), paths::settings(&project.get_untracked()))];
    view! {
        <Page title=tr!("nhn.title") description=tr!("nhn.about") crumbs narrow=true>{loaded(page, show)}</Page>
    }
    .into_any()
}
