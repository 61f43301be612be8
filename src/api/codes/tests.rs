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
        assert!(CODES.iter().any(|(listed, status, ..)| *listed == code.as_str() && *status == sent), "{code}");
    }
}

#[test]
fn what_may_change_is_asked_again() {
    for code in [
        "INVALID_PARAMETER",
        "UNAUTHENTICATED",
        "DENIED",
        "NOT_FOUND",
        "NOT_VERIFIED",
        "NOT_CONSUMABLE",
        "APP_STOPPED",
        "PRODUCT_STOPPED",
        "PROOF_INVALID",
        "ENVIRONMENT_MISMATCH",
        "PRODUCT_UNKNOWN",
        "PENDING",
        "REFUNDED",
        "OWNED_BY_ANOTHER_USER",
        "STORE_UNAVAILABLE",
        "STORE_CREDENTIALS",
        "IDEMPOTENCY_IN_PROGRESS",
        "TOO_MANY_ATTEMPTS",
        "INTERNAL",
        "TIMEOUT",
        "A_CODE_NOBODY_LISTED",
    ] {
        assert!(!is_kept(code), "{code}");
    }
    let kept: Vec<_> = CODES.iter().filter(|(_, _, repeated, _)| *repeated == Kept).map(|(code, ..)| *code).collect();
    assert_eq!(kept, ["PRODUCT_MISMATCH"], "it can't change, whatever happens");
    let temporary = |status: u16| matches!(status, 401 | 403 | 404 | 408 | 429) || status >= 500;
    assert!(CODES.iter().all(|(_, status, repeated, _)| !temporary(*status) || *repeated == AskedAgain));
}
