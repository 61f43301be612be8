//! Purchase ids and purchase tokens, as the commercial ONE store writes them: both begin with the time of the purchase in Korea. A token
//! is made from the id of the sign-up it stands for, and can be read back.

use crate::model::Timestamp;

/// Korea is so far ahead of UTC, all year.
const KOREA_MILLIS: i64 = 9 * Timestamp::HOUR;
/// The time's digits: year, month, day, hour, minute, second.
const TIME_DIGITS: usize = 12;
const NUMBERS: u64 = 100_000_000;
/// Without a divisor of their count, so that every number has its own place; ids that follow each other do not look so.
const STEP: u64 = 37_082_039;
const MARK: char = 'S';
const TOKEN_LENGTH: usize = 20;
const LETTERS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// The id of a purchase of a moment, from a number that no other has.
pub(super) fn purchase_id(number: i64, at: Timestamp) -> String {
    let place = number.unsigned_abs() % NUMBERS * STEP % NUMBERS;
    format!("{}{place:08}", time_digits(at))
}

fn time_digits(at: Timestamp) -> String {
    let text = at.plus_millis(KOREA_MILLIS).to_rfc3339();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.get(2..2 + TIME_DIGITS).unwrap_or_default().to_owned()
}

/// The purchase token of a sign-up or a managed product's purchase.
pub(super) fn purchase_token(signup_id: &str) -> String {
    let (time, number) = signup_id.split_at_checked(TIME_DIGITS).unwrap_or_default();
    let mut number: u64 = number.parse().unwrap_or_default();
    let mut letters = [b'0'; TOKEN_LENGTH - TIME_DIGITS - 1];
    for letter in letters.iter_mut().rev() {
        *letter = LETTERS[(number % 36) as usize];
        number /= 36;
    }
    let letters: String = letters.iter().map(|letter| char::from(*letter)).collect();
    format!("{time}{MARK}{letters}")
}

/// The sign-up a token stands for; none when no token of ours is written so.
pub(super) fn read_token(token: &str) -> Option<String> {
    let (time, rest) = token.split_at_checked(TIME_DIGITS)?;
    let number = u64::from_str_radix(rest.strip_prefix(MARK)?, 36).ok().filter(|number| *number < NUMBERS)?;
    let id = format!("{time}{number:08}");
    (purchase_token(&id) == token).then_some(id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn an_id_begins_with_its_time_in_korea_and_no_two_are_the_same() {
        let at = Timestamp::parse_rfc3339("2026-09-17T19:35:51Z").expect("a moment");
        let ids: BTreeSet<String> = (1..2_000).map(|number| purchase_id(number, at)).collect();
        assert_eq!(ids.len(), 1_999);
        for id in &ids {
            assert!(id.len() == 20 && id.starts_with("260918043551") && id.bytes().all(|byte| byte.is_ascii_digit()), "{id}");
        }
    }

    #[test]
    fn a_token_leads_back_to_its_purchase_and_no_other_does() {
        let id = purchase_id(77, Timestamp(1_790_000_000_000));
        let token = purchase_token(&id);
        assert_eq!((token.len(), read_token(&token)), (20, Some(id)));
        for bad in
            ["", "x", "SANDBOX3000002616574", &token[1..], &token.to_lowercase(), &format!("{token}A"), "260918043551SZZZZZZZ"]
        {
            assert_eq!(read_token(bad), None, "{bad}");
        }
    }
}
