//! Giving a purchase to a player: first the player is looked up, then the change is confirmed with both names.

use leptos::prelude::*;

use super::{named, reason_field, repeated};
use crate::console::faults::fault_text;
use crate::console::i18n::tr;
use crate::console::paths;
use crate::console::queries::Assignee;
use crate::console::server_fns::AssignUser;
use crate::console::ui::{
    ButtonLink, Callout, Card, Checkbox, DescriptionList, Fact, FormButtons, HiddenInput, LookUpForm, PostForm, SubmitButton,
    TextInput, Tone, duration_words,
};
use crate::model::{Attribution, Payment, ProjectId, Timestamp, USER_CHANNEL_DEFAULT};
use crate::users::Activity;

/// The names in the address of whom is looked up.
pub const ASSIGNEE: &str = "assignTo";
pub const CHANNEL: &str = "channel";

/// Gives a purchase that nobody is surely known for to a player, or one that staff gave to the wrong one.
pub fn assign_card(
    project: &ProjectId,
    payment: &Payment,
    assignee: Option<&Assignee>,
    now: Timestamp,
    action: ServerAction<AssignUser>,
) -> AnyView {
    let is_again = payment.attribution == Attribution::Staff;
    let (title, about) = match is_again {
        true => (tr!("assign.again_title"), tr!("assign.again_about", player = payment.user_key)),
        false => (tr!("assign.title"), tr!("assign.about")),
    };
    let here = paths::payment(project, &payment.payment_seq);
    let confirm = assignee.map(|assignee| confirm(project, payment, assignee, now, action));
    let (key, channel) = assignee.map_or_else(
        || (String::new(), USER_CHANNEL_DEFAULT.to_owned()),
        |assignee| (assignee.user_key.clone(), assignee.user_channel.clone()),
    );
    view! {
        <Card title description=about>
            <LookUpForm here label=tr!("assign.look_up")>
                <TextInput name=ASSIGNEE label=tr!("assign.player") value=key maxlength=128 required=true mono=true/>
                <TextInput name=CHANNEL label=tr!("user.channel") help=tr!("user.channel_help") value=channel maxlength=32/>
            </LookUpForm>
            {confirm}
        </Card>
    }
    .into_any()
}

fn confirm(
    project: &ProjectId,
    payment: &Payment,
    assignee: &Assignee,
    now: Timestamp,
    action: ServerAction<AssignUser>,
) -> AnyView {
    let known = match &assignee.known {
        Ok(known) => *known,
        Err(fault) => {
            let text = fault_text(fault);
            return view! { <Callout tone=Tone::Bad><p>{text}</p></Callout> }.into_any();
        }
    };
    let is_theirs = payment.user_key == assignee.user_key && payment.user_channel == assignee.user_channel;
    if is_theirs && payment.attribution == Attribution::Staff {
        let text = tr!("assign.theirs", player = assignee.user_key);
        return view! { <Callout><p>{text}</p></Callout> }.into_any();
    }
    let (tone, text) = match known {
        Some(activity) => (Tone::Good, known_text(&assignee.user_key, activity, now)),
        None => (Tone::Warn, tr!("assign.unknown", player = assignee.user_key)),
    };
    let from = if payment.user_key.is_empty() { tr!("payments.without_user") } else { payment.user_key.clone() };
    let facts = vec![Fact::new(tr!("assign.from"), from), Fact::new(tr!("assign.to"), assignee.user_key.clone())];
    let (named, repeated) = ((project.clone(), payment.clone()), repeated(payment));
    let (key, channel, back) =
        (assignee.user_key.clone(), assignee.user_channel.clone(), paths::payment(project, &payment.payment_seq));
    let to = assignee.user_key.clone();
    view! {
        <Callout tone title=text><DescriptionList facts/></Callout>
        {repeated}
        <PostForm action done=tr!("assign.done")>
            {self::named(&named.0, &named.1)}
            <HiddenInput name="userKey" value=key/>
            <HiddenInput name="userChannel" value=channel/>
            {known.is_none().then(|| view! { <Checkbox name="isNew" label=tr!("assign.is_new") help=tr!("assign.is_new_help")/> })}
            {reason_field()}
            <FormButtons>
                <SubmitButton label=tr!("assign.submit", player = to)/>
                <ButtonLink href=back label=tr!("form.cancel")/>
            </FormButtons>
        </PostForm>
    }
    .into_any()
}

fn known_text(player: &str, activity: Activity, now: Timestamp) -> String {
    match activity.last_at {
        Some(last_at) => {
            let ago = duration_words(now.0 - last_at.0);
            tr!("assign.known", player = player, count = activity.payments, ago = ago)
        }
        None => tr!("assign.known_without", player = player),
    }
}
