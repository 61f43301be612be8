use serde_json::{Map, Value};

use crate::model::Evidence;

/// Members that open a purchase; staff need none of them.
const LEFT_OUT: [&str; 2] = ["purchaseToken", "linkedPurchaseToken"];

/// An answer of ONE store as it is kept, under its name.
pub(super) fn evidence_of(name: &str, answer: &Value) -> Evidence {
    let mut answer = answer.clone();
    if let Some(members) = answer.as_object_mut() {
        LEFT_OUT.iter().for_each(|member| drop(members.remove(*member)));
    }
    Value::Object(Map::from_iter([(name.to_owned(), answer)])).into()
}
