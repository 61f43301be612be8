use super::request::Request;
use crate::auth;
use crate::model::{Fault, LinkHolder};

/// Whom a one-time link is for; none when it no longer works. Open to anyone: it tells nothing without the link.
pub async fn get_link_holder(token: String) -> Result<Option<LinkHolder>, Fault> {
    let Request { state, .. } = Request::of_anyone();
    Ok(auth::find_link_holder(&state, &token).await?)
}
