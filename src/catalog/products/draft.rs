//! A product as it would be, checked and not written yet.

use super::{NewProduct, ProductInput};
use crate::error::{Error, Result};
use crate::model::{Product, ProductReason, ProductSeq, Reason, Timestamp, UseStatus, Version};
use crate::projects::parse_name;

const STORE_PRODUCT_ID_BYTES_MAX: usize = 136;
const SKU_CHARS_MAX: usize = 100;

/// A product that is not written yet.
pub(crate) fn draft_product(seq: ProductSeq, new: &NewProduct<'_>, at: Timestamp) -> Result<Product> {
    let store_product_id = parse_store_product_id(new.store_product_id)?;
    let mut product = Product {
        product_seq: seq,
        app_seq: new.app,
        store_product_id: store_product_id.to_owned(),
        name: store_product_id.to_owned(),
        product_type: new.product_type,
        status: UseStatus::Use,
        sku: None,
        version: Version::FIRST,
        created_at: at,
    };
    apply(&mut product, new.details)?;
    Ok(product)
}

pub(super) fn apply(product: &mut Product, input: &ProductInput) -> Result<()> {
    if let Some(name) = &input.name {
        product.name = parse_name("name", name)?.to_owned();
    }
    product.status = input.status.unwrap_or(product.status);
    if let Some(sku) = &input.sku {
        let sku = sku.trim();
        if sku.chars().count() > SKU_CHARS_MAX || sku.chars().any(char::is_control) {
            return Err(Error::invalid("sku", Reason::CharactersAtMost { max: SKU_CHARS_MAX }));
        }
        product.sku = (!sku.is_empty()).then(|| sku.to_owned());
    }
    Ok(())
}

/// A product's id as stores allow it.
pub(crate) fn parse_store_product_id(text: &str) -> Result<&str> {
    let text = text.trim();
    let is_safe = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if text.is_empty() || text.len() > STORE_PRODUCT_ID_BYTES_MAX || !text.bytes().all(is_safe) {
        let reason = ProductReason::NotAStoreProductId { max: STORE_PRODUCT_ID_BYTES_MAX };
        return Err(Error::invalid("storeProductId", reason));
    }
    Ok(text)
}
