use super::*;

#[test]
fn agrees_with_the_standard_and_takes_the_neighbouring_steps_only() {
    // RFC 6238, appendix B: the last six digits for SHA-1 at 59 s, which is step 1.
    let secret = b"12345678901234567890";
    let at = |seconds: i64| matching_step(secret, "287082", Timestamp(seconds * 1000));
    assert_eq!((at(59), at(0), at(89)), (Some(1), Some(1), Some(1)));
    assert_eq!(at(90), None);
    for wrong in ["287083", "28708", "2870820", "", "28708２"] {
        assert_eq!(matching_step(secret, wrong, Timestamp(59_000)), None, "{wrong}");
    }
}

#[test]
fn tells_the_app_whose_and_what() {
    let draft = draft(b"12345678901234567890", "kim:x@example.com").expect("drawn");
    assert_eq!(draft.secret, "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    let url = "otpauth://totp/Purser:kim%5Fx%40example%2Ecom?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Purser";
    assert_eq!(draft.url.replace("%2E", ".").replace("%5F", "_"), url.replace("%2E", ".").replace("%5F", "_"));
    // The corner's square starts after the margin: seven dark modules.
    assert!(draft.qr.path.starts_with("M4 4h7v1h-7z"), "{}", draft.qr.path);
    assert!(draft.qr.size > 21 + 2 * QUIET);
}

#[test]
fn recovery_codes_are_four_groups_of_four() {
    let code = new_recovery_code().expect("random");
    assert!(code.split('-').map(str::len).eq([4; 4]), "{code}");
    assert_ne!(code, new_recovery_code().expect("random"));
}
