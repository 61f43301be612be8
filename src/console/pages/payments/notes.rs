//! What staff wrote down, and the form to add to it.

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::paths;
use crate::console::server_fns::AddNote;
use crate::console::ui::{ButtonKind, Card, FormButtons, HiddenInput, Moment, PostForm, SubmitButton, TextArea};
use crate::model::{NOTE_CHARS_MAX, Note, PaymentSeq, ProjectId};
use crate::users::User;

/// What a new note is about.
pub(super) enum NoteOf {
    Payment(PaymentSeq),
    User(User),
}

/// The notes, the newest first; none where there is none and the reader may not write one.
pub(super) fn notes_card(
    project: &ProjectId,
    notes: Vec<Note>,
    about: NoteOf,
    form: Option<ServerAction<AddNote>>,
) -> Option<AnyView> {
    if notes.is_empty() && form.is_none() {
        return None;
    }
    let here = match &about {
        NoteOf::Payment(seq) => Some(seq.clone()),
        NoteOf::User(_) => None,
    };
    let items = notes.into_iter().map(|note| item(project, note, here.as_ref())).collect::<Vec<_>>();
    let list = (!items.is_empty()).then(|| view! { <ul class="notes">{items}</ul> });
    let form = form.map(|action| add_form(project, about, action));
    Some(view! { <Card title=tr!("notes.title") description=tr!("notes.about")>{list}{form}</Card> }.into_any())
}

fn item(project: &ProjectId, note: Note, here: Option<&PaymentSeq>) -> AnyView {
    let about = match (&note.payment_seq, here) {
        (Some(seq), Some(here)) if seq == here => None,
        (Some(seq), _) => {
            let (href, seq) = (paths::payment(project, seq), seq.0.clone());
            Some(view! { <span>{tr!("notes.on_payment")}" "<a href=href>{seq}</a></span> }.into_any())
        }
        (None, Some(_)) => Some(view! { <span>{tr!("notes.on_player")}</span> }.into_any()),
        (None, None) => None,
    };
    let at = note.at;
    view! {
        <li>
            <p class="note-text">{note.text}</p>
            <p class="happening-meta"><Moment at/><span>{note.author}</span>{about}</p>
        </li>
    }
    .into_any()
}

fn add_form(project: &ProjectId, about: NoteOf, action: ServerAction<AddNote>) -> AnyView {
    let project = project.0.clone();
    let named = match about {
        NoteOf::Payment(seq) => view! { <HiddenInput name="payment" value=seq.0/> }.into_any(),
        NoteOf::User(user) => {
            view! { <HiddenInput name="userKey" value=user.key/><HiddenInput name="userChannel" value=user.channel/> }.into_any()
        }
    };
    let longest = u32::try_from(NOTE_CHARS_MAX).unwrap_or(u32::MAX);
    view! {
        <PostForm action done=tr!("notes.done")>
            <HiddenInput name="project" value=project/>
            {named}
            <TextArea name="note" label=tr!("notes.new") help=tr!("notes.help") rows=2 maxlength=longest required=true/>
            <FormButtons><SubmitButton label=tr!("notes.add") kind=ButtonKind::Plain/></FormButtons>
        </PostForm>
    }
    .into_any()
}
