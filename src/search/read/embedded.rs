//! Ids inside of what stores and programs write: signed transactions and notifications, JSON, receipts of before StoreKit 2. Nothing
//! in them is believed: an id only leads to what is recorded.

use std::sync::LazyLock;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use regex::Regex;

use super::clean::{mask, pattern};
use super::term::{Strength, Term};
use crate::stores::apple::list_receipt_ids;

/// A notification holds a transaction: two deep, one more for the message of a queue.
const DEPTH_MAX: usize = 4;
/// Purchases of a receipt that are looked for.
const RECEIPT_IDS_MAX: usize = 10;

static JWS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"eyJ[\w-]*\.(?<payload>[\w-]{16,})(?:\.[\w-]*)?").expect("a pattern"));
static PAIR: LazyLock<Regex> =
    LazyLock::new(|| pattern(r#"["']?\b(?<name>[a-z][a-z_-]{3,40})["']?\s*[:=]\s*["']?(?<value>[^"'\\,;{}\s&<>]{1,2048})"#));
static RECEIPT: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b(?:MI[I-L]|ew[o0])[A-Za-z0-9+/=\s]{200,}").expect("a pattern"));

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// The ids, and the product they are of.
#[derive(Default)]
pub(super) struct Embedded {
    pub ids: Vec<Term>,
    pub product_id: Option<String>,
}

/// Takes what is embedded out of a text.
pub(super) fn read(text: &mut String) -> Embedded {
    let mut found = Embedded::default();
    // One that was broken into lines on its way.
    let joined: String = text.split_whitespace().collect();
    if joined.starts_with("eyJ") && JWS.find(&joined).is_some_and(|all| all.len() == joined.len()) {
        text.clone_from(&joined);
    }
    read_level(text, 0, &mut found);
    found.ids.sort_by_key(|id| id.rank);
    let ranges = [&JWS, &RECEIPT].iter().flat_map(|one| one.find_iter(text).map(|it| it.range())).collect();
    mask(text, ranges);
    // What stands under names that programs write is no chat.
    let ranges = PAIR.captures_iter(text).filter(|pair| is_known(&pair["name"])).filter_map(|pair| Some(pair.get(0)?.range()));
    let ranges = ranges.collect();
    mask(text, ranges);
    found
}

fn read_level(text: &str, depth: usize, found: &mut Embedded) {
    if depth > DEPTH_MAX {
        return;
    }
    for token in JWS.captures_iter(text) {
        if let Some(payload) = decode(&URL_SAFE, &token["payload"]) {
            read_level(&payload, depth + 1, found);
        }
    }
    for receipt in RECEIPT.find_iter(text) {
        let ids = list_receipt_ids(receipt.as_str(), RECEIPT_IDS_MAX);
        found.ids.extend(ids.iter().map(|id| Term::new(id, Strength::Sure, 0)));
    }
    // JSON within JSON has its marks escaped.
    let plain = text.replace('\\', "");
    for pair in PAIR.captures_iter(&plain) {
        let (name, value) = (&pair["name"], &pair["value"]);
        match rank_of(name) {
            Some(rank) if !value.starts_with("eyJ") => found.ids.push(Term::new(value, Strength::Sure, rank)),
            _ if is_named(name, "productid") => found.product_id = Some(value.to_owned()),
            _ if is_named(name, "data") && value.len() > 16 => {
                if let Some(message) = decode(&STANDARD, value).filter(|message| message.starts_with('{')) {
                    read_level(&message, depth + 1, found);
                }
            }
            _ => {}
        }
    }
}

/// As much of it as there is: the end may have been cut off.
fn decode(engine: &GeneralPurpose, text: &str) -> Option<String> {
    let text = text.trim_end_matches('=');
    let whole = if text.len() % 4 == 1 { text.len() - 1 } else { text.len() };
    engine.decode(text.get(..whole)?).ok().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

fn is_named(name: &str, plain: &str) -> bool {
    let letters = name.bytes().filter(u8::is_ascii_alphabetic).map(|byte| byte.to_ascii_lowercase());
    letters.eq(plain.bytes())
}

fn is_known(name: &str) -> bool {
    rank_of(name).is_some() || is_named(name, "productid")
}

/// Where an id of this name stands among the others of its purchase: its own before those it shares.
fn rank_of(name: &str) -> Option<u8> {
    const RANKED: [&[&str]; 5] = [
        &["transactionid", "orderid", "storeorderid", "paymentseq", "purchaseid"],
        &["purchasetoken", "weborderlineitemid"],
        &["originaltransactionid", "originalorderid", "linkedpurchasetoken"],
        &["notificationuuid", "messageid"],
        &["appaccounttoken", "obfuscatedexternalaccountid", "obfuscatedaccountid", "accounttoken", "userkey", "userid"],
    ];
    let place = RANKED.iter().position(|names| names.iter().any(|plain| is_named(name, plain)))?;
    u8::try_from(place).ok()
}
