use leptos::prelude::*;

use super::detail::OperatorActions;
use crate::console::i18n::tr;
use crate::console::server_fns::UpdateOperator;
use crate::console::ui::{ButtonKind, Card, ConfirmDialog, FormButtons, HiddenInput, PostForm, SubmitButton};
use crate::model::Account;

/// Making and unmaking an administrator; ending an account's access and giving it back.
pub fn access_card(account: &Account, action: ServerAction<UpdateOperator>) -> AnyView {
    let (id, version) = (account.id.to_string(), account.version.to_string());
    let admin = match account.is_admin {
        true => change_dialog(
            Change { name: "isAdmin", value: "false", id: id.clone(), version: version.clone(), kind: ButtonKind::Plain },
            [tr!("operators.unmake"), tr!("operators.unmake_title", email = account.email), tr!("operators.unmake_text")],
            action,
        ),
        false => change_dialog(
            Change { name: "isAdmin", value: "true", id: id.clone(), version: version.clone(), kind: ButtonKind::Plain },
            [tr!("operators.make"), tr!("operators.make_title", email = account.email), tr!("operators.administrator_about")],
            action,
        ),
    };
    let access = match account.is_active {
        true => change_dialog(
            Change { name: "isActive", value: "false", id, version, kind: ButtonKind::Danger },
            [
                tr!("operators.deactivate"),
                tr!("operators.deactivate_title", email = account.email),
                tr!("operators.deactivate_text"),
            ],
            action,
        ),
        false => change_dialog(
            Change { name: "isActive", value: "true", id, version, kind: ButtonKind::Plain },
            [tr!("operators.activate"), tr!("operators.activate_title", email = account.email), tr!("operators.activate_text")],
            action,
        ),
    };
    view! { <Card title=tr!("operators.rights")><div class="form-buttons">{admin}{access}</div></Card> }.into_any()
}

/// One right to set.
struct Change {
    name: &'static str,
    value: &'static str,
    id: String,
    version: String,
    kind: ButtonKind,
}

/// Asks, in the words of button, title and text.
fn change_dialog(change: Change, [label, title, text]: [String; 3], action: ServerAction<UpdateOperator>) -> AnyView {
    let Change { name, value, id, version, kind } = change;
    let submit = label.clone();
    view! {
        <ConfirmDialog id=name label title text kind>
            <PostForm action done=tr!("operators.saved")>
                <HiddenInput name="operator" value=id/>
                <HiddenInput name="version" value=version/>
                <HiddenInput name value/>
                <FormButtons><SubmitButton label=submit kind/></FormButtons>
            </PostForm>
        </ConfirmDialog>
    }
    .into_any()
}

/// One-time links to hand over: to choose a password, to go on without a lost second factor.
pub fn links_card(account: &Account, actions: OperatorActions) -> AnyView {
    if !account.is_active {
        return ().into_any();
    }
    let id = account.id.to_string();
    let label = if account.is_invited { tr!("operators.invite_again") } else { tr!("operators.password_link") };
    let factor = account.has_second_factor.then(|| {
        let id = account.id.to_string();
        view! {
            <PostForm action=actions.factor>
                <HiddenInput name="operator" value=id/>
                <SubmitButton label=tr!("operators.factor_link") kind=ButtonKind::Plain/>
            </PostForm>
        }
    });
    view! {
        <Card title=tr!("operators.links") description=tr!("operators.links_text")>
            <div class="form-buttons">
                <PostForm action=actions.password>
                    <HiddenInput name="operator" value=id/>
                    <SubmitButton label kind=ButtonKind::Plain/>
                </PostForm>
                {factor}
            </div>
        </Card>
    }
    .into_any()
}
