use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use x509_parser::pem::Pem;

use super::*;
use crate::stores::apple::api::{ApiFailure, Tokens};

pub fn public_key() -> Vec<u8> {
    let pem = Pem::iter_from_buffer(KEY_PEM.as_bytes()).next().unwrap().unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &pem.contents).unwrap();
    pair.public_key().as_ref().to_vec()
}

/// Header and claims of a token whose signature is the key's: r and s side by side.
#[track_caller]
pub fn open_token(token: &str) -> (Value, Value) {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    assert_eq!(signature.len(), 64);
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public_key()).verify(signed.as_bytes(), &signature).unwrap();
    let part = |text: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap();
    let (header, claims) = signed.split_once('.').unwrap();
    (part(header), part(claims))
}

#[test]
fn a_token_says_who_asks_and_until_when() {
    let token = Tokens::default().bearer(&app_with_key(Environment::Live), NOW).unwrap();
    let (header, claims) = open_token(&token);
    assert_eq!(header, json!({ "alg": "ES256", "kid": KEY_ID, "typ": "JWT" }));
    let iat = NOW.0 / 1_000;
    let expected = json!({
        "iss": ISSUER_ID, "iat": iat, "exp": iat + 300, "aud": "appstoreconnect-v1", "bid": "game.example",
    });
    assert_eq!(claims, expected);
}

#[test]
fn a_token_is_used_until_shortly_before_its_end() {
    let (tokens, app) = (Tokens::default(), app_with_key(Environment::Live));
    let at = |seconds: i64| tokens.bearer(&app, NOW.plus_millis(seconds * 1_000)).unwrap();
    let first = at(0);
    assert_eq!(at(239), first);
    let second = at(240);
    assert_ne!(second, first);
    assert_eq!(open_token(&second).1["exp"], NOW.0 / 1_000 + 540);
    // A clock that was set back must not get a token from the future.
    assert_ne!(at(100), second);
}

#[test]
fn each_app_and_key_has_its_own_token() {
    let tokens = Tokens::default();
    let app = app_with_key(Environment::Live);
    let first = tokens.bearer(&app, NOW).unwrap();
    for (name, value) in [("issuer_id", "11111111-2222-3333-4444-555555555555"), ("key_id", "KLMNOPQRST")] {
        let mut other = app.clone();
        other.settings.insert(name.into(), value.into());
        let token = tokens.bearer(&other, NOW).unwrap();
        assert_ne!(token, first);
        let (header, claims) = open_token(&token);
        assert!(header["kid"] == value || claims["iss"] == value);
    }
    let other = StoreApp { store_app_id: "game.other".into(), ..app.clone() };
    assert_eq!(open_token(&tokens.bearer(&other, NOW).unwrap()).1["bid"], "game.other");
    assert_eq!(tokens.bearer(&app, NOW).unwrap(), first);
}

#[test]
fn what_is_missing_is_named() {
    let tokens = Tokens::default();
    let whole = app_with_key(Environment::Live);
    for name in ["issuer_id", "key_id", "private_key"] {
        let mut app = whole.clone();
        app.settings.remove(name);
        app.secrets.remove(name);
        let expected = ApiFailure::Credentials { reason: format!("this app's {name} is not set") };
        assert_eq!(tokens.bearer(&app, NOW), Err(expected));
    }
    let mut app = whole;
    app.secrets.insert("private_key".into(), Secret(KEY_PEM.replace("M", "N")));
    let failure = tokens.bearer(&app, NOW).unwrap_err();
    assert_eq!(failure.to_string(), "this app's private_key is not a PKCS#8 key on P-256");
}
