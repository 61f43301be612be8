//! A secret on its way to the page that shows it once: sealed, in its reader's own session, gone when read.

use axum::http::request::Parts;
use serde::{Deserialize, Serialize};

use super::sessions::session_of;
use crate::error::{Error, Result};
use crate::state::AppState;

const NOTE: &str = "note";

#[derive(Serialize, Deserialize)]
struct Note {
    about: String,
    sealed: String,
}

/// Leaves a secret for the next look at the page about `about`.
pub async fn put_flash(state: &AppState, parts: &Parts, about: &str, secret: &str) -> Result<()> {
    let sealed = state.keys.sealer.seal(&owner(about), secret.as_bytes())?;
    session_of(parts)?.insert(NOTE, Note { about: about.to_owned(), sealed }).await.map_err(Error::internal)
}

/// Takes the secret left for `about`, if there is one.
pub async fn take_note(state: &AppState, parts: &Parts, about: &str) -> Result<Option<String>> {
    let session = session_of(parts)?;
    let found = session.get::<Note>(NOTE).await.map_err(Error::internal)?;
    let Some(note) = found.filter(|note| note.about == about) else { return Ok(None) };
    session.remove::<Note>(NOTE).await.map_err(Error::internal)?;
    let secret = state.keys.sealer.open(&owner(about), &note.sealed)?;
    String::from_utf8(secret).map(Some).map_err(Error::internal)
}

fn owner(about: &str) -> String {
    format!("note:{about}")
}
