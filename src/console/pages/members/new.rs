use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::labels::{role_about, role_name};
use crate::console::pages::params::use_project;
use crate::console::paths;
use crate::console::queries::list_members;
use crate::console::reader::use_viewer;
use crate::console::server_fns::AddMember;
use crate::console::ui::{
    ButtonKind, ButtonLink, Choice, Crumb, FormButtons, HiddenInput, Page, PostForm, RadioCards, SubmitButton, TextInput, loaded,
};
use crate::model::{ProjectId, Role};

/// Adding a member to a project.
#[component]
pub fn MemberNew() -> AnyView {
    let project = use_project();
    let action = ServerAction::<AddMember>::new();
    // Asked for who may only: the form is for them.
    let members = Resource::new(move || project.get(), list_members);
    let crumbs = vec![Crumb::new(tr!("members.title"), paths::members(&project.get_untracked()))];
    view! {
        <Page title=tr!("members.add") description=tr!("members.add_about") crumbs narrow=true>
            {loaded(members, move |_| form(project.get_untracked(), action))}
        </Page>
    }
    .into_any()
}

fn form(project: ProjectId, action: ServerAction<AddMember>) -> AnyView {
    let back = paths::members(&project);
    // Only an instance administrator makes accounts; for the others the help says whom to ask.
    let viewer = use_viewer();
    let invite = paths::with_query(paths::OPERATOR_NEW, &[("project", project.as_str())]);
    let to_invite = move || {
        let may_invite = viewer.get().flatten().is_some_and(|viewer| viewer.is_admin);
        may_invite.then(|| view! { <p><a href=invite.clone()>{tr!("members.invite_instead")}</a></p> })
    };
    view! {
        <Transition>{to_invite}</Transition>
        <PostForm action>
            <HiddenInput name="project" value=project.0/>
            <TextInput name="email" label=tr!("login.email") help=tr!("members.email_help") kind="email" required=true/>
            <RadioCards name="role" legend=tr!("members.role") choices=role_choices() value=Role::Viewer.as_str()/>
            <FormButtons>
                <SubmitButton label=tr!("members.add")/>
                <ButtonLink href=back label=tr!("form.cancel") kind=ButtonKind::Ghost/>
            </FormButtons>
        </PostForm>
    }
    .into_any()
}

/// The roles with a line about each.
pub fn role_choices() -> Vec<Choice> {
    Role::ALL.iter().map(|role| Choice::new(role.as_str(), role_name(*role)).describe(role_about(*role))).collect()
}
