use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::model::Timestamp;

/// Google's have about 1,200.
const TOKEN_BYTES_MAX: usize = 8 * 1024;
const ISSUERS: [&str; 2] = ["https://accounts.google.com", "accounts.google.com"];
/// How far the issuer's clock and ours may differ.
const SKEW_SECONDS: i64 = 300;
/// Google's live an hour; nobody should be handed one that lives longer than a day.
const LIFE_SECONDS_MAX: i64 = 86_400;

/// What a push token must say.
pub(super) struct Expected<'a> {
    pub audience: &'a str,
    /// The service account that pushes.
    pub email: &'a str,
    pub now: Timestamp,
}

/// The token of an Authorization header, taken apart; nothing in it is trusted yet.
pub(super) struct PushToken<'a> {
    pub key_id: String,
    pub signed: &'a str,
    pub signature: Vec<u8>,
    claims: Claims,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Header {
    alg: String,
    kid: String,
    crit: Option<serde::de::IgnoredAny>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Claims {
    iss: String,
    aud: String,
    email: String,
    email_verified: bool,
    iat: Option<i64>,
    exp: Option<i64>,
}

impl<'a> PushToken<'a> {
    /// Takes `Bearer <JWT>` apart; refuses every algorithm but RS256.
    pub(super) fn split(authorization: Option<&'a str>) -> Result<Self, &'static str> {
        let header = authorization.ok_or("it has no Authorization header")?;
        let (scheme, token) = header.split_once(' ').ok_or("its Authorization header is not Bearer")?;
        let token = token.trim();
        if !scheme.eq_ignore_ascii_case("Bearer") {
            return Err("its Authorization header is not Bearer");
        }
        if token.len() > TOKEN_BYTES_MAX {
            return Err("its token is too long");
        }
        let (signed, signature) = token.rsplit_once('.').ok_or("its token is no JWT")?;
        let (header, claims) = signed.split_once('.').ok_or("its token is no JWT")?;
        let header: Header = decode(header).ok_or("its token's header can't be read")?;
        if header.alg != "RS256" || header.crit.is_some() {
            return Err("its token is not signed with RS256");
        }
        let claims = decode(claims).ok_or("its token's claims can't be read")?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| "its token's signature is not base64url")?;
        Ok(Self { key_id: header.kid, signed, signature, claims })
    }

    /// Checks what it says, once its signature was found good.
    pub(super) fn check(&self, expected: &Expected<'_>) -> Result<(), &'static str> {
        let claims = &self.claims;
        let now = expected.now.0.div_euclid(Timestamp::SECOND);
        if !ISSUERS.contains(&claims.iss.as_str()) {
            return Err("its token was not issued by Google");
        }
        if claims.aud != expected.audience {
            return Err("its token is for another audience: set push_audience to the one of the Pub/Sub subscription");
        }
        if !claims.email_verified || claims.email != expected.email {
            return Err("its token is of another service account than push_service_account");
        }
        let (Some(iat), Some(exp)) = (claims.iat, claims.exp) else { return Err("its token has no dates") };
        if now < iat.saturating_sub(SKEW_SECONDS) {
            return Err("its token is not valid yet");
        }
        if now > exp.saturating_add(SKEW_SECONDS) {
            return Err("its token has expired");
        }
        match (0..=LIFE_SECONDS_MAX).contains(&exp.saturating_sub(iat)) {
            true => Ok(()),
            false => Err("its token lives too long"),
        }
    }
}

fn decode<T: DeserializeOwned>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}
