//! The headers that only some endpoints take.

use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Required};

use super::is_named;
use crate::api::idempotency::KEY_BYTES_MAX;

const IDEMPOTENCY: &str = "The same key and body get the same answer for 24 hours, marked `Idempotency-Replayed: true`; a refusal \
     that may change is asked again. A game server's keys belong to its secret key, an app's to the user its call names.";
const USER_TOKEN: &str = "For apps: the `userToken` a game server got from `POST /api/v1/users` with its secret key. The app \
     then acts for that user only. Needed to list and consume where the project demands it.";

pub(super) fn add_idempotency_key(operation: &mut Operation) {
    let parameters = operation.parameters.get_or_insert_default();
    parameters.retain(|parameter| !is_named(parameter, "Idempotency-Key"));
    let schema = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(KEY_BYTES_MAX))
        .pattern(Some("^[!-~]+$"))
        .build();
    let parameter = ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(IDEMPOTENCY))
        .schema(Some(schema))
        .build();
    parameters.push(RefOr::T(parameter));
}

pub(super) fn add_user_token(operation: &mut Operation) {
    let schema = ObjectBuilder::new().schema_type(Type::String).build();
    let parameter = ParameterBuilder::new()
        .name("X-User-Token")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(USER_TOKEN))
        .schema(Some(schema))
        .build();
    operation.parameters.get_or_insert_default().push(RefOr::T(parameter));
}
