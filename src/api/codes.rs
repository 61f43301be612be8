//! The stable codes of problems, for the API's description.

/// What a call that is repeated with its `Idempotency-Key` gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeated {
    /// The refusal that was kept: nothing anybody does can change it.
    Kept,
    /// An answer of its own: time, the store, an operator or a setting may have changed what was in the way.
    AskedAgain,
}

use Repeated::{AskedAgain, Kept};

/// Code, HTTP status, what a repeated call gets, what it means and what to do.
pub(super) const CODES: &[(&str, u16, Repeated, &str)] = &[
    ("INVALID_PARAMETER", 422, AskedAgain, "`param` names what is wrong with the input."),
    ("UNAUTHENTICATED", 401, AskedAgain, "No key, an unknown one, or one that was revoked."),
    ("DENIED", 403, AskedAgain, "The key is known and may not do this."),
    ("NOT_FOUND", 404, AskedAgain, "It does not exist, or is another project's."),
    (
        "USER_TOKEN_INVALID",
        403,
        AskedAgain,
        "`X-User-Token` is missing, forged, over, or another user's: get a new one from your game server.",
    ),
    (
        "RESERVATION_TOKEN_INVALID",
        403,
        AskedAgain,
        "An app closes only what it reserved: the `reservationToken` is not this payment's, or the user token another user's.",
    ),
    ("ACCESS_TOKEN_INVALID", 403, AskedAgain, "The access token is not this payment's."),
    ("NOT_OPEN", 409, AskedAgain, "Only a reserved or pending payment can be closed."),
    ("NOT_VERIFIED", 409, AskedAgain, "Only a payment with status SUCCESS is consumed."),
    (
        "NOT_CONSUMABLE",
        409,
        AskedAgain,
        "It gives no goods: `detail` says why (its type, owned rather than consumed, bought before the app's date, another plan in its place, not bought by the player).",
    ),
    ("APP_STOPPED", 409, AskedAgain, "The app is not in use."),
    ("PRODUCT_STOPPED", 409, AskedAgain, "The product is not on sale."),
    ("PROOF_INVALID", 422, AskedAgain, "The proof is forged, damaged or of the wrong form."),
    ("APP_MISMATCH", 422, AskedAgain, "The purchase was made in another app."),
    ("ENVIRONMENT_MISMATCH", 422, AskedAgain, "The purchase was made in another environment than the app's."),
    (
        "PRODUCT_MISMATCH",
        422,
        Kept,
        "The purchase is of another product than was reserved, or the store sells the product as another type.",
    ),
    ("PRODUCT_UNKNOWN", 422, AskedAgain, "The product bought is not registered."),
    ("USER_MISMATCH", 409, AskedAgain, "The project demands its account tokens, and the purchase does not carry this user's."),
    (
        "OWNED_BY_ANOTHER_USER",
        409,
        AskedAgain,
        "The purchase belongs to another user: by its account token, its subscription, its reservation, or who presented it first.",
    ),
    ("ALREADY_CONSUMED", 409, AskedAgain, "It was consumed before: treat it as done."),
    ("REFUNDED", 409, AskedAgain, "The store or an operator took the purchase back."),
    ("EXPIRED", 409, AskedAgain, "The paid period is over."),
    ("PENDING", 409, AskedAgain, "The store still waits for the money: verify again later."),
    ("STORE_UNAVAILABLE", 503, AskedAgain, "The store did not answer: try again later."),
    ("STORE_CREDENTIALS", 503, AskedAgain, "The store refused the app's credentials: an operator must mend them."),
    ("EXTENSION_INELIGIBLE", 409, AskedAgain, "Only a running, paid period of the player's own is extended."),
    ("EXTENSION_LIMIT", 409, AskedAgain, "The store extends a subscription at most twice in 365 days."),
    ("EXTENSION_FAMILY_SHARED", 409, AskedAgain, "What a family member shares or an organisation assigns is not extended."),
    ("NOT_OFFERED_BY_STORE", 409, AskedAgain, "The store lets no server do this; the player, or its own console, can."),
    ("SUBSCRIPTION_INELIGIBLE", 409, AskedAgain, "The subscription is in no state for it."),
    ("STORE_REFUSED", 409, AskedAgain, "The store said no: `detail` has its words."),
    ("NOT_REFUNDABLE", 409, AskedAgain, "Only a paid payment has money to give back."),
    ("IDEMPOTENCY_KEY_REUSED", 422, AskedAgain, "The `Idempotency-Key` was used for another request."),
    ("IDEMPOTENCY_IN_PROGRESS", 409, AskedAgain, "The first request with this `Idempotency-Key` still runs: try again later."),
    ("BAD_REQUEST", 400, AskedAgain, "The request could not be read."),
    ("METHOD_NOT_ALLOWED", 405, AskedAgain, "The address takes other methods; see `Allow`."),
    ("BODY_TOO_LARGE", 413, AskedAgain, "At most 512 KiB are taken."),
    ("UNSUPPORTED_MEDIA_TYPE", 415, AskedAgain, "The body must be `application/json`."),
    (
        "TOO_MANY_REQUESTS",
        429,
        AskedAgain,
        "More calls than one AppKey or address may make, or too many at once: come back after `Retry-After` seconds.",
    ),
    ("TOO_MANY_ATTEMPTS", 429, AskedAgain, "Come back after `Retry-After` seconds."),
    ("INTERNAL", 500, AskedAgain, "Something went wrong on our side: try again."),
    ("DATABASE_UNAVAILABLE", 503, AskedAgain, "Our database can't be reached: try again after `Retry-After` seconds."),
    ("OVERLOADED", 503, AskedAgain, "Too many requests go on at once: try again after `Retry-After` seconds."),
    ("TIMEOUT", 503, AskedAgain, "Not answered in time: try again with the same `Idempotency-Key`."),
];

/// The codes as a table in Markdown.
pub(super) fn table() -> String {
    let rows = CODES.iter().map(|(code, status, repeated, meaning)| {
        let is_kept = if *repeated == Kept { "yes" } else { "" };
        format!("| `{code}` | {status} | {is_kept} | {meaning} |\n")
    });
    let about = "Kept: a call repeated with its `Idempotency-Key` gets the same refusal. All others are asked again.";
    format!("{about}\n\n| Code | Status | Kept | Meaning |\n|---|---|---|---|\n{}", rows.collect::<String>())
}

/// Whether a refusal is kept for calls repeated with the same `Idempotency-Key`; one that is not listed is not.
pub(super) fn is_kept(code: &str) -> bool {
    CODES.iter().any(|(listed, _, repeated, _)| *listed == code && *repeated == Kept)
}

/// What a code means, for callers who may not be told the particulars.
pub(super) fn meaning(code: &str) -> &'static str {
    CODES.iter().find(|(listed, ..)| *listed == code).map_or("The call was refused.", |(.., meaning)| meaning)
}

#[cfg(test)]
mod tests;
