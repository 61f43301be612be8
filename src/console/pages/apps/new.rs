use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::labels::{environment_name, store_about, store_name};
use crate::console::pages::params::use_project;
use crate::console::paths;
use crate::console::reader::use_viewer;
use crate::console::server_fns::CreateApp;
use crate::console::ui::{
    ButtonKind, ButtonLink, Checkbox, Choice, Crumb, FormButtons, HiddenInput, Page, PostForm, RadioCards, SubmitButton,
    TextInput,
};
use crate::model::{Environment, StoreCode};

/// Adding an app: which store, which id, which world. The store's own values follow on the app's page.
#[component]
pub fn AppNew() -> AnyView {
    let project = use_project().get_untracked();
    let action = ServerAction::<CreateApp>::new();
    let crumbs = vec![Crumb::new(tr!("apps.title"), paths::apps(&project))];
    let stores = StoreCode::ALL.iter().map(|store| Choice::new(store.as_str(), store_name(*store)).describe(store_about(*store)));
    let back = paths::apps(&project);
    let viewer = use_viewer();
    let environment = move || {
        let has_simulator = viewer.get().flatten().is_some_and(|viewer| viewer.has_simulator);
        let value = if has_simulator { Environment::Simulator } else { Environment::Live };
        view! { <RadioCards name="environment" legend=tr!("apps.environment") choices=environments() value=value.as_str()/> }
    };
    view! {
        <Page title=tr!("apps.new") crumbs narrow=true>
            <PostForm action>
                <HiddenInput name="project" value=project.0/>
                <RadioCards name="store" legend=tr!("apps.store") choices=stores.collect() value=StoreCode::PRESELECTED.as_str()/>
                <TextInput name="storeAppId" label=tr!("apps.store_app_id") help=tr!("apps.store_app_id_help")
                    placeholder="com.example.game" required=true mono=true/>
                <TextInput name="name" label=tr!("apps.name") help=tr!("apps.name_help") maxlength=80/>
                <Transition>{environment}</Transition>
                <Checkbox name="allowTestStoreBesideLive" label=tr!("apps.beside_live") help=tr!("apps.beside_live_help")/>
                <FormButtons>
                    <SubmitButton label=tr!("apps.create")/>
                    <ButtonLink href=back label=tr!("form.cancel") kind=ButtonKind::Ghost/>
                </FormButtons>
            </PostForm>
        </Page>
    }
    .into_any()
}

/// The worlds an app can belong to, with what each means.
pub(super) fn environments() -> Vec<Choice> {
    let about = |environment: Environment| match environment {
        Environment::Live => tr!("apps.live_about"),
        Environment::Sandbox => tr!("apps.sandbox_about"),
        Environment::Simulator => tr!("apps.simulator_about"),
    };
    Environment::ALL.iter().map(|one| Choice::new(one.as_str(), environment_name(*one)).describe(about(*one))).collect()
}
