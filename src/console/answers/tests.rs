use super::*;
use crate::console::reader::in_language;
use crate::model::answer_samples;

fn is_hangul(letter: char) -> bool {
    ('가'..='힣').contains(&letter)
}

#[test]
fn every_answer_has_a_sentence_and_a_reply_in_both_languages() {
    let samples = answer_samples();
    assert!(samples.len() > 60, "every variant and its parameters");
    for (payment, answer) in samples {
        let [ko, en] = [Locale::Ko, Locale::En].map(|locale| in_language(locale, || answer_text(&answer)));
        let [reply_ko, reply_en] = [Locale::Ko, Locale::En].map(|locale| reply_text(&answer, &payment, locale));
        for (text, is_korean) in [(&ko, true), (&en, false), (&reply_ko, true), (&reply_en, false)] {
            assert!(!text.contains("%{") && !text.contains("answer.") && !text.contains("reply."), "{answer:?}: {text}");
            assert_eq!(text.chars().any(is_hangul), is_korean, "{answer:?}: {text}");
        }
        // The player is told nothing in our own words.
        for word in ["consum", "verif", "acknowledg", "token", "server", "소비", "검증", "토큰", "서버", "Purser"] {
            assert!(!reply_en.contains(word) && !reply_ko.contains(word), "{word}: {reply_en}{reply_ko}");
        }
        assert!(reply_en.contains(payment.payment_seq.as_str()) && reply_ko.contains(payment.product_name.as_str()));
    }
}

#[test]
fn the_sentence_says_state_cause_and_next_step() {
    let paid_at = crate::model::Timestamp::parse_rfc3339("2026-11-12T14:32:00Z").expect("valid");
    let answer = Answer::Undelivered { paid_at, verified_after: Some(420), cause: Undelivered::NeverAsked };
    let text = answer_text(&answer);
    assert!(
        text.starts_with("Paid 12 Nov 2026, 14:32 UTC, verified 0.4 s later; the game has not consumed it: it never asked."),
        "{text}"
    );
    assert!(text.contains("open the game again"), "{text}");
}
