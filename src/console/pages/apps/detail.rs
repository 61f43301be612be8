use leptos::prelude::*;

use super::catalog::catalog_card;
use super::fields::{StoreForm, callback_help};
use super::health::HealthCard;
use super::new::environments;
use super::outage::outage_card;
use super::roots::roots_card;
use super::secrets::secrets_card;
use crate::console::i18n::tr;
use crate::console::labels::{EnvironmentBadge, UseStatusDot, store_name};
use crate::console::pages::params::{use_project, use_segment};
use crate::console::paths;
use crate::console::queries::{AppPage, get_app};
use crate::console::server_fns::{
    AddTrustedRoot, BeginOutageMode, CheckApp, EndOutageMode, RemoveSecret, RemoveTrustedRoot, UpdateApp,
};
use crate::console::store_labels::can;
use crate::console::ui::{
    ButtonLink, Callout, Card, Checkbox, Choice, Crumb, DescriptionList, Fact, FormButtons, HiddenInput, Page, PostForm,
    RadioCards, SelectInput, SubmitButton, TextInput, Tone, loaded,
};
use crate::model::{Ability, AppSeq, Environment, ProjectId, StoreCode, Timestamp};

/// What can be done on the page.
#[derive(Clone, Copy)]
pub(super) struct Actions {
    update: ServerAction<UpdateApp>,
    pub remove_secret: ServerAction<RemoveSecret>,
    pub add_root: ServerAction<AddTrustedRoot>,
    pub remove_root: ServerAction<RemoveTrustedRoot>,
    check: ServerAction<CheckApp>,
    pub begin_outage: ServerAction<BeginOutageMode>,
    pub end_outage: ServerAction<EndOutageMode>,
}

/// One app: what it is, what to enter at the store, and the store's own values.
#[component]
pub fn AppDetail() -> AnyView {
    let (project, segment) = (use_project(), use_segment("app"));
    let actions = Actions {
        update: ServerAction::new(),
        remove_secret: ServerAction::new(),
        add_root: ServerAction::new(),
        remove_root: ServerAction::new(),
        check: ServerAction::new(),
        begin_outage: ServerAction::new(),
        end_outage: ServerAction::new(),
    };
    let source = move || (project.get(), segment.get().parse().unwrap_or(AppSeq(0)));
    let app = Resource::new(source, |(project, app)| get_app(project, app));
    loaded(app, move |page| content(project.get_untracked(), page, actions))
}

fn content(project: ProjectId, page: AppPage, actions: Actions) -> AnyView {
    let app = page.app.clone();
    let crumbs = vec![Crumb::new(tr!("apps.title"), paths::apps(&project))];
    let (environment, status) = (app.environment, app.status);
    let marks = move || view! { <EnvironmentBadge environment/><UseStatusDot status/> };
    let facts = vec![
        Fact::new(tr!("apps.store"), store_name(app.store)),
        Fact::copy(tr!("apps.store_app_id"), app.store_app_id.clone()),
        Fact::copy(tr!("apps.seq"), app.app_seq.to_string()),
    ];
    let may_configure = page.may_configure;
    let secrets =
        (may_configure && !page.stored_secrets.is_empty()).then(|| secrets_card(&project, &page, actions.remove_secret));
    let roots = (may_configure && environment == Environment::Simulator && app.store != StoreCode::Test)
        .then(|| roots_card(&project, &page, actions));
    let outage = may_configure.then(|| outage_card(&project, &page, actions));
    let import = paths::consumed_orders(&project, app.app_seq);
    let to_import = move || view! { <ButtonLink href=import.clone() label=tr!("orders.open")/> };
    let consumed_orders = may_configure.then(|| {
        view! {
            <Card title=tr!("orders.title") description=tr!("orders.about") actions=to_import><p class="field-help">{tr!("orders.when")}</p></Card>
        }
    });
    let catalog = (may_configure && can(app.store, Ability::ListCatalog)).then(|| catalog_card(&project, app.app_seq));
    let beside_live = page.is_beside_live.then(|| {
        view! { <Callout tone=Tone::Warn title=tr!("apps.is_beside_live")><p>{tr!("apps.beside_live_help")}</p></Callout> }
    });
    view! {
        <Page title=app.name.clone() crumbs marks narrow=true>
            <Card><DescriptionList facts/></Card>
            {beside_live}
            {callback_card(&page)}
            <HealthCard project=project.clone() app=app.app_seq health=page.health.clone() may_test=may_configure action=actions.check/>
            {outage}
            <Card title=tr!("apps.settings")>{form(project, page, actions.update)}</Card>
            {secrets}
            {roots}
            {catalog}
            {consumed_orders}
        </Page>
    }
    .into_any()
}

/// What to enter in the store's console, and where.
fn callback_card(page: &AppPage) -> Option<AnyView> {
    let url = page.callback_url.clone()?;
    let place = callback_help(page.app.store);
    let facts = vec![Fact::copy(tr!("apps.callback_url"), url)];
    let card = view! {
        <Card title=tr!("apps.callback") description=tr!("apps.callback_about")>
            <DescriptionList facts/>
            <p class="field-help">{place}</p>
        </Card>
    };
    Some(card.into_any())
}

fn form(project: ProjectId, page: AppPage, action: ServerAction<UpdateApp>) -> AnyView {
    let app = page.app.clone();
    let statuses = vec![Choice::new("USE", tr!("apps.use")), Choice::new("STOP", tr!("apps.stop"))];
    let sandbox = can(app.store, Ability::SandboxBesideLive).then(|| {
        view! { <Checkbox name="acceptSandbox" label=tr!("apps.accept_sandbox") help=tr!("apps.accept_sandbox_help") checked=app.accept_sandbox/> }
    });
    let may_configure = page.may_configure;
    let in_charge = app.in_charge_since.map(Timestamp::to_rfc3339).unwrap_or_default();
    let before_charge = page.is_before_charge.then(|| {
        view! {
            <Callout tone=Tone::Warn title=tr!("apps.in_charge_later")><p>{tr!("apps.in_charge_later_help")}</p></Callout>
        }
    });
    view! {
        <PostForm action done=tr!("apps.saved")>
            <HiddenInput name="project" value=project.0/>
            <HiddenInput name="app" value=app.app_seq.to_string()/>
            <HiddenInput name="version" value=app.version.to_string()/>
            <fieldset class="plain" disabled=!may_configure>
            <TextInput name="name" label=tr!("apps.name") value=app.name maxlength=80 required=true/>
            <SelectInput name="status" label=tr!("apps.status") help=tr!("apps.status_help") choices=statuses value=app.status.as_str()/>
            <RadioCards name="environment" legend=tr!("apps.environment") help=tr!("apps.environment_help")
                choices=environments() value=app.environment.as_str()/>
            {sandbox}
            <TextInput name="inChargeSince" label=tr!("apps.in_charge_since") help=tr!("apps.in_charge_since_help")
                value=in_charge placeholder="2026-12-01T00:00:00+09:00" mono=true/>
            {before_charge}
            <Checkbox name="nhnTestPayments" label=tr!("apps.nhn_test_payments") help=tr!("apps.nhn_test_payments_help")
                checked=app.nhn_test_payments/>
            <Checkbox name="allowTestStoreBesideLive" label=tr!("apps.beside_live") help=tr!("apps.beside_live_help")
                checked=app.beside_live/>
            <StoreForm page/>
            </fieldset>
            {may_configure.then(|| view! { <FormButtons><SubmitButton label=tr!("form.save")/></FormButtons> })}
        </PostForm>
    }
    .into_any()
}
