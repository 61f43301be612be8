//! Order ids and purchase tokens. A token is made from the order id of the sign-up it stands for, and can be read back.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The groups of an order id's digits.
const GROUPS: [usize; 4] = [4, 4, 4, 5];
const NUMBER_FIRST: u64 = 33_000_000_000_000_000;
/// Without a divisor of their count, so that every number has its own place; orders that follow each other do not look so.
const STEP: u64 = 37_082_039_324_993_693;
const NUMBERS: u64 = 60_000_000_000_000_000;
const PREFIX_LETTERS: usize = 24;
const MARK: &str = ".AO-J1O";
/// What a token's end is made of, before base64.
const BODY_BYTES: usize = 84;
const ORDER_BYTES_MAX: usize = 40;

/// The order id of a number that no other sale has.
pub(super) fn order_id(number: i64) -> String {
    let place = number.unsigned_abs() % NUMBERS;
    let spread = u64::try_from(u128::from(place) * u128::from(STEP) % u128::from(NUMBERS)).unwrap_or_default();
    let digits = (NUMBER_FIRST + spread).to_string();
    let mut rest = digits.as_str();
    let mut groups = Vec::new();
    for length in GROUPS {
        let (group, after) = rest.split_at(length);
        groups.push(group);
        rest = after;
    }
    format!("GPA.{}", groups.join("-"))
}

/// The order id of the period after one: the first order's with `..0`, then `..1`, and so on.
pub(super) fn renewal_id(signup_id: &str, last_order_id: &str) -> String {
    let number: u32 = last_order_id.rsplit_once("..").and_then(|(_, number)| number.parse().ok()).map_or(0, |last: u32| last + 1);
    format!("{signup_id}..{number}")
}

/// The purchase token of a sign-up or a one-time purchase.
pub(super) fn purchase_token(signup_id: &str) -> String {
    let letters: String = stream(signup_id, "letters", PREFIX_LETTERS).iter().map(|byte| char::from(b'a' + byte % 26)).collect();
    let mut body = stream(signup_id, "fill", BODY_BYTES);
    // The order id is hidden in the token under the letters before it.
    let cover = stream(&letters, "cover", ORDER_BYTES_MAX + 1);
    body[0] = u8::try_from(signup_id.len()).unwrap_or_default() ^ cover[0];
    for (place, byte) in signup_id.bytes().take(ORDER_BYTES_MAX).enumerate() {
        body[place + 1] = byte ^ cover[place + 1];
    }
    format!("{letters}{MARK}{}", URL_SAFE_NO_PAD.encode(body))
}

/// The sign-up a token stands for; none when no token of ours is written so.
pub(super) fn read_token(token: &str) -> Option<String> {
    let (letters, body) = token.split_once(MARK)?;
    let body = URL_SAFE_NO_PAD.decode(body).ok().filter(|body| body.len() == BODY_BYTES)?;
    let cover = stream(letters, "cover", ORDER_BYTES_MAX + 1);
    let length = usize::from(body[0] ^ cover[0]);
    let hidden = body.get(1..=length).filter(|_| length <= ORDER_BYTES_MAX)?;
    let order_id: Vec<u8> = hidden.iter().zip(&cover[1..]).map(|(byte, cover)| byte ^ cover).collect();
    let order_id = String::from_utf8(order_id).ok()?;
    (purchase_token(&order_id) == token).then_some(order_id)
}

/// Bytes that look like chance, always the same for the same text.
fn stream(text: &str, purpose: &str, length: usize) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(length + 32);
    let mut block = 0_u32;
    while bytes.len() < length {
        bytes.extend_from_slice(digest(&SHA256, format!("{purpose}\n{block}\n{text}").as_bytes()).as_ref());
        block += 1;
    }
    bytes.truncate(length);
    bytes
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn orders_have_googles_shape_and_differ() {
        let ids: BTreeSet<String> = (1..2_000).map(order_id).collect();
        assert_eq!(ids.len(), 1_999);
        for id in &ids {
            let groups: Vec<usize> = id.strip_prefix("GPA.").expect(id).split('-').map(str::len).collect();
            assert_eq!(groups, GROUPS, "{id}");
        }
        let first = order_id(1);
        assert_eq!(renewal_id(&first, &first), format!("{first}..0"));
        assert_eq!(renewal_id(&first, &format!("{first}..9")), format!("{first}..10"));
    }

    #[test]
    fn a_token_leads_back_to_its_order_and_no_other_does() {
        let order = order_id(77);
        let token = purchase_token(&order);
        assert_eq!(read_token(&token), Some(order.clone()));
        assert_eq!(token, purchase_token(&order));
        assert!(token[..24].bytes().all(|byte| byte.is_ascii_lowercase()) && token.len() > 130);
        for bad in ["", "x", MARK, &token[1..], &token[..token.len() - 1], &token.replace('a', "b"), &format!("{token}A")] {
            assert_eq!(read_token(bad), None, "{bad}");
        }
    }
}
