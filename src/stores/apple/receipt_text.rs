//! Receipts as text: base64, and within it the form of before app receipts.

use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use percent_encoding::percent_decode_str;

use super::receipt::{ReceiptItem, is_number, is_product_id};
use crate::model::Timestamp;

/// Base64 with or without its `=` at the end.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true),
);
/// How often a text is freed of percent-encoding: some clients and proxies encode once each.
const PERCENT_TIMES_MAX: usize = 2;
/// A receipt in text names one purchase; ours, which stand in for larger ones, some more.
const PURCHASES_MAX: usize = 100;

/// What a text may be the base64 of: as it stands, without blanks; and with each blank as the `+` a form's reader made of it.
pub(super) fn decode(receipt: &str) -> Vec<Vec<u8>> {
    let mut text = receipt.to_owned();
    for _ in 0..PERCENT_TIMES_MAX {
        if text.contains('%') {
            text = percent_decode_str(&text).decode_utf8_lossy().into_owned();
        }
    }
    let text = text.trim().replace('-', "+").replace('_', "/");
    let lines: String = text.chars().filter(|letter| !matches!(letter, '\n' | '\r' | '\t')).collect();
    let without_blanks = lines.replace(' ', "");
    let mut readings = vec![without_blanks];
    if lines.contains(' ') {
        readings.push(lines.replace(' ', "+"));
    }
    readings.into_iter().filter_map(|text| LENIENT.decode(text).ok()).collect()
}

/// The form of before app receipts: text with `"purchase-info" = "<base64>";`, and in there `"transaction-id" = "…";`.
pub(super) fn read_transaction_receipt(bytes: &[u8]) -> Option<Vec<ReceiptItem>> {
    let outer = std::str::from_utf8(bytes).ok()?;
    let infos = outer.split("\"purchase-info\"").skip(1).take(PURCHASES_MAX);
    let items: Option<Vec<ReceiptItem>> = infos.map(|rest| read_purchase_info(value_of(rest)?)).collect();
    items.filter(|items| !items.is_empty())
}

fn read_purchase_info(info: &str) -> Option<ReceiptItem> {
    let info = LENIENT.decode(info).ok()?;
    let info = std::str::from_utf8(&info).ok()?;
    let number = |name| quoted(info, name).filter(|text| is_number(text)).map(str::to_owned);
    let millis = |name| number(name).and_then(|text: String| text.parse().ok()).map(Timestamp);
    Some(ReceiptItem {
        transaction_id: number("transaction-id")?,
        original_id: number("original-transaction-id"),
        line_item_id: number("web-order-line-item-id"),
        product_id: quoted(info, "product-id").map(unescape).filter(|text| is_product_id(text)),
        purchased_at: millis("purchase-date-ms"),
        is_subscription: quoted(info, "expires-date").is_some(),
        is_canceled: quoted(info, "cancellation-date-ms").is_some(),
    })
}

/// The shortest receipt that names these purchases.
pub(super) fn write_receipt(items: &[ReceiptItem]) -> String {
    let infos: String = items.iter().map(|item| format!("\"purchase-info\" = \"{}\";\n", write_purchase_info(item))).collect();
    STANDARD.encode(format!("{{\n{infos}}}"))
}

fn write_purchase_info(item: &ReceiptItem) -> String {
    let millis = |at: Timestamp| at.0.to_string();
    let members = [
        ("transaction-id", Some(item.transaction_id.clone())),
        ("original-transaction-id", item.original_id.clone()),
        ("web-order-line-item-id", item.line_item_id.clone()),
        ("product-id", item.product_id.as_deref().map(escape)),
        ("purchase-date-ms", item.purchased_at.map(millis)),
        ("expires-date", item.is_subscription.then(|| "0".to_owned())),
        ("cancellation-date-ms", item.is_canceled.then(|| "0".to_owned())),
    ];
    let lines = members.into_iter().filter_map(|(name, value)| Some(format!("\"{name}\" = \"{}\";\n", value?)));
    STANDARD.encode(format!("{{\n{}}}", lines.collect::<String>()))
}

/// A product's id may have quotes in it; what stands between quotes may not.
fn escape(text: &str) -> String {
    text.replace('%', "%25").replace('"', "%22")
}

fn unescape(text: &str) -> String {
    text.replace("%22", "\"").replace("%25", "%")
}

fn quoted<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("\"{name}\""))?;
    value_of(rest)
}

fn value_of(rest: &str) -> Option<&str> {
    let rest = rest.trim_start().strip_prefix('=')?.trim_start().strip_prefix('"')?;
    rest.split_once('"').map(|(value, _)| value)
}
