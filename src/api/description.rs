//! What every call of the native API may answer besides what it is for, written into its description once.

mod idempotency;

use utoipa::openapi::path::{Operation, Parameter};
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::{ContentBuilder, OpenApi, Ref, RefOr, ResponseBuilder};

use idempotency::{add_idempotency_key, add_user_token};

/// The calls that are described here; others have forms of their own.
const NATIVE: &str = "/api/v1/";
const PROBLEM: &str = "application/problem+json";

/// Problems of any call, of one with a body, and of one that takes an `Idempotency-Key`.
const OF_ALL: [(&str, &str); 5] = [
    ("401", "UNAUTHENTICATED"),
    ("422", "INVALID_PARAMETER, or a refusal"),
    ("429", "TOO_MANY_REQUESTS: come back after Retry-After seconds"),
    ("500", "INTERNAL"),
    ("503", "TIMEOUT, or the store can't be asked"),
];
const OF_BODIES: [(&str, &str); 2] = [("413", "BODY_TOO_LARGE"), ("415", "UNSUPPORTED_MEDIA_TYPE")];
const OF_UNSAFE: [(&str, &str); 1] = [("409", "The state is in the way, or IDEMPOTENCY_IN_PROGRESS")];

/// Adds to each native call the problems any of them may answer, in the form problems have, and the `Idempotency-Key`.
pub(super) fn complete(api: &mut OpenApi) {
    for (path, item) in &mut api.paths.paths {
        if !path.starts_with(NATIVE) {
            continue;
        }
        for (operation, is_get) in [(&mut item.get, true), (&mut item.post, false)] {
            let Some(operation) = operation else { continue };
            if path.starts_with("/api/v1/users") || (path.starts_with("/api/v1/payments") && !is_get) {
                add_user_token(operation);
            }
            let has_body = operation.request_body.is_some();
            add_problems(operation, &OF_ALL);
            if has_body {
                add_problems(operation, &OF_BODIES);
                add_problems(operation, &OF_UNSAFE);
                add_idempotency_key(operation);
            }
            into_problem_details(operation);
            name_payment_numbers(operation);
        }
    }
}

fn add_problems(operation: &mut Operation, problems: &[(&str, &str)]) {
    for (status, meaning) in problems {
        let response = || RefOr::T(ResponseBuilder::new().description(*meaning).build());
        operation.responses.responses.entry((*status).to_owned()).or_insert_with(response);
    }
}

/// Every answer from 400 on is a problem, whatever its annotation said.
fn into_problem_details(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        let (RefOr::T(response), true) = (response, status.starts_with(['4', '5'])) else { continue };
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        response.content.clear();
        response.content.insert(PROBLEM.to_owned(), RefOr::T(content));
    }
}

fn name_payment_numbers(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        let RefOr::T(parameter) = parameter else { continue };
        match parameter.name.as_str() {
            "paymentSeq" => {
                parameter.schema =
                    Some(ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[0-9]{16,32}$")).build().into());
            }
            "from" | "to" => {
                let time = SchemaFormat::KnownFormat(KnownFormat::DateTime);
                parameter.schema = Some(ObjectBuilder::new().schema_type(Type::String).format(Some(time)).build().into());
            }
            _ => {}
        }
    }
}

fn is_named(parameter: &RefOr<Parameter>, name: &str) -> bool {
    matches!(parameter, RefOr::T(parameter) if parameter.name == name)
}
