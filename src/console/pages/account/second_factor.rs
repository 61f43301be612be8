use leptos::prelude::*;

use super::factor_badge;
use super::factor_setup::setup_card;
use crate::console::i18n::tr;
use crate::console::paths;
use crate::console::queries::{SecondFactorPage, get_second_factor};
use crate::console::server_fns::{DisableSecondFactor, DraftSecondFactor, EnableSecondFactor, RenewRecoveryCodes};
use crate::console::ui::{
    ButtonKind, Callout, Card, ConfirmDialog, CopyButton, Crumb, DescriptionList, Fact, FormButtons, Page, PostForm,
    SubmitButton, TextInput, Tone, loaded,
};
use crate::model::SecondFactor;

/// The second factor: setting it up, its recovery codes, turning it off.
#[component]
pub fn SecondFactorDetail() -> AnyView {
    let (draft, enable) = (ServerAction::<DraftSecondFactor>::new(), ServerAction::<EnableSecondFactor>::new());
    let (renew, disable) = (ServerAction::<RenewRecoveryCodes>::new(), ServerAction::<DisableSecondFactor>::new());
    let page = Resource::new(|| (), |()| get_second_factor());
    let show = move |page: SecondFactorPage| {
        let codes = (!page.new_codes.is_empty()).then(|| codes_callout(page.new_codes));
        let content = match (page.second_factor.is_on, page.draft) {
            (true, _) => on_card(page.second_factor, renew, disable),
            (false, Some(draft)) => setup_card(draft, enable),
            (false, None) => begin_card(draft),
        };
        view! { {codes}{content} }.into_any()
    };
    let crumbs = vec![Crumb::new(tr!("account.title"), paths::ACCOUNT)];
    view! { <Page title=tr!("factor.title") description=tr!("factor.text") crumbs narrow=true>{loaded(page, show)}</Page> }
        .into_any()
}

fn begin_card(action: ServerAction<DraftSecondFactor>) -> AnyView {
    view! {
        <Card title=tr!("factor.off_title") description=tr!("factor.off_text")>
            <PostForm action><FormButtons><SubmitButton label=tr!("factor.begin")/></FormButtons></PostForm>
        </Card>
    }
    .into_any()
}

fn codes_callout(codes: Vec<String>) -> AnyView {
    let all = codes.join("\n");
    let items = codes.into_iter().map(|code| view! { <li><code>{code}</code></li> }).collect_view();
    view! {
        <Callout tone=Tone::Warn title=tr!("factor.codes_once")>
            <p>{tr!("factor.codes_text")}</p>
            <ul class="recovery-codes">{items}</ul>
            <CopyButton value=all what=tr!("factor.codes")/>
        </Callout>
    }
    .into_any()
}

fn on_card(factor: SecondFactor, renew: ServerAction<RenewRecoveryCodes>, disable: ServerAction<DisableSecondFactor>) -> AnyView {
    let facts = vec![
        Fact::new(tr!("factor.state"), factor_badge(factor)),
        Fact::new(tr!("factor.codes_left"), factor.recovery_codes_left.to_string()),
    ];
    view! {
        <Card title=tr!("factor.app")>
            <DescriptionList facts/>
            <div class="form-buttons">
                <ConfirmDialog id="renew" label=tr!("factor.renew") title=tr!("factor.renew_title") text=tr!("factor.renew_text")>
                    <PostForm action=renew>
                        {both_fields()}
                        <FormButtons><SubmitButton label=tr!("factor.renew")/></FormButtons>
                    </PostForm>
                </ConfirmDialog>
                <ConfirmDialog id="disable" label=tr!("factor.disable") title=tr!("factor.disable_title")
                    text=tr!("factor.disable_text") kind=ButtonKind::Danger>
                    <PostForm action=disable done=tr!("factor.disabled")>
                        {both_fields()}
                        <FormButtons><SubmitButton label=tr!("factor.disable") kind=ButtonKind::Danger/></FormButtons>
                    </PostForm>
                </ConfirmDialog>
            </div>
        </Card>
    }
    .into_any()
}

/// The password and a code, within a form.
fn both_fields() -> AnyView {
    view! {
        <TextInput name="password" label=tr!("login.password") kind="password" autocomplete="current-password" required=true/>
        <TextInput name="code" label=tr!("login_code.code") help=tr!("login_code.code_help") autocomplete="one-time-code"
            maxlength=30 required=true mono=true/>
    }
    .into_any()
}
