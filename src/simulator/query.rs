//! Query strings and forms as the stores' client libraries write them.

use crate::model::Timestamp;

/// A query string: names may come more than once.
#[derive(Debug, Clone, Default)]
pub struct Query {
    pairs: Vec<(String, String)>,
}

impl Query {
    pub fn parse(text: &str) -> Self {
        let pairs = url::form_urlencoded::parse(text.as_bytes());
        Self { pairs: pairs.map(|(name, value)| (name.into_owned(), value.into_owned())).collect() }
    }

    /// Every value of a name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn first<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.all(name).next()
    }

    /// A moment in milliseconds.
    pub(super) fn moment<F>(&self, name: &str, failure: F) -> Result<Option<Timestamp>, F> {
        let read = |text: &str| text.parse::<i64>().ok().filter(|millis| *millis >= 0).map(Timestamp);
        self.first(name).map(|text| read(text).ok_or(failure)).transpose()
    }

    /// True or false, in whichever case the client's language writes it.
    pub(super) fn flag<F>(&self, name: &str, failure: F) -> Result<Option<bool>, F> {
        let read = |text: &str| match text.to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        };
        self.first(name).map(|text| read(text).ok_or(failure)).transpose()
    }

    /// Everything but one name, in order: what must stay the same from page to page.
    pub(super) fn without(&self, name: &str) -> String {
        let mut others: Vec<String> =
            self.pairs.iter().filter(|(found, _)| found != name).map(|(name, value)| format!("{name}={value}")).collect();
        others.sort();
        others.join("&")
    }
}
