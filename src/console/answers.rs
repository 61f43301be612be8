//! What a payment's state means, in words: the sentence for staff, and the reply to the player. Each `match` is exhaustive, so that
//! a new answer needs words to compile.

use super::i18n::{Locale, tr};
use super::labels::store_name;
use super::reader::in_language;
use super::ui::{Tone, duration_words, moment_words};
use crate::model::{Answer, ClosedBy, Money, NotGiven, Payment, Period, RefundedBy, RefusalCode, Undelivered};

/// One sentence for staff: the state, its cause, and what to do next.
pub fn answer_text(answer: &Answer) -> String {
    match answer {
        Answer::NeverPaid { at } => tr!("answer.never_paid", at = moment_words(*at)),
        Answer::AwaitsMoney { at } => tr!("answer.awaits_money", at = moment_words(*at)),
        Answer::GivenUp { at } => tr!("answer.given_up", at = moment_words(*at)),
        Answer::Refused { at, code } => refused_text(*code, &moment_words(*at)),
        Answer::Failed { at } => tr!("answer.failed", at = moment_words(*at)),
        Answer::Closed { at, by } => closed_text(by, &moment_words(*at)),
        Answer::WithoutUser { paid_at } => tr!("answer.without_user", paid = moment_words(*paid_at)),
        Answer::Provisional { paid_at, is_delivered: true } => tr!("answer.provisional_delivered", paid = moment_words(*paid_at)),
        Answer::Provisional { paid_at, .. } => tr!("answer.provisional", paid = moment_words(*paid_at)),
        Answer::FinishFailed { paid_at, is_delivered: true } => {
            tr!("answer.finish_failed_delivered", paid = moment_words(*paid_at))
        }
        Answer::FinishFailed { paid_at, .. } => tr!("answer.finish_failed", paid = moment_words(*paid_at)),
        Answer::Undelivered { paid_at, verified_after, cause } => {
            undelivered_text(*cause, &moment_words(*paid_at), *verified_after)
        }
        Answer::Delivered { paid_at, at } => tr!("answer.delivered", paid = moment_words(*paid_at), at = moment_words(*at)),
        Answer::DeliveredElsewhere { paid_at, at } => {
            tr!("answer.delivered_elsewhere", paid = moment_words(*paid_at), at = moment_words(*at))
        }
        Answer::Owned { paid_at, is_shared: true } => tr!("answer.owned_shared", paid = moment_words(*paid_at)),
        Answer::Owned { paid_at, .. } => tr!("answer.owned", paid = moment_words(*paid_at)),
        Answer::Withheld { paid_at, why } => withheld_text(*why, &moment_words(*paid_at)),
        Answer::Period { paid_at, period } => period_text(*period, &moment_words(*paid_at)),
        Answer::PartlyRefunded { given_back, pieces, is_delivered, .. } => {
            let part = part_text(given_back.as_ref(), *pieces);
            match is_delivered {
                true => tr!("answer.partly_refunded_delivered", part = part),
                false => tr!("answer.partly_refunded", part = part),
            }
        }
        Answer::RefundedAndKept { is_delivered: true, .. } => tr!("answer.refunded_kept_delivered"),
        Answer::RefundedAndKept { .. } => tr!("answer.refunded_kept"),
        Answer::Refunded { at, part: Some(part), is_delivered: true, .. } => {
            tr!("answer.refunded_part_delivered", at = moment_words(*at), part = part.for_people())
        }
        Answer::Refunded { at, part: Some(part), .. } => {
            tr!("answer.refunded_part", at = moment_words(*at), part = part.for_people())
        }
        Answer::Refunded { at, by, is_delivered, .. } => refunded_text(*by, *is_delivered, &moment_words(*at)),
        Answer::AccessRevoked { at } => tr!("answer.access_revoked", at = moment_words(*at)),
        Answer::Unconfirmed { at, is_delivered: true } => tr!("answer.unconfirmed_delivered", at = moment_words(*at)),
        Answer::Unconfirmed { at, .. } => tr!("answer.unconfirmed", at = moment_words(*at)),
    }
}

fn refused_text(code: RefusalCode, at: &str) -> String {
    match code {
        RefusalCode::ProofInvalid => tr!("answer.refused.PROOF_INVALID", at = at),
        RefusalCode::AppMismatch => tr!("answer.refused.APP_MISMATCH", at = at),
        RefusalCode::EnvironmentMismatch => tr!("answer.refused.ENVIRONMENT_MISMATCH", at = at),
        RefusalCode::ProductMismatch => tr!("answer.refused.PRODUCT_MISMATCH", at = at),
        RefusalCode::ProductUnknown => tr!("answer.refused.PRODUCT_UNKNOWN", at = at),
        RefusalCode::UserMismatch => tr!("answer.refused.USER_MISMATCH", at = at),
        RefusalCode::OwnedByAnotherUser => tr!("answer.refused.OWNED_BY_ANOTHER_USER", at = at),
        RefusalCode::AlreadyConsumed => tr!("answer.refused.ALREADY_CONSUMED", at = at),
        RefusalCode::Refunded => tr!("answer.refused.REFUNDED", at = at),
        RefusalCode::Expired => tr!("answer.refused.EXPIRED", at = at),
        RefusalCode::Pending => tr!("answer.refused.PENDING", at = at),
        RefusalCode::StoreUnavailable => tr!("answer.refused.STORE_UNAVAILABLE", at = at),
        RefusalCode::StoreCredentials => tr!("answer.refused.STORE_CREDENTIALS", at = at),
        RefusalCode::TooManyRequests => tr!("answer.refused.TOO_MANY_REQUESTS", at = at),
    }
}

fn closed_text(by: &ClosedBy, at: &str) -> String {
    match by {
        ClosedBy::Player => tr!("answer.closed_player", at = at),
        ClosedBy::Staff => tr!("answer.closed_staff", at = at),
        ClosedBy::Time => tr!("answer.closed_time", at = at),
        ClosedBy::Purchase(payment) => tr!("answer.closed_purchase", payment = payment),
    }
}

fn undelivered_text(cause: Undelivered, paid: &str, verified_after: Option<i64>) -> String {
    let verified = verified_after.map(|millis| tr!("answer.verified_after", after = duration_words(millis))).unwrap_or_default();
    match cause {
        Undelivered::NeverAsked => tr!("answer.undelivered_asked", paid = paid, verified = verified),
        Undelivered::NeverBrought => tr!("answer.undelivered_brought", paid = paid),
        Undelivered::Released => tr!("answer.undelivered_released", paid = paid),
        Undelivered::Reopened => tr!("answer.undelivered_reopened", paid = paid),
    }
}

fn withheld_text(why: NotGiven, paid: &str) -> String {
    match why {
        NotGiven::BeforeCharge => tr!("answer.withheld_before_charge", paid = paid),
        NotGiven::Superseded => tr!("answer.withheld_superseded", paid = paid),
        NotGiven::NotPurchased => tr!("answer.withheld_not_purchased", paid = paid),
    }
}

fn period_text(period: Period, paid: &str) -> String {
    match period {
        Period::Running { until: Some(until), renews: Some(true) } => {
            tr!("answer.period_renews", paid = paid, until = moment_words(until))
        }
        Period::Running { until: Some(until), renews: Some(false) } => {
            tr!("answer.period_ends", paid = paid, until = moment_words(until))
        }
        Period::Running { until: Some(until), renews: None } => {
            tr!("answer.period_runs", paid = paid, until = moment_words(until))
        }
        Period::Running { until: None, .. } => tr!("answer.period_open", paid = paid),
        Period::InGrace { until } => tr!("answer.period_grace", until = moment_words(until)),
        Period::OnHold => tr!("answer.period_hold"),
        Period::Paused => tr!("answer.period_paused"),
        Period::Over { until, is_renewed: true } => tr!("answer.period_renewed", until = moment_words(until)),
        Period::Over { until, .. } => tr!("answer.period_over", until = moment_words(until)),
        Period::Superseded { at } => tr!("answer.period_superseded", at = moment_words(at)),
    }
}

fn refunded_text(by: RefundedBy, is_delivered: bool, at: &str) -> String {
    match (by, is_delivered) {
        (RefundedBy::Store, true) => tr!("answer.refunded_store_delivered", at = at),
        (RefundedBy::Store, false) => tr!("answer.refunded_store", at = at),
        (RefundedBy::Staff, true) => tr!("answer.refunded_staff_delivered", at = at),
        (RefundedBy::Staff, false) => tr!("answer.refunded_staff", at = at),
        (RefundedBy::Server, true) => tr!("answer.refunded_server_delivered", at = at),
        (RefundedBy::Server, false) => tr!("answer.refunded_server", at = at),
    }
}

/// How much was given back: pieces, money, or both.
fn part_text(money: Option<&Money>, pieces: Option<(i64, i64)>) -> String {
    let pieces = pieces.map(|(count, all)| tr!("answer.pieces", count = count, all = all));
    [pieces, money.map(Money::for_people)].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// How the answer's note is coloured.
pub const fn answer_tone(answer: &Answer) -> Tone {
    match answer {
        Answer::Delivered { .. } | Answer::DeliveredElsewhere { .. } | Answer::Owned { .. } => Tone::Good,
        Answer::Period { period: Period::Running { .. }, .. } => Tone::Good,
        Answer::Period { period: Period::InGrace { .. } | Period::OnHold, .. } => Tone::Warn,
        Answer::NeverPaid { .. } | Answer::Closed { .. } | Answer::GivenUp { .. } | Answer::Period { .. } => Tone::Neutral,
        Answer::AwaitsMoney { .. } => Tone::Info,
        Answer::Refused { .. } | Answer::Failed { .. } | Answer::FinishFailed { .. } | Answer::Unconfirmed { .. } => Tone::Bad,
        Answer::WithoutUser { .. } | Answer::Provisional { .. } | Answer::Undelivered { .. } | Answer::Withheld { .. } => {
            Tone::Warn
        }
        Answer::PartlyRefunded { .. } | Answer::RefundedAndKept { .. } | Answer::Refunded { .. } => Tone::Warn,
        Answer::AccessRevoked { .. } => Tone::Neutral,
    }
}

/// The reply to the player, in a language: polite, short, and without our own words.
pub fn reply_text(answer: &Answer, payment: &Payment, locale: Locale) -> String {
    in_language(locale, || {
        let number = tr!("reply.number", number = payment.payment_seq);
        [opening(answer, payment), body(answer, &store_name(payment.store)), tr!("reply.end"), number].join("\n\n")
    })
}

fn opening(answer: &Answer, payment: &Payment) -> String {
    let (product, date) = (payment.product_name.as_str(), moment_words(payment.paid_at()));
    let is_paid = payment.verified_at.is_some() || payment.purchased_at.is_some();
    let is_theirs = !matches!(answer, Answer::AccessRevoked { .. } | Answer::Owned { is_shared: true, .. });
    match &payment.price {
        _ if !is_paid => tr!("reply.attempt", product = product, date = date),
        Some(price) if is_theirs => tr!("reply.purchase", product = product, amount = price.for_people(), date = date),
        _ => tr!("reply.purchase_unpriced", product = product, date = date),
    }
}

fn body(answer: &Answer, store: &str) -> String {
    match answer {
        Answer::NeverPaid { .. }
        | Answer::Failed { .. }
        | Answer::Closed { by: ClosedBy::Player | ClosedBy::Staff | ClosedBy::Time, .. } => {
            tr!("reply.never_paid", store = store)
        }
        Answer::Closed { by: ClosedBy::Purchase(_), .. } => tr!("reply.other_payment"),
        Answer::AwaitsMoney { .. } => tr!("reply.awaits_money", store = store),
        Answer::GivenUp { .. } => tr!("reply.given_up"),
        Answer::Refused { code, .. } if code.is_transient() => tr!("reply.refused_later", store = store),
        Answer::Refused { code: RefusalCode::Pending, .. } => tr!("reply.awaits_money", store = store),
        Answer::Refused { code: RefusalCode::AlreadyConsumed, .. } => tr!("reply.delivered_elsewhere"),
        Answer::Refused { code: RefusalCode::Refunded, .. } => tr!("reply.refunded_kept", store = store),
        Answer::Refused { .. } => tr!("reply.refused", store = store),
        Answer::WithoutUser { .. } => tr!("reply.without_user", store = store),
        Answer::Provisional { is_delivered: false, .. } => tr!("reply.confirming", store = store),
        Answer::FinishFailed { is_delivered: false, .. } | Answer::Undelivered { .. } => tr!("reply.undelivered"),
        Answer::Delivered { at, .. } => tr!("reply.delivered", at = moment_words(*at)),
        Answer::DeliveredElsewhere { .. } | Answer::Provisional { .. } | Answer::FinishFailed { .. } => {
            tr!("reply.delivered_elsewhere")
        }
        Answer::Owned { is_shared: true, .. } | Answer::Withheld { why: NotGiven::NotPurchased, .. } => tr!("reply.shared"),
        Answer::Owned { .. } => tr!("reply.owned"),
        Answer::Withheld { why: NotGiven::BeforeCharge, .. } => tr!("reply.delivered_elsewhere"),
        Answer::Withheld { why: NotGiven::Superseded, .. } => tr!("reply.superseded", store = store),
        Answer::Period { period, .. } => period_body(*period, store),
        Answer::PartlyRefunded { given_back, pieces, .. } => {
            tr!("reply.partly_refunded", store = store, part = part_text(given_back.as_ref(), *pieces))
        }
        Answer::RefundedAndKept { .. } => tr!("reply.refunded_kept", store = store),
        Answer::Refunded { part: Some(part), .. } => tr!("reply.partly_refunded", store = store, part = part.for_people()),
        Answer::Refunded { at, by: RefundedBy::Store, .. } => tr!("reply.refunded", store = store, at = moment_words(*at)),
        Answer::Refunded { at, .. } => tr!("reply.refunded_staff", store = store, at = moment_words(*at)),
        Answer::AccessRevoked { .. } => tr!("reply.access_revoked"),
        Answer::Unconfirmed { .. } => tr!("reply.unconfirmed", store = store),
    }
}

fn period_body(period: Period, store: &str) -> String {
    match period {
        Period::Running { until: Some(until), renews: Some(true) } => {
            tr!("reply.period_renews", store = store, until = moment_words(until))
        }
        Period::Running { until: Some(until), renews: Some(false) } => tr!("reply.period_ends", until = moment_words(until)),
        Period::Running { until: Some(until), renews: None } => tr!("reply.period_runs", until = moment_words(until)),
        Period::Running { until: None, .. } => tr!("reply.period_open"),
        Period::InGrace { until } => tr!("reply.period_grace", store = store, until = moment_words(until)),
        Period::OnHold => tr!("reply.period_hold", store = store),
        Period::Paused => tr!("reply.period_paused", store = store),
        Period::Over { until, is_renewed: true } => tr!("reply.period_renewed", until = moment_words(until)),
        Period::Over { until, .. } => tr!("reply.period_over", until = moment_words(until)),
        Period::Superseded { .. } => tr!("reply.superseded", store = store),
    }
}

#[cfg(test)]
mod tests;
