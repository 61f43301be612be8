use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use crate::auth;
use crate::error::{Error, Result};
use crate::state::AppState;

/// The address a request came from, where it is known.
pub struct Address(pub Option<String>);

impl FromRequestParts<AppState> for Address {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self> {
        Ok(Self(auth::address(state, parts).map(auth::Address::subject)))
    }
}
