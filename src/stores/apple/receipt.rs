//! Receipts of before StoreKit 2 (apple.md 7), deprecated by Apple. Nothing in them is believed: they only name a
//! transaction, which the store is then asked about.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use x509_parser::asn1_rs::{Any, Class, FromBer, Tag};

use super::store::ID_DIGITS_MAX;
use super::transaction::ID_CHARS_MAX;
use crate::model::{TextKind, has_control, is_longer};

/// The longest receipt taken; long-time customers have some hundred KiB.
pub const RECEIPT_BYTES_MAX: usize = 400 * 1024;
/// A receipt of more members than this is not read to its end.
const MEMBERS_MAX: usize = 20_000;
/// Apple nests three deep, Xcode one more.
const OCTETS_DEPTH_MAX: usize = 4;
const IN_APP: i64 = 17;
const PRODUCT_ID: i64 = 1702;
const TRANSACTION_ID: i64 = 1703;
const ORIGINAL_TRANSACTION_ID: i64 = 1705;
/// 1.2.840.113549.1.7.2, signedData, in DER.
const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];

/// One purchase as a receipt names it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReceiptItem {
    pub transaction_id: String,
    pub product_id: Option<String>,
}

/// What a receipt names, in its own order; none when it is of neither form, empty when nothing was bought.
pub fn read_receipt(receipt: &str) -> Option<Vec<ReceiptItem>> {
    if receipt.len() > RECEIPT_BYTES_MAX {
        return None;
    }
    let packed: String = receipt.split_ascii_whitespace().collect();
    let bytes = STANDARD.decode(packed).ok()?;
    read_app_receipt(&bytes).or_else(|| read_transaction_receipt(&bytes))
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
    let mut original = None;
    for (kind, value) in members(value)? {
        match kind {
            PRODUCT_ID => item.product_id = text(&value),
            TRANSACTION_ID => item.transaction_id = number(&value)?,
            ORIGINAL_TRANSACTION_ID => original = number(&value),
            _ => {}
        }
    }
    if item.transaction_id.is_empty() {
        item.transaction_id = original?;
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
    let any = one(value)?;
    std::str::from_utf8(any.data).ok().filter(|text| is_product_id(text)).map(str::to_owned)
}

/// A transaction's number; none where it is no number at all.
fn number(value: &[u8]) -> Option<String> {
    let any = one(value)?;
    std::str::from_utf8(any.data).ok().filter(|text| is_number(text)).map(str::to_owned)
}

fn is_number(text: &str) -> bool {
    (1..=ID_DIGITS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_product_id(text: &str) -> bool {
    !text.is_empty() && !is_longer(text, ID_CHARS_MAX) && !has_control(text, TextKind::Line)
}

/// The form of before app receipts: text with `"purchase-info" = "<base64>";`, and in there `"transaction-id" = "…";`.
fn read_transaction_receipt(bytes: &[u8]) -> Option<Vec<ReceiptItem>> {
    let outer = std::str::from_utf8(bytes).ok()?;
    let inner = STANDARD.decode(quoted(outer, "purchase-info")?).ok()?;
    let inner = std::str::from_utf8(&inner).ok()?;
    let transaction_id = quoted(inner, "transaction-id").filter(|text| is_number(text))?.to_owned();
    let product_id = quoted(inner, "product-id").filter(|text| is_product_id(text)).map(str::to_owned);
    Some(vec![ReceiptItem { transaction_id, product_id }])
}

fn quoted<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("\"{name}\""))?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start().strip_prefix('"')?;
    rest.split_once('"').map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(transaction_id: &str, product_id: Option<&str>) -> ReceiptItem {
        ReceiptItem { transaction_id: transaction_id.into(), product_id: product_id.map(str::to_owned) }
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
        let expected = Some(vec![item("1000", Some("gem_100")), item("2000", None)]);
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
