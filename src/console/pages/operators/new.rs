use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::pages::members::role_choices;
use crate::console::pages::params::use_value;
use crate::console::paths;
use crate::console::reader::use_viewer;
use crate::console::server_fns::InviteOperator;
use crate::console::ui::{
    ButtonKind, ButtonLink, Checkbox, Choice, Crumb, FormButtons, Page, PostForm, RadioCards, SelectInput, SubmitButton,
    TextInput,
};
use crate::model::Role;

/// Inviting an operator by a one-time link.
#[component]
pub fn OperatorNew() -> AnyView {
    let action = ServerAction::<InviteOperator>::new();
    let crumbs = vec![Crumb::new(tr!("operators.title"), paths::OPERATORS)];
    let (viewer, project) = (use_viewer(), use_value("project"));
    let membership = move || {
        let held = viewer.get().flatten().map(|viewer| viewer.projects).unwrap_or_default();
        let none = Choice::new("", tr!("operators.no_project_yet"));
        let choices = std::iter::once(none).chain(held.into_iter().map(|project| Choice::new(project.id.0, project.name)));
        let (choices, value): (Vec<Choice>, _) = (choices.collect(), project.get_untracked());
        view! {
            <SelectInput name="project" label=tr!("operators.project") help=tr!("operators.project_help") choices value/>
            <RadioCards name="role" legend=tr!("members.role") choices=role_choices() value=Role::Viewer.as_str()/>
        }
    };
    view! {
        <Page title=tr!("operators.invite") description=tr!("operators.invite_about") crumbs narrow=true>
            <PostForm action>
                <TextInput name="email" label=tr!("login.email") kind="email" required=true value=use_value("email").get_untracked()/>
                <TextInput name="name" label=tr!("account.name") help=tr!("operators.name_help") maxlength=80/>
                <Transition>{membership}</Transition>
                <Checkbox name="isAdmin" label=tr!("operators.administrator") help=tr!("operators.administrator_about")/>
                <FormButtons>
                    <SubmitButton label=tr!("operators.make_link")/>
                    <ButtonLink href=paths::OPERATORS label=tr!("form.cancel") kind=ButtonKind::Ghost/>
                </FormButtons>
            </PostForm>
        </Page>
    }
    .into_any()
}
