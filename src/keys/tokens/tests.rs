use super::*;

const SALTS: [Option<AccessSalt>; 4] =
    [None, Some(AccessSalt(0)), Some(AccessSalt(i64::MIN)), Some(AccessSalt(6_148_914_691_236_517_205))];

fn tokens() -> Tokens {
    Tokens::new(&MasterKey::generate().expect("random")).expect("keys")
}

#[test]
fn access_tokens_are_86_characters_and_bound_to_number_and_salt() {
    let tokens = tokens();
    let mut seen = std::collections::HashSet::new();
    for seq in ["2026112310000000", "202611235529599999", "1", "340282366920938463463374607431768211455"] {
        for salt in SALTS {
            let payment_seq = PaymentSeq(seq.into());
            let token = tokens.access_token(&payment_seq, salt);
            assert_eq!(token.len(), 86);
            assert_eq!(tokens.open_access_token(&token), Some(OpenedToken { payment_seq, salt }), "{seq} {salt:?}");
            assert!(seen.insert(token), "{seq} {salt:?}");
        }
    }
}

#[test]
fn forged_and_cut_tokens_lead_nowhere() {
    let (tokens, other) = (tokens(), tokens());
    let payment = PaymentSeq("202611235529599999".into());
    for salt in SALTS {
        let token = tokens.access_token(&payment, salt);
        for at in 0..86 {
            let mut forged = token.clone().into_bytes();
            forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
            let forged = String::from_utf8(forged).expect("text");
            assert_eq!(tokens.open_access_token(&forged), None, "{salt:?} at {at}");
            assert_eq!(tokens.open_access_token(&token[..at]), None, "{salt:?} to {at}");
        }
        assert_eq!(other.open_access_token(&token), None, "another server's");
    }
    for odd in ["007", "", "x", "9999999999999999999999999999999999999999"] {
        let odd = PaymentSeq(odd.into());
        assert!(SALTS.iter().all(|salt| tokens.open_access_token(&tokens.access_token(&odd, *salt)).is_none()));
    }
    assert!(["", "A", "=", "é"].iter().all(|text| tokens.open_access_token(text).is_none()));
}

#[test]
fn reservation_tokens_are_of_one_reservation() {
    let tokens = tokens();
    let (one, two) = (PaymentSeq("202611230000000001".into()), PaymentSeq("202611230000000002".into()));
    let token = tokens.reservation_token(&one, AccessSalt(1));
    assert!(tokens.is_reservation_token(&one, Some(AccessSalt(1)), &token));
    assert!(!tokens.is_reservation_token(&two, Some(AccessSalt(1)), &token));
    assert!(!tokens.is_reservation_token(&one, Some(AccessSalt(2)), &token));
    assert!(!tokens.is_reservation_token(&one, None, &token) && !tokens.is_reservation_token(&one, Some(AccessSalt(1)), ""));
    assert_ne!(token, self::tokens().reservation_token(&one, AccessSalt(1)));
}

#[test]
fn short_secrets_are_hashed_for_one_owner_under_the_master_key() {
    let tokens = Tokens::new(&MasterKey::generate().expect("random")).expect("keys");
    let hash = tokens.short_secret_hash("p1", "IgsaAP");
    assert!(tokens.is_short_secret("p1", "IgsaAP", &hash));
    assert!(!tokens.is_short_secret("p2", "IgsaAP", &hash) && !tokens.is_short_secret("p1", "IgsaAp", &hash));
    assert_ne!(hash, Tokens::new(&MasterKey::generate().expect("random")).expect("keys").short_secret_hash("p1", "IgsaAP"));
}

#[test]
fn account_tokens_are_stable_and_tell_users_apart() {
    let tokens = Tokens::new(&MasterKey::generate().expect("random")).expect("keys");
    let project = ProjectId("p".into());
    let token = tokens.account_token(&project, "GF", "player-1");
    assert_eq!(token, tokens.account_token(&project, "GF", "player-1"));
    assert_ne!(token, tokens.account_token(&project, "G", "Fplayer-1"));
    assert_ne!(token, tokens.account_token(&ProjectId("q".into()), "GF", "player-1"));
    assert!(uuid::Uuid::parse_str(&token).is_ok());
}
