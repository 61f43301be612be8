//! In which country the simulated stores sell for which currency.

use crate::model::Money;

/// Countries (ISO 3166) and their currencies. The first is of whoever pays in another.
const COUNTRIES: [(&str, &str); 6] =
    [("KOR", "KRW"), ("USA", "USD"), ("JPN", "JPY"), ("GBR", "GBP"), ("DEU", "EUR"), ("TWN", "TWD")];

/// The country a price is charged in.
pub(super) fn country_of(price: Option<&Money>) -> &'static str {
    let found = COUNTRIES.iter().find(|(_, currency)| price.is_some_and(|price| price.currency == *currency));
    found.unwrap_or(&COUNTRIES[0]).0
}
