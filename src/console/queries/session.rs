use super::request::Request;
use crate::auth;
use crate::model::{Fault, Viewer};

/// Whether a set-up link still works. Open to anyone: it tells nothing without the link.
pub async fn check_set_up_link(token: String) -> Result<bool, Fault> {
    let Request { state, .. } = Request::of_anyone();
    Ok(auth::check_link(&state, &token).await?)
}

/// Who is signed in; none when nobody is, so it is open to anyone.
pub async fn get_viewer() -> Result<Option<Viewer>, Fault> {
    let Request { state, parts } = Request::of_anyone();
    Ok(auth::viewer(&state, &parts).await?)
}
