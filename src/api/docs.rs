//! The API's description at `/api/openapi.json`, readable at `/api/docs` with assets of our own. Anyone may read it.

use axum::Router;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa_swagger_ui::{Config, SwaggerUi};

use super::codes;
use crate::state::AppState;

/// The reader is a stock one that styles itself in place, so its pages alone allow inline styles.
const READER_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// It is the same for everybody, until the next release.
const READER_CACHE: &str = "public, max-age=600";

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Purser API",
        description = "Reserve, verify, list and consume in-app purchases. Apps call with `X-AppKey`, game servers with \
            `Authorization: Bearer sk_…`. A slash at the end of an address and a byte order mark before a body change nothing. Errors are problem details (RFC 9457) with a stable `code`. Unsafe calls take an \
            `Idempotency-Key`: the same key and body give the same answer for 24 hours, unless that may change. The AppKey is in \
            every copy of the app and proves nothing: lists of a user and consume need a secret key, unless the project allows the \
            built-in model (and may then demand `X-User-Token`). A payment's money is `price` (a decimal \
            text), `priceMicros` (millionths: the truth) and `currency` (ISO 4217), beside its other members, in every answer.",
    ),
    tags(
        (name = "Products", description = "What can be bought"),
        (name = "Users", description = "Payment users and what is theirs"),
        (name = "Payments", description = "Reserve, verify, consume"),
        (name = "Offers", description = "Store offers that need a server's signature"),
        (name = "NHN Cloud IAP", description = "The server API of NHN Cloud IAP, by `X-NHN-TCIAP-AppKey`: off until a project \
            switches it on; always HTTP 200, the outcome in `header.resultCode`"),
        (name = "NHN Cloud IAP, legacy", description = "NHN's earlier calls without any key; off unless a project answers them"),
        (name = "Gamebase", description = "Gamebase's purchase API v1.3, by `X-Secret-Key`"),
        (name = "Gamebase, earlier", description = "Gamebase's v1.2 and v1.0"),
    )
)]
struct Information;

/// Title, tags, the codes of problems and the two ways to call.
pub fn information() -> OpenApi {
    let mut api = Information::openapi();
    let about = api.info.description.take().unwrap_or_default();
    api.info.description = Some(format!("{about}\n\n## Problems\n\n{}", codes::table()));
    let components = api.components.get_or_insert_default();
    let app_key = SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("X-AppKey")));
    let secret_key = SecurityScheme::Http(HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build());
    components.add_security_scheme("appKey", app_key);
    components.add_security_scheme("secretKey", secret_key);
    let header = |name: &str| SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new(name)));
    components.add_security_scheme("nhnAppKey", header("X-NHN-TCIAP-AppKey"));
    components.add_security_scheme("gamebaseSecretKey", header("X-Secret-Key"));
    let none: [&str; 0] = [];
    api.security = Some(vec![SecurityRequirement::new("appKey", none), SecurityRequirement::new("secretKey", none)]);
    api
}

pub fn router(api: OpenApi) -> Router<AppState> {
    let config = Config::default().persist_authorization(true).default_models_expand_depth(0).validator_url("none");
    let reader: Router<AppState> = SwaggerUi::new("/api/docs").url("/api/openapi.json", api).config(config).into();
    reader.layer(axum::middleware::map_response(async |mut response: Response| {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(READER_POLICY));
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(READER_CACHE));
        response
    }))
}
