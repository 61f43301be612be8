use super::*;

#[test]
fn what_is_behind_a_proxy_is_not_one_caller() {
    for (text, trusted, untrusted) in [
        ("203.0.113.1", true, true),
        ("2001:db8::1", true, true),
        ("127.0.0.1", false, false),
        ("::1", false, false),
        ("::ffff:127.0.0.1", false, false),
        ("172.17.0.1", true, false),
        ("fd00::1", true, false),
        ("169.254.0.1", true, false),
    ] {
        let address: IpAddr = text.parse().expect("an address");
        assert_eq!((is_one_callers(address, true), is_one_callers(address, false)), (trusted, untrusted), "{text}");
    }
}

#[test]
fn each_call_has_its_kind() {
    for (method, call, kind) in [
        (Method::POST, "payments", CallKind::Reserve),
        (Method::GET, "payments", CallKind::Lists),
        (Method::POST, "payments/verify", CallKind::Verify),
        (Method::POST, "payments/{paymentSeq}/verify", CallKind::Verify),
        (Method::POST, "payments/{paymentSeq}/close", CallKind::Close),
        (Method::POST, "payments/{paymentSeq}/consume", CallKind::Consume),
        (Method::POST, "users", CallKind::Users),
        (Method::GET, "users/{userKey}/consumables", CallKind::Lists),
        (Method::GET, "users/{userKey}/owned", CallKind::Lists),
        (Method::GET, "products", CallKind::Products),
    ] {
        assert_eq!(kind_of_call(&method, call), kind, "{method} {call}");
    }
}
