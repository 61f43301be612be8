//! USE CASE: what staff write down about players and payments. Notes are added and never changed. May call `db`, and the public
//! functions of `payments` and `users`.

use serde_json::json;

use crate::audit::{self, By, Change};
use crate::db;
use crate::db::notes::Subject;
use crate::error::{Error, Result};
use crate::model::{Kept, NOTE_CHARS_MAX, NOTES_MAX, Note, Payment, PaymentSeq, ProjectId, Reason, TextKind, Unit, has_control};
use crate::payments;
use crate::state::AppState;
use crate::users::User;

/// The newest notes that a page shows.
const SHOWN_MAX: i64 = 100;

/// What a note is about.
#[derive(Debug, Clone, Copy)]
pub enum About<'a> {
    Payment(&'a PaymentSeq),
    User(&'a User),
}

impl<'a> About<'a> {
    fn subject(self) -> Subject<'a> {
        match self {
            Self::Payment(seq) => Subject::Payment(seq),
            Self::User(user) => Subject::User(&user.channel, &user.key),
        }
    }

    fn target(self) -> String {
        match self {
            Self::Payment(seq) => format!("payment:{seq}"),
            Self::User(user) => format!("user:{}", user.key),
        }
    }
}

/// Writes a note down. Asks for the SUPPORT right at the edge.
pub async fn add(state: &AppState, by: &By, project: &ProjectId, about: About<'_>, text: &str) -> Result<()> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > NOTE_CHARS_MAX {
        return Err(Error::invalid("note", Reason::length(Unit::Characters, 1, NOTE_CHARS_MAX)));
    }
    if has_control(text, TextKind::Block) {
        return Err(Error::invalid("note", Reason::Control));
    }
    if let About::Payment(seq) = about {
        payments::find(state, project, seq).await?;
    }
    let (at, author) = (state.clock.now(), by.name().unwrap_or(by.actor().as_str()).to_owned());
    let write = state.db.write(async |tx| {
        if db::notes::count(tx, project, about.subject()).await? >= NOTES_MAX {
            return Err(Error::invalid("note", Reason::OneTooMany { of: Kept::Notes, max: NOTES_MAX }));
        }
        db::notes::insert(tx, project, about.subject(), (&author, text), at).await?;
        let change = Change {
            action: "note.add",
            project: Some(project),
            target: about.target(),
            before: None,
            after: Some(json!({ "note": text })),
        };
        audit::record(tx, by, at, change).await
    });
    write.await
}

/// The newest notes about a payment and its player.
pub async fn list_of_payment(state: &AppState, project: &ProjectId, payment: &Payment) -> Result<Vec<Note>> {
    let user = (payment.user_channel.as_str(), payment.user_key.as_str());
    db::notes::list_of_payment(&mut state.db.read().await?, project, &payment.payment_seq, user, SHOWN_MAX).await
}

/// The newest notes about a player and their payments.
pub async fn list_of_user(state: &AppState, project: &ProjectId, user: &User) -> Result<Vec<Note>> {
    db::notes::list_of_user(&mut state.db.read().await?, project, &user.channel, &user.key, SHOWN_MAX).await
}
