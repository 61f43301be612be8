use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::server_fns::EnableSecondFactor;
use crate::console::ui::{Card, CopyButton, FormButtons, PostForm, SubmitButton, TextInput};
use crate::model::{QrPicture, TotpDraft};

/// Scan, or type; then prove that the app has it.
pub fn setup_card(draft: TotpDraft, action: ServerAction<EnableSecondFactor>) -> AnyView {
    let plain = draft.secret.replace(' ', "");
    view! {
        <Card title=tr!("factor.setup_title") description=tr!("factor.setup_text")>
            <div class="factor-setup">
                {qr_picture(draft.qr)}
                <div>
                    <p>{tr!("factor.scan")}</p>
                    <p class="muted">{tr!("factor.type")}</p>
                    <p class="copy-text"><code class="factor-secret">{draft.secret}</code><CopyButton value=plain what=tr!("factor.secret")/></p>
                    <p><a href=draft.url rel="external">{tr!("factor.open_app")}</a></p>
                </div>
            </div>
            <PostForm action done=tr!("factor.enabled")>
                <TextInput name="code" label=tr!("factor.confirm_code") help=tr!("factor.confirm_code_help") autocomplete="one-time-code"
                    inputmode="numeric" maxlength=10 required=true mono=true/>
                <TextInput name="password" label=tr!("login.password") kind="password" autocomplete="current-password" required=true/>
                <FormButtons><SubmitButton label=tr!("factor.enable")/></FormButtons>
            </PostForm>
        </Card>
    }
    .into_any()
}

/// Black on white in either theme: that is what cameras read.
fn qr_picture(qr: QrPicture) -> AnyView {
    let QrPicture { size, path } = qr;
    view! {
        <svg class="qr" viewBox=format!("0 0 {size} {size}") role="img" aria-label=tr!("factor.qr") shape-rendering="crispEdges">
            <rect width=size.to_string() height=size.to_string() fill="#fff"></rect>
            <path d=path fill="#000"></path>
        </svg>
    }
    .into_any()
}
