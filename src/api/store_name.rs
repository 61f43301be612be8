use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::model::StoreCode;

/// A store's code in the OpenAPI document: one of `StoreCode`. Bodies take it as text, so that an unknown one is refused by name.
pub struct StoreName;

impl PartialSchema for StoreName {
    fn schema() -> RefOr<Schema> {
        let codes = StoreCode::ALL.iter().map(|code| code.as_str());
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes)).build().into()
    }
}

impl ToSchema for StoreName {}
