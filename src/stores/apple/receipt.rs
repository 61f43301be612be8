//! Receipts of before StoreKit 2 (docs/stores/apple.md, Legacy receipts), deprecated by Apple. Nothing in them is believed: they only name
//! transactions, which the store is then asked about.

use std::collections::HashSet;

use x509_parser::asn1_rs::{Any, Class, FromBer, Tag};

use super::payloads::Transaction;
use super::receipt_text::{decode, read_transaction_receipt};
use super::store::ID_DIGITS_MAX;
use super::transaction::ID_CHARS_MAX;
use crate::model::{TextKind, Timestamp, has_control, is_longer};

/// The longest receipt taken; long-time customers have some hundred KiB.
pub const RECEIPT_BYTES_MAX: usize = 400 * 1024;
/// A receipt of more members than this is not read to its end.
const MEMBERS_MAX: usize = 20_000;
/// Apple nests three deep, Xcode one more.
const OCTETS_DEPTH_MAX: usize = 4;
const IN_APP: i64 = 17;
const PRODUCT_ID: i64 = 1702;
const TRANSACTION_ID: i64 = 1703;
const PURCHASE_DATE: i64 = 1704;
const ORIGINAL_TRANSACTION_ID: i64 = 1705;
const EXPIRES_DATE: i64 = 1708;
const LINE_ITEM_ID: i64 = 1711;
const CANCELLATION_DATE: i64 = 1712;
/// 1.2.840.113549.1.7.2, signedData, in DER.
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];

/// One purchase as a receipt names it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReceiptItem {
    pub transaction_id: String,
    pub original_id: Option<String>,
    /// Of a subscription's period: the same however often the purchase is restored.
    pub line_item_id: Option<String>,
    pub product_id: Option<String>,
    pub purchased_at: Option<Timestamp>,
    /// Subscriptions have an end.
    pub is_subscription: bool,
    pub is_canceled: bool,
}

impl ReceiptItem {
    /// Whether an id is its own; a restored purchase also goes by its first one's.
    pub fn has_id(&self, id: &str) -> bool {
        self.transaction_id == id || (!self.is_subscription && self.original_id.as_deref() == Some(id))
    }

    /// Whether the store's transaction is this purchase.
    pub fn is(&self, transaction: &Transaction) -> bool {
        let line_item_id = transaction.web_order_line_item_id.as_deref();
        let is_same_period = line_item_id.is_some() && line_item_id == self.line_item_id.as_deref();
        is_same_period || transaction.transaction_id.as_deref().is_some_and(|id| self.has_id(id))
    }

    fn chain(&self) -> &str {
        self.original_id.as_deref().unwrap_or(&self.transaction_id)
    }
}

/// What a receipt names, in its own order; none when it is of neither form, empty when nothing was bought. What became of
/// base64 on its way (`+` turned blank, percent-encoding, the alphabet for addresses) is undone.
pub fn read_receipt(receipt: &str) -> Option<Vec<ReceiptItem>> {
    if receipt.len() > RECEIPT_BYTES_MAX {
        return None;
    }
    decode(receipt).iter().find_map(|bytes| read_app_receipt(bytes).or_else(|| read_transaction_receipt(bytes)))
}

/// The purchases of a receipt that may wait to be verified, newest first: of a subscription the newest period alone, and what
/// was cancelled only when there is nothing else.
pub fn list_current(mut items: Vec<ReceiptItem>) -> Vec<ReceiptItem> {
    items.sort_by_key(|item| std::cmp::Reverse(item.purchased_at));
    if items.iter().any(|item| !item.is_canceled) {
        items.retain(|item| !item.is_canceled);
    }
    let (mut chains, mut ids) = (HashSet::new(), HashSet::new());
    items.retain(|item| {
        let is_newest = !item.is_subscription || chains.insert(item.chain().to_owned());
        is_newest && ids.insert(item.transaction_id.clone())
    });
    items
}

/// The transactions a receipt of either form names, newest first; nobody vouches for them.
pub fn list_receipt_ids(receipt: &str, count_max: usize) -> Vec<String> {
    let mut items = read_receipt(receipt).unwrap_or_default();
    items.sort_by_key(|item| std::cmp::Reverse(item.purchased_at));
    items.into_iter().take(count_max).map(|item| item.transaction_id).collect()
}

/// PKCS#7 signed data around a SET of {type, version, value}; type 17 holds a purchase, again such a SET.
fn read_app_receipt(bytes: &[u8]) -> Option<Vec<ReceiptItem>> {
    let content_info = children(one(bytes)?.data)?;
    let [oid, signed, ..] = content_info.as_slice() else { return None };
    if oid.tag() != Tag::Oid || oid.data != SIGNED_DATA {
        return None;
    }
    let signed_data = children(one(signed.data)?.data)?;
    let content = children(signed_data.get(2)?.data)?;
    let receipt = octets(content.get(1)?, OCTETS_DEPTH_MAX)?;
    let receipt = unwrap_octets(&receipt)?;
    let mut items = Vec::new();
    for (kind, value) in members(&receipt)? {
        if kind == IN_APP {
            items.extend(read_item(&value));
        }
    }
    Some(items)
}

fn read_item(value: &[u8]) -> Option<ReceiptItem> {
    let mut item = ReceiptItem::default();
    for (kind, value) in members(value)? {
        match kind {
            PRODUCT_ID => item.product_id = text(&value).filter(|text| is_product_id(text)),
            TRANSACTION_ID => item.transaction_id = number(&value)?,
            ORIGINAL_TRANSACTION_ID => item.original_id = number(&value),
            LINE_ITEM_ID => item.line_item_id = integer(&value),
            PURCHASE_DATE => item.purchased_at = moment(&value),
            EXPIRES_DATE => item.is_subscription = moment(&value).is_some(),
            CANCELLATION_DATE => item.is_canceled = moment(&value).is_some(),
            _ => {}
        }
    }
    if item.transaction_id.is_empty() {
        item.transaction_id = item.original_id.clone()?;
    }
    Some(item)
}

/// The one object that is all of the bytes.
fn one(bytes: &[u8]) -> Option<Any<'_>> {
    let (_, any) = Any::from_ber(bytes).ok()?;
    Some(any)
}

fn children(mut bytes: &[u8]) -> Option<Vec<Any<'_>>> {
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let (rest, any) = Any::from_ber(bytes).ok()?;
        found.push(any);
        if found.len() > MEMBERS_MAX {
            return None;
        }
        bytes = rest;
    }
    Some(found)
}

/// The bytes of an octet string, also of one in pieces or behind an explicit tag.
fn octets(any: &Any<'_>, depth: usize) -> Option<Vec<u8>> {
    if any.class() == Class::Universal && any.tag() != Tag::OctetString || depth == 0 {
        return None;
    }
    if !any.header.is_constructed() {
        return Some(any.data.to_vec());
    }
    let pieces = children(any.data)?.iter().map(|piece| octets(piece, depth - 1)).collect::<Option<Vec<_>>>()?;
    Some(pieces.concat())
}

/// Xcode wraps the receipt in one more octet string.
fn unwrap_octets(bytes: &[u8]) -> Option<Vec<u8>> {
    match one(bytes)? {
        any if any.tag() == Tag::OctetString => octets(&any, OCTETS_DEPTH_MAX),
        _ => Some(bytes.to_vec()),
    }
}

/// Type and value of each member of a SET.
fn members(bytes: &[u8]) -> Option<Vec<(i64, Vec<u8>)>> {
    let set = one(bytes)?;
    let read = |member: &Any<'_>| {
        let parts = children(member.data)?;
        let [kind, _version, value] = parts.as_slice() else { return None };
        let kind = kind.clone().integer().ok()?.as_i64().ok()?;
        Some((kind, octets(value, OCTETS_DEPTH_MAX)?))
    };
    children(set.data)?.iter().map(read).collect()
}

fn text(value: &[u8]) -> Option<String> {
    std::str::from_utf8(one(value)?.data).ok().map(str::to_owned)
}

/// A transaction's number; none where it is no number at all.
fn number(value: &[u8]) -> Option<String> {
    text(value).filter(|text| is_number(text))
}

fn integer(value: &[u8]) -> Option<String> {
    one(value)?.integer().ok()?.as_u64().ok().map(|number| number.to_string())
}

/// A date as the receipt writes it, `2026-11-23T00:00:00Z`; empty for none.
fn moment(value: &[u8]) -> Option<Timestamp> {
    Timestamp::parse_rfc3339(&text(value)?)
}

pub(super) fn is_number(text: &str) -> bool {
    (1..=ID_DIGITS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

pub(super) fn is_product_id(text: &str) -> bool {
    !text.is_empty() && !is_longer(text, ID_CHARS_MAX) && !has_control(text, TextKind::Line)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::*;
    use crate::stores::apple::receipt_text::write_receipt;

    fn item(transaction_id: &str, product_id: Option<&str>) -> ReceiptItem {
        let product_id = product_id.map(str::to_owned);
        ReceiptItem { transaction_id: transaction_id.into(), product_id, ..ReceiptItem::default() }
    }

    #[test]
    fn reads_the_receipts_apples_libraries_are_tested_with() {
        let old = include_str!("tests/vectors/library/legacyTransaction");
        assert_eq!(read_receipt(old), Some(vec![item("33993399", None)]));
        let empty = include_str!("tests/vectors/library/xcode-app-receipt-empty");
        assert_eq!(read_receipt(empty), Some(Vec::new()));
        let one = include_str!("tests/vectors/library/xcode-app-receipt-with-transaction");
        let found = read_receipt(one).unwrap();
        assert_eq!((found.len(), found[0].transaction_id.as_str()), (1, "0"));
        assert!(found[0].product_id.is_some());
    }

    #[test]
    fn reads_what_it_writes() {
        let period = ReceiptItem {
            original_id: Some("900".into()),
            line_item_id: Some("7".into()),
            purchased_at: Some(Timestamp(5)),
            is_subscription: true,
            is_canceled: true,
            ..item("1000", Some("vip \"gold\";"))
        };
        let plain = ReceiptItem { product_id: Some("gem_100".into()), ..item("33993399", None) };
        for items in [vec![plain.clone()], vec![period.clone(), plain]] {
            assert_eq!(read_receipt(&write_receipt(&items)), Some(items));
        }
    }

    #[test]
    fn base64_that_suffered_on_its_way_is_repaired() {
        let mut bytes = app_receipt(true);
        // So that both letters that suffer are in it.
        bytes.extend([0xfb, 0xef, 0xbe, 0].repeat(3));
        bytes.extend([0xff; 6]);
        bytes.resize(bytes.len() / 3 * 3 + 1, 0xff);
        let good = STANDARD.encode(&bytes);
        assert!(good.contains('+') && good.contains('/') && good.ends_with('='), "{good}");
        let percent = good.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        let lines: Vec<&str> = good.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        for suffered in [
            good.clone(),
            good.replace('+', " "),
            good.replace('+', "-").replace('/', "_"),
            good.trim_end_matches('=').to_owned(),
            good.replace('+', "-").replace('/', "_").trim_end_matches('=').to_owned(),
            percent.clone(),
            percent.replace('%', "%25"),
            format!("  {}\n", lines.join("\r\n")),
            lines.join(" \n"),
            lines.join("\n").replace('+', " "),
        ] {
            assert_eq!(read_receipt(&suffered).map(|items| items.len()), Some(2), "{suffered}");
        }
    }

    #[test]
    fn the_newest_period_stands_for_its_subscription() {
        let at = |item: ReceiptItem, millis| ReceiptItem { purchased_at: Some(Timestamp(millis)), ..item };
        let period = |id: &str, millis| {
            let item = ReceiptItem { original_id: Some("1".into()), is_subscription: true, ..item(id, Some("vip")) };
            at(item, millis)
        };
        let canceled = ReceiptItem { is_canceled: true, ..at(item("9", Some("gem")), 99) };
        let items = vec![period("1", 1), at(item("5", Some("gem")), 2), period("3", 3), canceled.clone(), item("6", None)];
        let ids = |items| list_current(items).into_iter().map(|item| item.transaction_id).collect::<Vec<_>>();
        assert_eq!(ids(items), ["3", "5", "6"]);
        assert_eq!(ids(vec![canceled]), ["9"], "so that it is said to be refunded");
    }

    /// A tag with its length and value in DER, or of indefinite length.
    fn tlv(tag: u8, parts: &[Vec<u8>], definite: bool) -> Vec<u8> {
        let value = parts.concat();
        match value.len() {
            _ if !definite => [vec![tag, 0x80], value, vec![0, 0]].concat(),
            length @ 0..=127 => [vec![tag, length as u8], value].concat(),
            length => [vec![tag, 0x82, (length >> 8) as u8, length as u8], value].concat(),
        }
    }

    fn member(kind: u16, value: Vec<u8>) -> Vec<u8> {
        let [high, low] = kind.to_be_bytes();
        let kind = if high == 0 { vec![2, 1, low] } else { vec![2, 2, high, low] };
        tlv(0x30, &[kind, vec![2, 1, 1], tlv(4, &[value], true)], true)
    }

    fn app_receipt(definite: bool) -> Vec<u8> {
        let utf8 = |text: &str| tlv(0x0c, &[text.as_bytes().to_vec()], true);
        let first = tlv(0x31, &[member(1702, utf8("gem_100")), member(1703, utf8("1000")), member(1705, utf8("900"))], true);
        let second = tlv(0x31, &[member(1705, utf8("2000"))], true);
        let bundle = member(2, utf8("game.example"));
        let payload = tlv(0x31, &[bundle, member(17, first), member(17, second)], true);
        let data = vec![6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1];
        let pieces: Vec<Vec<u8>> = payload.chunks(50).map(|chunk| tlv(4, &[chunk.to_vec()], true)).collect();
        let content = if definite { tlv(4, std::slice::from_ref(&payload), true) } else { tlv(0x24, &pieces, false) };
        let content = tlv(0x30, &[data, tlv(0xa0, &[content], definite)], definite);
        let signed = tlv(0x30, &[vec![2, 1, 1], tlv(0x31, &[], true), content], definite);
        let oid = [vec![6, 9], SIGNED_DATA.to_vec()].concat();
        tlv(0x30, &[oid, tlv(0xa0, &[signed], definite)], definite)
    }

    #[test]
    fn reads_both_ways_of_writing_lengths() {
        let first = ReceiptItem { original_id: Some("900".into()), ..item("1000", Some("gem_100")) };
        let second = ReceiptItem { original_id: Some("2000".into()), ..item("2000", None) };
        let expected = Some(vec![first, second]);
        assert_eq!(read_receipt(&STANDARD.encode(app_receipt(true))), expected);
        assert_eq!(read_receipt(&STANDARD.encode(app_receipt(false))), expected);
    }

    #[test]
    fn damage_is_refused_and_harms_nobody() {
        let good = app_receipt(true);
        for at in 0..good.len() {
            for byte in [0x00, 0x80, 0xff, good[at] ^ 1] {
                let mut bad = good.clone();
                bad[at] = byte;
                drop(read_receipt(&STANDARD.encode(&bad)));
            }
            drop(read_receipt(&STANDARD.encode(&good[..at])));
        }
        let deep = [[0x30, 0x80].repeat(10_000), vec![0; 20_000]].concat();
        for bad in ["", "====", "bm90aGluZw==", &STANDARD.encode(deep), &"A".repeat(RECEIPT_BYTES_MAX + 1)] {
            assert_eq!(read_receipt(bad), None);
        }
    }
}
