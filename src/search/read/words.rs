//! Ids among words: addresses of the console, the stores' own forms, and words that may be ids, without the particles that Korean
//! glues to them.

use std::sync::LazyLock;

use percent_encoding::percent_decode_str;
use regex::Regex;

use super::clean::{pattern, take};
use super::term::{Strength, Term};

/// Digits as people type them.
const D: &str = "[0-9OIL]";

static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?:https?://[^\s/]+)?/projects/[^/\s]+/(?:payments|subscriptions|notifications|users)/(?<id>[^/?#\s]+)[^\s]*")
});
static SHAPES: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    let groups = format!(r"{D}{{4}}[\s.\-_]*{D}{{4}}[\s.\-_]*{D}{{4}}[\s.\-_]*{D}{{5}}(?:\s?\.\.\s?\d{{1,4}})?");
    let parted = format!(r"{D}{{4}}[\s\-]{D}{{4}}[\s\-]{D}{{4}}[\s\-]{D}{{5}}(?:\.\.\d{{1,4}})?");
    vec![
        pattern(&format!(r"(?<it>GPA[\s.\-_:]*{groups})")),
        pattern(&format!(r"(?:^|[^0-9A-Z\-])(?<it>{parted})")),
        pattern(r"(?<it>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"),
        pattern(r"(?:^|[^0-9A-Z_\-])(?<it>(?:\d{3,6}[ \-]){2,5}\d{3,6})(?:$|[^0-9A-Z_\-])"),
    ]
});
static FILLER: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:is|was|are|no|nr|number|num|번호|[#:=]+)$"));
static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:user|username|userkey|user_?id|uid|id|account|player|nickname|nick|ign|gamertag|member|유저|유저아이디|사용자|아이디|닉네임|닉|계정|플레이어|회원번호|회원|캐릭터|캐릭명)(?:명|번호|아이디|id)?(?:은|는|이|가)?$",
    )
});

/// From the longest to the shortest, so that the whole of one is taken.
const PARTICLES: &[&str] = &[
    "이라고합니다",
    "이라고요",
    "이라고",
    "입니다만",
    "입니다",
    "이에요",
    "이예요",
    "이구요",
    "이고요",
    "인데요",
    "이거든요",
    "님께서",
    "한테서",
    "에게서",
    "으로는",
    "에서는",
    "님은",
    "님이",
    "님의",
    "이라는",
    "라고",
    "라는",
    "예요",
    "에요",
    "인데",
    "이고",
    "으로",
    "에서",
    "에게",
    "한테",
    "께서",
    "이요",
    "님",
    "씨",
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "의",
    "에",
    "로",
    "도",
];

/// Ids at the end of this console's own addresses.
pub(super) fn read_addresses(text: &mut String) -> Vec<Term> {
    take(text, &ADDRESS, |it| {
        let id = percent_decode_str(&it["id"]).decode_utf8_lossy();
        Some(Term::new(&id, Strength::Sure, 0))
    })
}

/// Ids of a form that nothing else has.
pub(super) fn read_shapes(text: &mut String) -> Vec<Term> {
    SHAPES
        .iter()
        .flat_map(|shape| take(text, shape, |it| is_no_date(&it["it"]).then(|| Term::new(&it["it"], Strength::Sure, 0))))
        .collect()
}

/// Groups of digits that are a date and a time, or too few for an id, are none.
fn is_no_date(text: &str) -> bool {
    const DIGITS_MIN: usize = 12;
    static DATE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^20\d\d[ \-.](?:0?[1-9]|1[0-2])[ \-.]"));
    let digits = text.chars().filter(|letter| letter.is_ascii_alphanumeric()).count();
    digits >= DIGITS_MIN && !DATE.is_match(text)
}

/// Words that are likely ids, and the others.
#[derive(Default)]
pub(super) struct Words {
    pub likely: Vec<Term>,
    pub words: Vec<String>,
}

pub(super) fn read_words(text: &str) -> Words {
    const FEW: usize = 2;
    let tokens: Vec<&str> = text.split(is_separator).map(trim).filter(|token| !token.is_empty()).take(TOKENS_MAX).collect();
    let (mut labelled, mut likely, mut words) = (Vec::new(), Vec::new(), Vec::<String>::new());
    let mut is_labelled = false;
    for token in &tokens {
        if FILLER.is_match(token) {
            continue;
        }
        if LABEL.is_match(token) {
            is_labelled = true;
            continue;
        }
        for part in parts(token) {
            match (is_labelled, is_likely(&part) || tokens.len() <= FEW) {
                (true, _) => labelled.push(Term::new(&part, Strength::Sure, 0)),
                (false, true) => likely.push(Term::new(&part, Strength::Likely, 0)),
                (false, false) => words.push(part),
            }
        }
        is_labelled = false;
    }
    // The longer a word with digits is, the likelier it is an id.
    likely.sort_by_key(|term: &Term| std::cmp::Reverse(term.normal.count()));
    labelled.extend(likely);
    Words { likely: labelled, words }
}

fn is_separator(letter: char) -> bool {
    letter.is_whitespace() || ",;|<>()[]{}\"'`~·•…「」『』【】*\\".contains(letter)
}

/// Without what stands around a word.
pub(super) fn trim(token: &str) -> &str {
    token
        .trim()
        .trim_matches(|letter: char| "\"'`".contains(letter) || is_separator(letter))
        .trim_start_matches(['@', '#', ':', '.', '-', '=', '!', '?', '/'])
        .trim_end_matches(['.', ',', ':', ';', '!', '?', '-', '=', '/'])
}

/// A word with digits or marks as ids have them, of some length.
fn is_likely(word: &str) -> bool {
    let count = word.chars().count();
    let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
    let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
    (has_digit && count >= 4 && (!is_number || count >= 6)) || (word.contains('_') && count >= 3) || word.contains('@')
}

/// Longer words are not taken apart by script and particle.
const SPLIT_CHARS_MAX: usize = 128;
/// A word ends in so many particles at most.
const PARTICLES_MAX: usize = 4;
const PARTS_MAX: usize = 32;
/// Words beyond these are not read.
const TOKENS_MAX: usize = 5_000;

/// A word, what stands behind its label, its parts by script, and what is left of it without a particle.
fn parts(token: &str) -> Vec<String> {
    let mut parts = vec![token.to_owned()];
    if let Some((_, value)) = token.rsplit_once([':', '=']) {
        parts.push(trim(value).to_owned());
    }
    let last = parts.last().cloned().unwrap_or_default();
    parts.extend(last.split(['/', '+', '&']).filter(|part| part.len() < last.len()).map(|part| trim(part).to_owned()));
    if last.chars().count() <= SPLIT_CHARS_MAX && last.chars().any(is_hangul) {
        let plain: Vec<String> =
            last.split(is_hangul).map(trim).filter(|part| part.chars().count() >= 2).map(str::to_owned).collect();
        parts.extend(plain);
        let mut rest = last.as_str();
        for _ in 0..PARTICLES_MAX {
            let stem = PARTICLES.iter().find_map(|particle| rest.strip_suffix(particle)).filter(|stem| !stem.is_empty());
            let Some(stem) = stem else { break };
            parts.push(stem.to_owned());
            rest = stem;
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.dedup();
    parts.truncate(PARTS_MAX);
    parts
}

const fn is_hangul(letter: char) -> bool {
    matches!(letter, '가'..='힣' | 'ㄱ'..='ㆎ')
}
