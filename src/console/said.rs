//! What a timeline's line says besides its title, in the reader's language. What is kept is a sentence in English, the same for the
//! API; here it is recognised by its form, old lines as well as new ones, and said in the reader's words.

use super::faults::fault_text;
use super::labels::compared_field_name;
use super::reader::reader;
use crate::model::{Actor, EventKind, Fault, PaymentEvent, RefusalCode};

/// The sentences that this server keeps, and the key of their words. `{…}` stands for anything; the first that fits is taken.
#[rustfmt::skip]
const SENTENCES: &[(&str, &str)] = &[
    ("taken back by the store: {occasion}", "said.taken_back"),
    ("the store reversed its refund", "said.reversed"),
    ("the store's account token names {key} ({channel}); kept with the subscription's user", "said.other_token"),
    ("imported: consumed at another server", "said.imported"),
    ("merged: the purchase that staff corrected this payment for", "said.merged"),
    ("no longer provisional, the store answered: {occasion}", "said.confirmed_on"),
    ("no longer provisional, the store answered", "said.confirmed"),
    ("granted in outage mode, and the store does not stand behind it: {detail}", "said.unconfirmed"),
    ("the purchase it waited for was entered as payment {payment}", "said.entered_as"),
    ("the purchase was entered before as payment {payment}", "said.entered_before"),
    ("exchanged payloads with payment {payment}: the purchase was made for that reservation", "said.exchanged"),
    ("the purchase that staff corrected this payment for is payment {payment}", "said.corrected_for"),
    ("its goods are given by payment {payment}, which staff corrected for it", "said.given_by"),
    ("the purchase was given up before it was paid for", "said.given_up"),
    ("another plan took the place of this period", "said.superseded"),
    ("no other plan takes the place of this period before its end", "said.not_superseded"),
    ("the store says the same", "said.same"),
    ("the store differed in {fields}", "said.differed"),
    ("the store was asked to give the money back and take the purchase away: {words}", "said.refund_and_end"),
    ("the store was asked to give the money back and leave the purchase: {words}", "said.refund_and_keep"),
    ("the store did not do it, or its answer was lost: {detail}", "said.not_done"),
    ("the store has not given the money back within ten days of being asked", "said.refund_not_made"),
    ("made consumable by staff: {words}", "said.released"),
    ("the store is to be told again", "said.finish_again"),
    ("dealt with by staff: {words}", "said.handled"),
    ("not paid within {hours} h", "said.not_paid"),
    ("the app says so without a reservationToken: {words}", "said.unproved_close"),
    ("from {old} ({old_channel}) to {key} ({channel}): {words}", "said.reassigned"),
    ("to {key} ({channel}): {words}", "said.assigned"),
    ("TOKEN: {key} ({channel})", "said.by_token"),
    ("RESERVATION: {key} ({channel})", "said.by_reservation"),
    ("PRESENTER: {key} ({channel})", "said.by_presenter"),
    ("STAFF: {key} ({channel})", "said.by_staff"),
    ("STORE_ACCOUNT: {key} ({channel})", "said.by_store_account"),
    ("not answered: the store waits no longer", "said.answer_late"),
    ("not answered: the project's policy is to say nothing", "said.answer_off"),
    ("not answered: nobody has stated that players agreed", "said.answer_no_consent"),
    ("not answered: the payment is not a paid one", "said.answer_not_paid"),
    ("not answered: somebody else paid for it", "said.answer_not_theirs"),
    ("not answered: {detail}", "said.answer_failed"),
    ("answered: DELIVERED, {percent} % used", "said.answered_used"),
    ("answered: DELIVERED", "said.answered"),
    ("answered: UNDELIVERED_OTHER, {percent} % used", "said.answered_undelivered"),
    ("answered: UNDELIVERED_OTHER", "said.answered_not"),
    ("by {days} days, CUSTOMER_SATISFACTION", "said.extended_satisfaction"),
    ("by {days} days, SERVICE_ISSUE", "said.extended_issue"),
    ("by {days} days, {code}", "said.extended"),
    ("the store was asked to stop the renewal", "said.asked_cancel"),
    ("the store was asked to renew it again", "said.asked_reactivate"),
    ("the store was asked to end it now and give the rest of the period back", "said.asked_revoke_rest"),
    ("the store was asked to end it now and give the payment back", "said.asked_revoke"),
    ("the store was asked to charge {days} days later", "said.asked_defer"),
];

/// What led to a line; stands alone, or inside a sentence.
#[rustfmt::skip]
const OCCASIONS: &[(&str, &str)] = &[
    ("found in the store's refund history", "said.on_refund_history"),
    ("found in the store's list of voided purchases", "said.on_voided"),
    ("re-checked with the store", "said.on_recheck"),
    ("asked again after outage mode", "said.on_outage"),
    ("looked up for a correction", "said.on_correction"),
    ("brought by another user", "said.on_other_user"),
    ("a proof", "said.on_proof"),
];

/// What people read of a line, and what only engineers understand of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said {
    pub text: Option<String>,
    /// A store's or a library's own words, in English.
    pub detail: Option<String>,
}

/// What a line says beside its title.
pub fn said(event: &PaymentEvent) -> Said {
    let Some(reason) = event.reason.as_deref() else { return Said::default() };
    // What people typed is theirs, whatever it looks like.
    let is_typed = matches!(event.kind, EventKind::Refund | EventKind::Correct | EventKind::Reopen | EventKind::Close);
    if event.actor == Actor::Operator && is_typed {
        return Said { text: Some(reason.to_owned()), detail: None };
    }
    if let Some(refused) = refusal(reason) {
        return refused;
    }
    if let Some(found) = find(SENTENCES, reason) {
        return found;
    }
    if let Some(occasion) = occasion(reason) {
        return Said { text: Some(occasion), detail: None };
    }
    match event.actor {
        // A game's or a person's own words.
        Actor::Client | Actor::Server | Actor::Operator => Said { text: Some(reason.to_owned()), detail: None },
        Actor::Store | Actor::System => Said { text: None, detail: Some(reason.to_owned()) },
    }
}

/// A refusal is kept as its code and why.
fn refusal(reason: &str) -> Option<Said> {
    let (code, detail) = reason.split_once(": ")?;
    let code: RefusalCode = code.parse().ok()?;
    Some(Said { text: Some(fault_text(&Fault::new(code.as_str(), detail))), detail: Some(detail.to_owned()) })
}

fn find(sentences: &[(&str, &str)], text: &str) -> Option<Said> {
    let (key, values) = sentences.iter().find_map(|(form, key)| Some((*key, captures(form, text)?)))?;
    let mut words = crate::_rust_i18n_try_translate(reader().locale.code(), key)?.into_owned();
    let mut detail = None;
    for (name, value) in values {
        let shown = match name {
            "detail" => {
                detail = Some(value.to_owned());
                continue;
            }
            "occasion" => taken_back_text(value),
            "fields" => value
                .split(", ")
                .map(|field| field.parse().map_or_else(|_| field.to_owned(), compared_field_name))
                .collect::<Vec<_>>()
                .join(", "),
            _ => value.to_owned(),
        };
        words = words.replace(&format!("%{{{name}}}"), &shown);
    }
    Some(Said { text: Some(words), detail })
}

/// What stands in the places of a form, if a text has that form.
fn captures<'a>(form: &'a str, text: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
    let mut parts = form.split('{');
    let mut rest = text.strip_prefix(parts.next()?)?;
    let mut found = Vec::new();
    for part in parts {
        let (name, literal) = part.split_once('}')?;
        let end = if literal.is_empty() { rest.len() } else { rest.find(literal)? };
        found.push((name, &rest[..end]));
        rest = &rest[end + literal.len()..];
    }
    (rest.is_empty()).then_some(found)
}

/// What led to a line: one of our own words for it, or the store's name for its notification (`DID_RENEW / BILLING_RECOVERY`).
fn occasion(text: &str) -> Option<String> {
    if let Some(found) = find(OCCASIONS, text) {
        return found.text;
    }
    let is_stores = !text.is_empty()
        && text.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit() || "_/. -".contains(letter));
    is_stores.then(|| text.to_owned())
}

/// What led to taking back, and how much of it: `REFUND, REFUND_PRORATED, 1 of 3, 50 %`.
fn taken_back_text(text: &str) -> String {
    let part = |part: &str| match part
        .split_once(" of ")
        .and_then(|(count, all)| Some((count.parse::<i64>().ok()?, all.parse::<i64>().ok()?)))
    {
        Some((count, all)) => super::i18n::tr!("said.pieces", count = count, all = all),
        None => occasion(part).unwrap_or_else(|| part.to_owned()),
    };
    text.split(", ").map(part).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
