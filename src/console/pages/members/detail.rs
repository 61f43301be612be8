use leptos::prelude::*;

use super::new::role_choices;
use crate::console::i18n::tr;
use crate::console::labels::role_name;
use crate::console::pages::params::{use_project, use_segment};
use crate::console::paths;
use crate::console::queries::{MemberPage, get_member};
use crate::console::server_fns::{RemoveMember, SetMemberRole};
use crate::console::ui::{
    Badge, ButtonKind, Callout, Card, ConfirmDialog, Crumb, FormButtons, HiddenInput, Page, PostForm, RadioCards, SubmitButton,
    Tone, loaded,
};
use crate::model::{OperatorId, ProjectId};

/// One member with their role.
#[component]
pub fn MemberDetail() -> AnyView {
    let (project, operator) = (use_project(), use_segment("operator"));
    let (change, remove) = (ServerAction::<SetMemberRole>::new(), ServerAction::<RemoveMember>::new());
    let source = move || (project.get(), OperatorId(operator.get()));
    let member = Resource::new(source, |(project, operator)| get_member(project, operator));
    loaded(member, move |page| content(project.get_untracked(), page, change, remove))
}

fn content(
    project: ProjectId,
    page: MemberPage,
    change: ServerAction<SetMemberRole>,
    remove: ServerAction<RemoveMember>,
) -> AnyView {
    let MemberPage { member, is_self } = page;
    let crumbs = vec![Crumb::new(tr!("members.title"), paths::members(&project))];
    let role = role_name(member.role);
    let marks = move || view! { <Badge label=role/> };
    let (project, id) = (project.0, member.id.0);
    let content = if is_self {
        view! { <Callout tone=Tone::Info title=tr!("members.own")><p>{tr!("members.own_text")}</p></Callout> }.into_any()
    } else {
        let (title, same_project, same_id) = (tr!("members.remove_title", email = member.email), project.clone(), id.clone());
        view! {
            <Card title=tr!("members.role")>
                <PostForm action=change done=tr!("members.saved")>
                    <HiddenInput name="project" value=project/>
                    <HiddenInput name="operator" value=id/>
                    <HiddenInput name="version" value=member.version.to_string()/>
                    <RadioCards name="role" legend=tr!("members.role") choices=role_choices() value=member.role.as_str()/>
                    <FormButtons><SubmitButton label=tr!("form.save")/></FormButtons>
                </PostForm>
            </Card>
            <ConfirmDialog id="remove" label=tr!("members.remove") title text=tr!("members.remove_text") kind=ButtonKind::Danger>
                <PostForm action=remove>
                    <HiddenInput name="project" value=same_project/>
                    <HiddenInput name="operator" value=same_id/>
                    <FormButtons><SubmitButton label=tr!("members.remove") kind=ButtonKind::Danger/></FormButtons>
                </PostForm>
            </ConfirmDialog>
        }
        .into_any()
    };
    view! { <Page title=member.email crumbs marks narrow=true>{content}</Page> }.into_any()
}
