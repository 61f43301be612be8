use serde_json::{Map, Value};

use super::Refusal;
use crate::model::Timestamp;

/// Beyond this a JSON number that is not an integer has lost its ones place.
const EXACT_FLOAT_MAX: f64 = 9_007_199_254_740_992.0;

/// Reads the members of a JSON object a client or a store handed over. `null` counts as absent, as Apple's own
/// libraries read it; a member of the wrong form is refused by its name.
pub struct Fields<'a> {
    object: &'a Map<String, Value>,
    /// What the object is, for the refusal's words: `proof`, `token`.
    noun: &'static str,
}

impl<'a> Fields<'a> {
    pub const fn new(noun: &'static str, object: &'a Map<String, Value>) -> Self {
        Self { object, noun }
    }

    /// The same for any JSON value; refused when it is no object.
    pub fn of(noun: &'static str, value: &'a Value) -> Result<Self, Refusal> {
        value.as_object().map(|object| Self::new(noun, object)).ok_or_else(|| Refusal::proof(format!("{noun} must be an object")))
    }

    /// The refusal of one member.
    pub fn refuse(&self, name: &str, reason: &str) -> Refusal {
        Refusal::proof(format!("{}.{name} {reason}", self.noun))
    }

    pub fn find(&self, name: &str) -> Option<&'a Value> {
        self.object.get(name).filter(|value| !value.is_null())
    }

    pub fn text(&self, name: &str) -> Result<Option<&'a str>, Refusal> {
        let read = |value: &'a Value| value.as_str().ok_or_else(|| self.refuse(name, "must be text"));
        self.find(name).map(read).transpose()
    }

    /// A text that must be there and say something.
    pub fn required_text(&self, name: &str) -> Result<&'a str, Refusal> {
        self.text(name)?.filter(|text| !text.is_empty()).ok_or_else(|| self.refuse(name, "is missing"))
    }

    /// A text of bounded length, where it is there.
    pub fn bounded_text(&self, name: &str, bytes_max: usize) -> Result<Option<&'a str>, Refusal> {
        let text = self.text(name)?;
        match text.is_some_and(|text| text.len() > bytes_max) {
            true => Err(self.refuse(name, &format!("must have at most {bytes_max} bytes"))),
            false => Ok(text),
        }
    }

    /// An id that must be there: of bounded length, and of visible ASCII characters as all stores' ids are.
    pub fn id(&self, name: &str, bytes_max: usize) -> Result<&'a str, Refusal> {
        let id = self.bounded_text(name, bytes_max)?.filter(|id| !id.is_empty());
        let id = id.ok_or_else(|| self.refuse(name, "is missing"))?;
        match id.bytes().all(|byte| byte.is_ascii_graphic()) {
            true => Ok(id),
            false => Err(self.refuse(name, "must be visible ASCII characters")),
        }
    }

    /// A whole number; `990.0` is one too.
    pub fn integer(&self, name: &str) -> Result<Option<i64>, Refusal> {
        let whole = |number: f64| (number.fract() == 0.0 && number.abs() < EXACT_FLOAT_MAX).then_some(number as i64);
        let read = |value: &Value| {
            let number = value.as_i64().or_else(|| if value.is_f64() { value.as_f64().and_then(whole) } else { None });
            number.ok_or_else(|| self.refuse(name, "must be a whole number"))
        };
        self.find(name).map(read).transpose()
    }

    /// How many pieces: one when not said.
    pub fn quantity(&self, name: &str) -> Result<u32, Refusal> {
        let count = self.integer(name)?.unwrap_or(1);
        u32::try_from(count).ok().filter(|count| *count > 0).ok_or_else(|| self.refuse(name, "must be at least 1"))
    }

    /// A moment in epoch milliseconds; a fraction of one is cut off.
    pub fn moment(&self, name: &str) -> Result<Option<Timestamp>, Refusal> {
        let cut = |number: f64| (number.abs() < EXACT_FLOAT_MAX).then_some(number as i64);
        let read = |value: &Value| {
            let millis = value.as_i64().or_else(|| value.as_f64().and_then(cut));
            millis.map(Timestamp).ok_or_else(|| self.refuse(name, "must be milliseconds since 1970"))
        };
        self.find(name).map(read).transpose()
    }

    /// False when not said.
    pub fn flag(&self, name: &str) -> Result<bool, Refusal> {
        let read = |value: &Value| value.as_bool().ok_or_else(|| self.refuse(name, "must be true or false"));
        self.find(name).map_or(Ok(false), read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn reads_numbers_without_losing_any() {
        let value =
            json!({ "whole": 990, "point": 990.0, "half": 990.5, "huge": 1e19, "big": u64::MAX, "text": "990", "gone": null });
        let fields = Fields::of("x", &value).unwrap();
        assert_eq!(fields.integer("whole"), Ok(Some(990)));
        assert_eq!(fields.integer("point"), Ok(Some(990)));
        assert_eq!(fields.integer("gone"), Ok(None));
        for bad in ["half", "huge", "big", "text"] {
            assert_eq!(fields.integer(bad), Err(Refusal::proof(format!("x.{bad} must be a whole number"))));
        }
        assert_eq!(fields.moment("half"), Ok(Some(Timestamp(990))));
        assert!(fields.moment("big").is_err() && fields.moment("text").is_err());
    }

    #[test]
    fn names_the_member() {
        let value = json!({ "empty": "", "number": 1, "none": 0, "minus": -1, "flag": "true" });
        let fields = Fields::of("token", &value).unwrap();
        assert_eq!(fields.required_text("orderId"), Err(Refusal::proof("token.orderId is missing")));
        assert_eq!(fields.required_text("empty"), Err(Refusal::proof("token.empty is missing")));
        assert_eq!(fields.text("number"), Err(Refusal::proof("token.number must be text")));
        assert_eq!(fields.quantity("none"), Err(Refusal::proof("token.none must be at least 1")));
        assert!(fields.quantity("minus").is_err());
        assert_eq!(fields.quantity("absent"), Ok(1));
        assert_eq!(fields.flag("flag"), Err(Refusal::proof("token.flag must be true or false")));
        assert_eq!(Fields::of("token", &json!([])).err(), Some(Refusal::proof("token must be an object")));
    }
}
