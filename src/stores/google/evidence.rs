use serde_json::{Map, Value};

use crate::model::Evidence;

/// Members that name a person or open a purchase; staff need none of them.
const LEFT_OUT: [&str; 6] =
    ["subscribeWithGoogleInfo", "buyerAddress", "purchaseToken", "linkedPurchaseToken", "expiredPurchaseToken", "offerToken"];

/// Google's answers as they are kept, each under its name, without what nobody should keep.
pub(super) fn evidence_of<'a>(answers: impl IntoIterator<Item = (&'a str, Option<&'a Value>)>) -> Evidence {
    let mut kept = Map::new();
    for (name, answer) in answers {
        let Some(mut answer) = answer.cloned() else { continue };
        leave_out(&mut answer);
        kept.insert(name.to_owned(), answer);
    }
    Value::Object(kept).into()
}

fn leave_out(value: &mut Value) {
    match value {
        Value::Object(members) => {
            LEFT_OUT.iter().for_each(|member| drop(members.remove(*member)));
            members.values_mut().for_each(leave_out);
        }
        Value::Array(items) => items.iter_mut().for_each(leave_out),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nobody_is_named_in_it() {
        let subscription = json!({ "subscriptionState": "X", "subscribeWithGoogleInfo": { "emailAddress": "a@b.c" },
            "lineItems": [{ "outOfAppPurchaseContext": { "expiredPurchaseToken": "t" } }] });
        let order = json!({ "orderId": "GPA.1", "purchaseToken": "t", "buyerAddress": { "buyerPostcode": "1" } });
        let evidence = evidence_of([("subscription", Some(&subscription)), ("order", Some(&order)), ("none", None)]);
        let expected = json!({ "subscription": { "subscriptionState": "X", "lineItems": [{ "outOfAppPurchaseContext": {} }] }, "order": { "orderId": "GPA.1" } });
        assert_eq!(evidence.read(), expected);
    }
}
