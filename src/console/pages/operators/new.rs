use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::paths;
use crate::console::server_fns::InviteOperator;
use crate::console::ui::{ButtonKind, ButtonLink, Checkbox, Crumb, FormButtons, Page, PostForm, SubmitButton, TextInput};

/// Inviting an operator by a one-time link.
#[component]
pub fn OperatorNew() -> AnyView {
    let action = ServerAction::<InviteOperator>::new();
    let crumbs = vec![Crumb::new(tr!("operators.title"), paths::OPERATORS)];
    view! {
        <Page title=tr!("operators.invite") description=tr!("operators.invite_about") crumbs narrow=true>
            <PostForm action>
                <TextInput name="email" label=tr!("login.email") kind="email" required=true/>
                <TextInput name="name" label=tr!("account.name") help=tr!("operators.name_help") maxlength=80/>
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
