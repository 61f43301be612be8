use serde_json::{Map, Value};

use super::Refusal;
use crate::model::{TextKind, Timestamp, has_control, is_longer};

/// Beyond this a JSON number that is not an integer has lost its ones place.
const EXACT_FLOAT_MAX: f64 = 9_007_199_254_740_992.0;
/// The last millisecond that is written with a year of four digits.
const MOMENT_MAX: i64 = 253_402_300_799_999;
/// No store's number is longer.
const DIGITS_MAX: usize = 32;

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

    /// A text of one line, of so many characters at most; an id that is longer or has control characters is nobody's.
    pub fn line(&self, name: &str, chars_max: usize) -> Result<Option<&'a str>, Refusal> {
        let text = self.text(name)?;
        text.map(|text| self.check_line(name, text, chars_max)).transpose()
    }

    /// The same for one that must be there.
    pub fn required_line(&self, name: &str, chars_max: usize) -> Result<&'a str, Refusal> {
        self.check_line(name, self.required_text(name)?, chars_max)
    }

    fn check_line(&self, name: &str, text: &'a str, chars_max: usize) -> Result<&'a str, Refusal> {
        if is_longer(text, chars_max) {
            return Err(self.refuse(name, &format!("must have at most {chars_max} characters")));
        }
        if has_control(text, TextKind::Line) {
            return Err(self.refuse(name, "must have no control characters"));
        }
        Ok(text)
    }

    /// A number as the store writes its own: text of digits.
    pub fn digits(&self, name: &str) -> Result<Option<&'a str>, Refusal> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let is_number = (1..=DIGITS_MAX).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        let refusal = || self.refuse(name, &format!("must be 1 to {DIGITS_MAX} digits"));
        is_number.then_some(Some(text)).ok_or_else(refusal)
    }

    /// The same for one that must be there.
    pub fn required_digits(&self, name: &str) -> Result<&'a str, Refusal> {
        self.required_text(name)?;
        self.digits(name)?.ok_or_else(|| self.refuse(name, "is missing"))
    }

    /// A currency's three letters, as capitals.
    pub fn currency(&self, name: &str) -> Result<Option<String>, Refusal> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        if text.len() != 3 || !text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return Err(self.refuse(name, "must be three letters (ISO 4217)"));
        }
        Ok(Some(text.to_ascii_uppercase()))
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
            let millis = millis.filter(|millis| (0..=MOMENT_MAX).contains(millis));
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

    #[test]
    fn ids_are_bounded_and_of_their_form() {
        let value = json!({
            "id": "1".repeat(32), "long": "1".repeat(33), "nul": "1\0", "word": "a1", "line": "한글", "tab": "a\tb", "krw": "krw",
            "won": "원", "late": i64::MAX, "early": -1,
        });
        let fields = Fields::of("x", &value).unwrap();
        assert_eq!(fields.required_digits("id").map(str::len), Ok(32));
        for bad in ["long", "nul", "word", "line"] {
            assert_eq!(fields.digits(bad), Err(Refusal::proof(format!("x.{bad} must be 1 to 32 digits"))));
        }
        assert_eq!((fields.line("line", 2), fields.line("none", 2)), (Ok(Some("한글")), Ok(None)));
        assert!(fields.line("line", 1).is_err() && fields.line("tab", 9).is_err() && fields.line("nul", 9).is_err());
        assert_eq!(fields.currency("krw"), Ok(Some("KRW".into())));
        assert!(fields.currency("won").is_err() && fields.currency("id").is_err());
        assert!(fields.moment("late").is_err() && fields.moment("early").is_err());
    }
}
