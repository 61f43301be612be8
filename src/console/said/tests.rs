use super::*;
use crate::console::i18n::Locale;
use crate::console::reader::in_language;
use crate::model::{PaymentStatus, Timestamp};

fn line(actor: Actor, kind: EventKind, reason: &str) -> PaymentEvent {
    let to = PaymentStatus::Success;
    PaymentEvent {
        at: Timestamp(0),
        actor,
        actor_name: None,
        kind,
        from: Some(to),
        to,
        reason: Some(reason.into()),
        evidence: None,
    }
}

fn text(reason: &str, locale: Locale) -> String {
    in_language(locale, || said(&line(Actor::Store, EventKind::Note, reason)).text.unwrap_or_default())
}

#[test]
fn every_sentence_is_recognised_with_its_values() {
    for (form, key) in SENTENCES.iter().chain(OCCASIONS) {
        let sample = form.replace("{payment}", "2026112910000230").replace(['{', '}'], "");
        for locale in Locale::ALL {
            assert!(crate::_rust_i18n_try_translate(locale.code(), key).is_some(), "{key}");
            let shown = text(&sample, *locale);
            assert!(!shown.is_empty() && !shown.contains("%{"), "{form}: {shown}");
        }
        let hangul = text(&sample, Locale::Ko);
        assert!(*key == "said.released" || hangul.chars().any(|letter| ('가'..='힣').contains(&letter)), "{form}: {hangul}");
    }
}

#[test]
fn what_came_first_in_the_table_does_not_hide_what_says_more() {
    let ko = |reason: &str| text(reason, Locale::Ko);
    assert_eq!(
        ko("taken back by the store: REFUND, REFUND_PRORATED, 1 of 3, 50 %"),
        "스토어에서 환불: REFUND, REFUND_PRORATED, 3개 중 1개, 50 %"
    );
    assert_eq!(ko("taken back by the store: found in the store's refund history"), "스토어에서 환불: 스토어 환불 기록에서 확인");
    assert_eq!(ko("the store differed in price, refundedAt"), "스토어 정보와 다른 항목: 금액, 환불 일시");
    assert_eq!(ko("from kim_0O21 (GF) to kim_0021 (GF): ticket 77"), "kim_0O21(GF)에서 kim_0021(GF)(으)로 – ticket 77");
    assert_eq!(ko("DID_RENEW / BILLING_RECOVERY"), "DID_RENEW / BILLING_RECOVERY");
}

#[test]
fn what_only_engineers_understand_stands_apart() {
    let refused = said(&line(Actor::Client, EventKind::Refuse, "PROOF_INVALID: the signature is not 64 bytes of r and s"));
    assert_eq!(refused.detail.as_deref(), Some("the signature is not 64 bytes of r and s"));
    assert_ne!(refused.text, refused.detail);
    let failed = said(&line(Actor::System, EventKind::Finish, "HTTP 410: gone"));
    assert_eq!(failed, Said { text: None, detail: Some("HTTP 410: gone".into()) });
}

#[test]
fn what_people_typed_is_theirs() {
    for reason in ["the store says the same", "PENDING: x", "영수증 확인"] {
        assert_eq!(said(&line(Actor::Operator, EventKind::Refund, reason)).text.as_deref(), Some(reason));
    }
    assert_eq!(said(&line(Actor::Client, EventKind::Close, "changed my mind")).text.as_deref(), Some("changed my mind"));
}
