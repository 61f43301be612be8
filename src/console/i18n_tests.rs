use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::Locale;

#[test]
fn picks_the_heaviest_known_language() {
    let pick = Locale::from_accept_language;
    assert_eq!(pick("ko-KR,ko;q=0.9,en-US;q=0.8"), Some(Locale::Ko));
    assert_eq!(pick("en;q=0.5, ko;q=0.7"), Some(Locale::Ko));
    assert_eq!(pick("ja, en-GB ; q=0.2"), Some(Locale::En));
    assert_eq!(pick("en, ko"), Some(Locale::En));
    assert_eq!(pick("ko;q=0, fr"), None);
    assert_eq!(pick("korean;q=x,;;,"), None);
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files(folder: &Path, extension: &str, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("readable folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, extension, found);
        } else if path.extension().is_some_and(|e| e == extension) {
            found.push(path);
        }
    }
}

/// Every key of the locale files with the languages it has words in, read by the plain form we keep to:
/// a key at the margin, a language and its words two spaces in.
fn words() -> BTreeMap<String, BTreeSet<String>> {
    let mut paths = Vec::new();
    files(&root().join("console/locales"), "yml", &mut paths);
    let mut keys: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("readable file");
        assert!(text.starts_with("_version: 2\n"), "{} must start with _version: 2", path.display());
        let mut key = String::new();
        for line in text.lines().skip(1).filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#')) {
            match line.strip_prefix("  ") {
                None => {
                    key = line.trim_end_matches(':').to_owned();
                    assert!(keys.insert(key.clone(), BTreeSet::new()).is_none(), "{key} is there twice");
                }
                Some(entry) => {
                    let (language, words) = entry.split_once(':').expect("language: words");
                    assert!(!words.trim().is_empty(), "{key} says nothing in {language}");
                    keys.get_mut(&key).expect("a key above").insert(language.trim().to_owned());
                }
            }
        }
    }
    keys
}

#[test]
fn every_key_has_both_languages() {
    let keys = words();
    assert!(!keys.is_empty());
    for (key, languages) in keys {
        let both: BTreeSet<String> = Locale::ALL.iter().map(|l| l.code().to_owned()).collect();
        assert_eq!(languages, both, "{key}");
    }
}

#[test]
fn every_key_used_exists() {
    let keys = words();
    let mut sources = Vec::new();
    files(&root(), "rs", &mut sources);
    let opening = concat!("tr", "!(");
    let mut used = 0;
    for path in sources {
        let text = std::fs::read_to_string(&path).expect("readable file");
        // Examples in comments name keys that are nobody's.
        let text: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        let calls = text.match_indices(opening).filter(|(at, _)| !text[..*at].ends_with(|letter: char| letter.is_alphanumeric()));
        for (at, _) in calls {
            let call = &text[at + opening.len()..];
            let Some(key) = call.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next()) else { continue };
            used += 1;
            let is_example = path.ends_with("console/i18n.rs");
            assert!(is_example || keys.contains_key(key), "{}: no words for {key}", path.display());
        }
    }
    assert!(used > 20);
}

#[test]
fn both_languages_take_the_same_values() {
    let mut paths = Vec::new();
    files(&root().join("console/locales"), "yml", &mut paths);
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("readable file");
        let mut at_key: Option<(String, BTreeSet<&str>)> = None;
        let mut key = "";
        for line in text.lines() {
            if !line.starts_with(' ') {
                (key, at_key) = (line, None);
                continue;
            }
            let names: BTreeSet<&str> = line.split("%{").skip(1).filter_map(|rest| rest.split('}').next()).collect();
            match &at_key {
                Some((_, first)) => assert_eq!(first, &names, "{key}"),
                None => at_key = Some((key.to_owned(), names)),
            }
        }
    }
}

/// What is called by one word must not be called by another: the stores' own consoles say it so.
const NOT_SAID: &[(&str, &str, &str)] = &[
    ("ko", "십시오", "~해 주세요"),
    ("ko", "요금제", "구독 상품"),
    ("ko", "혜택", "오퍼"),
    ("ko", "비밀 키", "시크릿 키"),
    ("ko", "철회", "이용 권한 회수"),
    ("ko", "정정", "결제 완료로 변경"),
    ("ko", "접속 주소", "접속 IP"),
    ("en", "Mend ", "Fix"),
    ("en", "proves nothing", "is not a credential"),
    ("en", "Nobody yet", "No player"),
    ("en", "Store's last word", "Last confirmed by the store"),
    ("en", "Do it", "Apply"),
];

#[test]
fn one_thing_has_one_name() {
    let mut paths = Vec::new();
    files(&root().join("console/locales"), "yml", &mut paths);
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("readable file");
        for (number, line) in text.lines().enumerate() {
            let Some((language, words)) = line.trim_start().split_once(':') else { continue };
            for (of, wrong, right) in NOT_SAID {
                assert!(language != *of || !words.contains(wrong), "{}:{}: {wrong:?}: say {right:?}", path.display(), number + 1);
            }
        }
    }
}
