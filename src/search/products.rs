//! Products by words of their names and ids.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;

use super::find::Finder;
use super::read::{Strength, Term};
use crate::db;
use crate::db::products::Wanted;
use crate::error::Result;
use crate::model::{Found, MatchField, MatchKind, Product};

/// Products of a project that are looked through.
const PRODUCTS_MAX: u32 = 10_000;
const FOUND_MAX: usize = 10;

/// What players in Korea write for the English words of product names.
const TRANSLATED: [(&str, &[&str]); 40] = [
    ("골드", &["gold"]),
    ("팩", &["pack"]),
    ("패키지", &["package", "pack", "bundle"]),
    ("보석", &["gem", "jewel"]),
    ("젬", &["gem"]),
    ("다이아", &["diamond", "dia"]),
    ("다이아몬드", &["diamond"]),
    ("코인", &["coin"]),
    ("크리스탈", &["crystal"]),
    ("루비", &["ruby"]),
    ("스타터", &["starter"]),
    ("초보자", &["starter", "beginner"]),
    ("시작", &["starter"]),
    ("월정액", &["monthly"]),
    ("월간", &["monthly"]),
    ("한달", &["monthly", "month"]),
    ("주간", &["weekly"]),
    ("연간", &["yearly", "annual"]),
    ("광고제거", &["remove", "ads", "no"]),
    ("광고", &["ads", "ad"]),
    ("제거", &["remove", "no"]),
    ("시즌", &["season"]),
    ("배틀", &["battle"]),
    ("패스", &["pass"]),
    ("프리미엄", &["premium"]),
    ("구독", &["subscription", "vip"]),
    ("브이아이피", &["vip"]),
    ("상자", &["box", "chest"]),
    ("박스", &["box"]),
    ("세트", &["set", "bundle"]),
    ("에너지", &["energy"]),
    ("하트", &["heart"]),
    ("티켓", &["ticket"]),
    ("스킨", &["skin"]),
    ("캐릭터", &["character"]),
    ("실버", &["silver"]),
    ("플래티넘", &["platinum"]),
    ("작은", &["small"]),
    ("대형", &["large", "big"]),
    ("특별", &["special"]),
];
/// Words that name no product by themselves.
const GENERIC: [&str; 22] = [
    "pack",
    "package",
    "bundle",
    "set",
    "box",
    "item",
    "the",
    "of",
    "and",
    "for",
    "no",
    "com",
    "product",
    "pass",
    "팩",
    "패키지",
    "세트",
    "상품",
    "상자",
    "아이템",
    "monthly",
    "월간",
];

/// The products whose words are in the text, those that fit best. They are hits where the text says nothing else.
pub(super) async fn find(finder: &mut Finder<'_>) -> Result<Vec<Product>> {
    let asked = finder.asked;
    let is_described = !asked.amounts.is_empty() || !asked.days.is_empty();
    if asked.text.trim().is_empty() || (!is_described && !finder.hits.is_empty()) {
        return Ok(Vec::new());
    }
    let mut tx = finder.state.db.read().await?;
    let all = db::products::list(&mut tx, finder.project, Wanted::default(), PRODUCTS_MAX).await?;
    drop(tx);
    let text = Text::of(&asked.text);
    let scored: Vec<(u32, Product)> = all.into_iter().filter_map(|product| Some((text.score(&product)?, product))).collect();
    let best = scored.iter().map(|(score, _)| *score).max().unwrap_or_default();
    let named: Vec<Product> =
        scored.into_iter().filter(|(score, _)| *score == best).map(|(_, product)| product).take(FOUND_MAX).collect();
    finder.products = named.iter().map(|product| shown(product).to_owned()).collect::<BTreeSet<_>>().into_iter().collect();
    if !is_described {
        for product in named.iter().cloned() {
            let is_id = compact(&product.store_product_id) == text.compact;
            let (kind, field) = match is_id {
                true => (MatchKind::Exact, MatchField::ProductId),
                false => (MatchKind::Described, MatchField::ProductName),
            };
            finder.add(&Term::new(&asked.text, Strength::Likely, 0), kind, field, Found::Product(Box::new(product)));
        }
    }
    Ok(named)
}

fn shown(product: &Product) -> &str {
    if product.name.is_empty() { &product.store_product_id } else { &product.name }
}

/// A text as product names are compared with it.
struct Text {
    words: BTreeSet<String>,
    compact: String,
}

impl Text {
    fn of(text: &str) -> Self {
        let compact = compact(text);
        let mut words = words(text);
        for (korean, english) in TRANSLATED {
            if compact.contains(korean) {
                words.extend(english.iter().map(|word| (*word).to_owned()));
            }
        }
        Self { words, compact }
    }

    /// How well a product's words are in the text; none when it is not named.
    fn score(&self, product: &Product) -> Option<u32> {
        let names = [product.name.as_str(), product.store_product_id.as_str(), product.sku.as_deref().unwrap_or_default()];
        names.iter().filter_map(|name| self.score_name(name)).max()
    }

    fn score_name(&self, name: &str) -> Option<u32> {
        const WHOLE: u32 = 1_000;
        let whole = compact(name);
        let count = whole.chars().count();
        let is_number = whole.bytes().all(|byte| byte.is_ascii_digit());
        if count >= 3 && !is_number && self.compact.contains(&whole)
            || count == 2 && !whole.is_ascii() && self.compact.contains(&whole)
        {
            return Some(WHOLE + u32::try_from(count).ok()?);
        }
        let words = words(name);
        let found: Vec<&String> = words.iter().filter(|word| self.has(word)).collect();
        let is_named =
            found.iter().any(|word| !GENERIC.contains(&word.as_str()) && !word.bytes().all(|byte| byte.is_ascii_digit()));
        let share = found.len() * 100 / words.len().max(1);
        (is_named && share >= 50).then(|| u32::try_from(share + found.len() * 10).unwrap_or_default())
    }

    fn has(&self, word: &str) -> bool {
        let is_korean = !word.is_ascii() && self.compact.contains(word);
        is_korean || self.words.contains(word)
    }
}

fn fold(text: &str) -> impl Iterator<Item = char> + '_ {
    text.nfkc().flat_map(char::to_lowercase)
}

/// Letters and digits alone.
fn compact(text: &str) -> String {
    fold(text).filter(|letter| letter.is_alphanumeric()).collect()
}

/// Its words, in the singular; digits apart from letters.
fn words(text: &str) -> BTreeSet<String> {
    let mut words = vec![String::new()];
    let mut was_digit = false;
    for letter in fold(text).filter(|letter| *letter != ',') {
        let is_new = !letter.is_alphanumeric() || letter.is_ascii_digit() != was_digit;
        was_digit = letter.is_ascii_digit();
        if is_new {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| letter.is_alphanumeric()) {
            word.push(letter);
        }
    }
    let singular =
        |word: String| match word.strip_suffix('s').filter(|stem| stem.len() >= 3 && stem.is_ascii() && !stem.ends_with('s')) {
            Some(stem) => stem.to_owned(),
            None => word,
        };
    words.into_iter().filter(|word| !word.is_empty()).map(singular).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AppSeq, ProductSeq, ProductType, Timestamp, UseStatus, Version};

    fn product(id: &str, name: &str) -> Product {
        Product {
            product_seq: ProductSeq(1),
            app_seq: AppSeq(1),
            store_product_id: id.into(),
            name: name.into(),
            product_type: ProductType::Consumable,
            status: UseStatus::Use,
            sku: None,
            version: Version::FIRST,
            created_at: Timestamp(0),
        }
    }

    fn best(text: &str) -> Option<&'static str> {
        const SOLD: [(&str, &str); 6] = [
            ("gold_pack", "Gold pack"),
            ("starter_pack", "Starter pack"),
            ("gem_100", "100 gems"),
            ("gem_550", "500 gems + 50"),
            ("moon", "달빛 상자"),
            ("remove_ads", "No ads"),
        ];
        let text = Text::of(text);
        let scored = SOLD.iter().filter_map(|(id, name)| Some((text.score(&product(id, name))?, *id)));
        scored.max_by_key(|(score, _)| *score).map(|(_, id)| id)
    }

    #[test]
    fn products_are_named_in_either_language() {
        for (text, id) in [
            ("I bought the gold pack", Some("gold_pack")),
            ("어제 골드팩 샀는데요", Some("gold_pack")),
            ("스타터 패키지가 안 와요", Some("starter_pack")),
            ("100 gems missing", Some("gem_100")),
            ("보석 550개", Some("gem_550")),
            ("달빛상자 환불", Some("moon")),
            ("광고 제거", Some("remove_ads")),
            ("a pack of something", None),
            ("hello", None),
        ] {
            assert_eq!(best(text), id, "{text}");
        }
    }
}
