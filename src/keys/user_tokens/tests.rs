use super::*;

const NOW: Timestamp = Timestamp(1_795_392_000_000);

fn tokens() -> UserTokens {
    UserTokens::new(&MasterKey::generate().expect("random")).expect("keys")
}

#[test]
fn a_token_names_its_user_until_it_is_over() {
    let (tokens, project) = (tokens(), ProjectId("p".into()));
    let end = NOW.plus_millis(1_000);
    for user in [("GF", "player-1"), ("KR", "플레이어 1"), ("G", "F\u{2028}x"), (&"c".repeat(32), &"키".repeat(128))] {
        let token = tokens.sign(&project, user.0, user.1, end);
        assert_eq!(tokens.open(&project, &token, NOW), Some((user.0.to_owned(), user.1.to_owned())));
        assert_eq!(tokens.open(&project, &token, end), None, "over");
        assert_eq!(tokens.open(&ProjectId("q".into()), &token, NOW), None, "another project's");
    }
}

#[test]
fn forged_ones_name_nobody() {
    let (tokens, project) = (tokens(), ProjectId("p".into()));
    let token = tokens.sign(&project, "GF", "player-1", NOW.plus_millis(1_000));
    for at in 0..token.len() {
        let mut forged = token.clone().into_bytes();
        forged[at] = if forged[at] == b'A' { b'B' } else { b'A' };
        let forged = String::from_utf8(forged).expect("text");
        assert_eq!(tokens.open(&project, &forged, NOW), None, "at {at}");
        assert_eq!(tokens.open(&project, &token[..at], NOW), None, "to {at}");
    }
    assert_eq!(self::tokens().open(&project, &token, NOW), None, "another server's");
    assert!(["", "é", "AAAA", &"A".repeat(3_000)].iter().all(|text| tokens.open(&project, text, NOW).is_none()));
}
