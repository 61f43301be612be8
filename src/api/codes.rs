//! The stable codes of problems, for the API's description.

/// Code, HTTP status, what it means and what to do.
pub(super) const CODES: &[(&str, u16, &str)] = &[
    ("INVALID_PARAMETER", 422, "`param` names what is wrong with the input."),
    ("UNAUTHENTICATED", 401, "No key, an unknown one, or one that was revoked."),
    ("DENIED", 403, "The key is known and may not do this."),
    ("NOT_FOUND", 404, "It does not exist, or is another project's."),
    ("ACCESS_TOKEN_INVALID", 403, "The access token is not this payment's."),
    ("NOT_OPEN", 409, "Only a reserved or pending payment can be closed."),
    ("NOT_VERIFIED", 409, "Only a payment with status SUCCESS is consumed."),
    ("NOT_CONSUMABLE", 409, "A payment of this product type is not consumed."),
    ("APP_STOPPED", 409, "The app is not in use."),
    ("PRODUCT_STOPPED", 409, "The product is not on sale."),
    ("PROOF_INVALID", 422, "The proof is forged, damaged or of the wrong form."),
    ("APP_MISMATCH", 422, "The purchase was made in another app."),
    ("ENVIRONMENT_MISMATCH", 422, "The purchase was made in another environment than the app's."),
    ("PRODUCT_MISMATCH", 422, "The purchase is of another product than was reserved."),
    ("PRODUCT_UNKNOWN", 422, "The product bought is not registered."),
    ("USER_MISMATCH", 409, "The purchase was made for another user."),
    ("OWNED_BY_ANOTHER_USER", 409, "Another user presented this purchase first."),
    ("ALREADY_CONSUMED", 409, "It was consumed before: treat it as done."),
    ("REFUNDED", 409, "The store or an operator took the purchase back."),
    ("EXPIRED", 409, "The paid period is over."),
    ("PENDING", 409, "The store still waits for the money: verify again later."),
    ("STORE_UNAVAILABLE", 503, "The store did not answer: try again later."),
    ("STORE_CREDENTIALS", 503, "The store refused the app's credentials: an operator must mend them."),
    ("EXTENSION_INELIGIBLE", 409, "Only a running, paid period of the player's own is extended."),
    ("EXTENSION_LIMIT", 409, "The store extends a subscription at most twice in 365 days."),
    ("EXTENSION_FAMILY_SHARED", 409, "What a family member shares is not extended."),
    ("IDEMPOTENCY_KEY_REUSED", 422, "The `Idempotency-Key` was used for another request."),
    ("IDEMPOTENCY_IN_PROGRESS", 409, "The first request with this `Idempotency-Key` still runs: try again later."),
    ("BAD_REQUEST", 400, "The request could not be read."),
    ("METHOD_NOT_ALLOWED", 405, "The address takes other methods; see `Allow`."),
    ("BODY_TOO_LARGE", 413, "At most 512 KiB are taken."),
    ("UNSUPPORTED_MEDIA_TYPE", 415, "The body must be `application/json`."),
    ("TOO_MANY_REQUESTS", 429, "More calls than one AppKey or address may make: come back after `Retry-After` seconds."),
    ("TOO_MANY_ATTEMPTS", 429, "Come back after `Retry-After` seconds."),
    ("INTERNAL", 500, "Something went wrong on our side: try again."),
    ("TIMEOUT", 503, "Not answered in time: try again with the same `Idempotency-Key`."),
];

/// The codes as a table in Markdown.
pub(super) fn table() -> String {
    let rows = CODES.iter().map(|(code, status, meaning)| format!("| `{code}` | {status} | {meaning} |\n"));
    format!("| Code | Status | Meaning |\n|---|---|---|\n{}", rows.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::RefusalCode;

    #[test]
    fn every_refusal_is_listed_and_no_code_twice() {
        for code in RefusalCode::ALL {
            let listed = CODES.iter().filter(|(listed, ..)| *listed == code.as_str()).count();
            assert_eq!(listed, 1, "{code}");
        }
        let mut codes: Vec<_> = CODES.iter().map(|(code, ..)| code).collect();
        codes.sort();
        assert!(codes.windows(2).all(|pair| pair[0] != pair[1]));
    }

    #[test]
    fn statuses_are_those_that_are_sent() {
        for code in RefusalCode::ALL {
            let sent = crate::error::Error::refused(*code, "").status().as_u16();
            assert!(CODES.iter().any(|(listed, status, _)| *listed == code.as_str() && *status == sent), "{code}");
        }
    }
}
