use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::server_fns::AssignUser;
use crate::console::ui::{Card, FormButtons, HiddenInput, PostForm, SubmitButton, TextArea, TextInput};
use crate::model::{Payment, ProjectId, USER_CHANNEL_DEFAULT};

/// Gives a purchase that nobody is surely known for to a player.
pub fn assign_card(project: &ProjectId, payment: &Payment, action: ServerAction<AssignUser>) -> AnyView {
    let (project, seq) = (project.0.clone(), payment.payment_seq.0.clone());
    view! {
        <Card title=tr!("assign.title") description=tr!("assign.about")>
            <PostForm action done=tr!("assign.done")>
                <HiddenInput name="project" value=project/>
                <HiddenInput name="payment" value=seq/>
                <TextInput name="userKey" label=tr!("user.key") maxlength=128 required=true/>
                <TextInput name="userChannel" label=tr!("user.channel") value=USER_CHANNEL_DEFAULT maxlength=32 required=true/>
                <TextArea name="reason" label=tr!("payment.reason") help=tr!("payment.reason_help") rows=2 maxlength=500 required=true/>
                <FormButtons><SubmitButton label=tr!("assign.submit")/></FormButtons>
            </PostForm>
        </Card>
    }
    .into_any()
}
