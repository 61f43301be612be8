//! The numbers at a glance, each beside what it was.

use leptos::prelude::*;

use super::Shown;
use super::sheets::change;
use super::table::share_text;
use crate::console::i18n::tr;
use crate::console::ui::{Card, Moment, Stat, Stats, grouped};
use crate::model::{MoneySum, SpanNumbers, Statistics, SubscriptionDay, SubscriptionState};

/// What it was before, and how much more or less it is now.
fn hint(now: i128, before: Option<i128>, text: impl Fn(i128) -> String) -> String {
    let Some(before) = before else { return String::new() };
    let more = change(now, before).map(|more| {
        let arrow = if more > 0 {
            "▲"
        } else if more < 0 {
            "▼"
        } else {
            "="
        };
        format!("{arrow} {} · ", share_text(Some(more.abs())))
    });
    format!("{}{}", more.unwrap_or_default(), tr!("statistics.was", value = text(before)))
}

pub(super) fn glance(found: &Statistics, shown: &Shown) -> AnyView {
    let money = |micros| MoneySum { micros, currency: shown.currency.clone() }.for_people();
    let money = |micros| if shown.currency.is_empty() { "—".to_owned() } else { money(micros) };
    let count = |number: i128| grouped(i64::try_from(number).unwrap_or_default());
    let counted = |of: fn(&SpanNumbers) -> i64| {
        let (now, before) = (i128::from(of(&found.now)), found.before.as_ref().map(|before| i128::from(of(before))));
        (count(now), hint(now, before, count))
    };
    let paid = |of: fn(&crate::model::Tally) -> i128| {
        let (now, before) = (of(&shown.now), shown.before.as_ref().map(of));
        (money(now), hint(now, before, money))
    };
    let (net, gross, refunded) = (paid(|tally| tally.net()), paid(|tally| tally.gross), paid(|tally| tally.refunded));
    let (payments, payers, new) = (counted(SpanNumbers::payments), counted(|one| one.payers), counted(|one| one.new_payers));
    let refund_rate = rate(found, SpanNumbers::refunds, SpanNumbers::payments);
    let refused_rate = rate(found, |one| one.refused, |one| one.refused + one.payments() + one.free);
    let free = counted(|one| one.free);
    // With several currencies and no sum of them, what a payer brought is told of none.
    let has_one = shown.is_converted || found.now.amounts.len() == 1;
    let arppu = (has_one && found.now.payers > 0).then(|| money(shown.now.net() / i128::from(found.now.payers)));
    let arppu = (arppu.unwrap_or_else(|| "—".into()), tr!("statistics.arppu_hint"));
    let stats = [
        (tr!("statistics.net"), net),
        (tr!("statistics.gross"), gross),
        (tr!("statistics.refunded"), refunded),
        (tr!("statistics.payments"), payments),
        (tr!("statistics.payers"), payers),
        (tr!("statistics.new_payers"), new),
        (tr!("statistics.arppu"), arppu),
        (tr!("statistics.refund_rate"), refund_rate),
        (tr!("statistics.refused_rate"), refused_rate),
        (tr!("statistics.free"), free),
    ];
    let stats = stats.into_iter().map(|(label, (value, hint))| view! { <Stat label value hint/> }).collect_view();
    view! { <Stats>{stats}</Stats> }.into_any()
}

fn rate(found: &Statistics, part: fn(&SpanNumbers) -> i64, of: fn(&SpanNumbers) -> i64) -> (String, String) {
    let share = |numbers: &SpanNumbers| (of(numbers) > 0).then(|| part(numbers) * 1_000 / of(numbers));
    let before = found.before.as_ref().map(|before| tr!("statistics.was", value = share_text(share(before))));
    (share_text(share(&found.now)), before.unwrap_or_default())
}

/// How subscriptions stand.
pub(super) fn subscription_glance(found: &Statistics) -> AnyView {
    let numbers = &found.subscriptions.numbers;
    let in_state = |state| numbers.states.iter().find(|(one, _)| *one == state).map_or(0, |(_, count)| *count);
    let with_access: i64 = numbers.states.iter().filter(|(state, _)| state.gives_access()).map(|(_, count)| count).sum();
    let mut sum = SubscriptionDay::on(found.query.span.from);
    numbers.days.iter().filter(|day| found.query.span.contains(day.day)).for_each(|day| sum.add(day));
    let monthly = numbers.monthly_revenue.iter().map(MoneySum::for_people).collect::<Vec<_>>().join(" · ");
    let monthly = if monthly.is_empty() { "—".to_owned() } else { monthly };
    let converted = share_text((sum.trials > 0).then(|| sum.converted * 1_000 / sum.trials));
    let ended = tr!(
        "statistics.ended_hint",
        player = grouped(sum.ended_by_player),
        billing = grouped(sum.ended_by_billing),
        other = grouped(sum.revoked + sum.ended_otherwise)
    );
    let stats = [
        (tr!("statistics.with_access"), grouped(with_access), tr!("statistics.in_trial", count = grouped(numbers.trials))),
        (tr!("statistics.monthly"), monthly, tr!("statistics.monthly_hint")),
        (tr!("statistics.began"), grouped(sum.began), tr!("statistics.of_days")),
        (tr!("statistics.ended"), grouped(sum.ended()), ended),
        (tr!("statistics.in_grace"), grouped(in_state(SubscriptionState::InGracePeriod)), tr!("statistics.now")),
        (tr!("statistics.on_hold"), grouped(in_state(SubscriptionState::OnHold)), tr!("statistics.now")),
        (
            tr!("statistics.trial_conversion"),
            converted,
            tr!("statistics.trial_hint", count = grouped(sum.converted), of = grouped(sum.trials)),
        ),
    ];
    let stats = stats.into_iter().map(|(label, value, hint)| view! { <Stat label value hint/> }).collect_view();
    let counted_at = found.subscriptions.counted_at;
    view! {
        <Card title=tr!("subscriptions.title")>
            <Stats>{stats}</Stats>
            <p class="muted">{tr!("statistics.counted_at")}" "<Moment at=counted_at/></p>
        </Card>
    }
    .into_any()
}
