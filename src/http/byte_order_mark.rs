//! The byte order mark that some editors and clients put before UTF-8 text. JSON and TOML have no place for one (RFC 8259 section
//! 8.1 lets a reader skip it), so it is skipped wherever text comes in.

use axum::body::Bytes;

const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// The body without the byte order mark it may begin with.
pub fn skip_byte_order_mark(body: Bytes) -> Bytes {
    if body.starts_with(BYTE_ORDER_MARK) { body.slice(BYTE_ORDER_MARK.len()..) } else { body }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_at_the_start_is_skipped() {
        let skip = |body: &'static [u8]| skip_byte_order_mark(Bytes::from_static(body));
        assert_eq!(skip(b"\xEF\xBB\xBF{}"), "{}");
        assert_eq!(skip(b"\xEF\xBB\xBF\xEF\xBB\xBF{}").as_ref(), b"\xEF\xBB\xBF{}");
        for same in [&b"{}"[..], b"", b"\xEF\xBB", b"{\"a\":\"\xEF\xBB\xBF\"}"] {
            assert_eq!(skip_byte_order_mark(Bytes::copy_from_slice(same)), same);
        }
    }
}
