//! A project's statistics: days and what they are laid beside in the address, numbers at a glance, charts with their tables.

mod filters;
mod glance;
mod query;
mod sheets;
mod table;

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::pages::list::use_search;
use crate::console::pages::params::{use_pairs, use_project};
use crate::console::queries::get_statistics;
use crate::console::ui::{Callout, Card, Chart, ChartData, Moment, Page, Tone, loaded};
use crate::model::{self, MoneySum, Point, ProjectId, SpanUnit, SubscriptionDay, Tally};
use filters::{filters, presets};
use glance::{glance, subscription_glance};
use sheets::subscription_points;
use table::{Files, chart_table, sheet_card};

pub use query::read as read_statistics_query;
pub use sheets::{Cell, Sheet, sheets};

/// A project's numbers.
#[component]
pub fn Statistics() -> AnyView {
    let (project, search, pairs) = (use_project(), use_search(query::read), use_pairs(&query::ALL));
    let found = Resource::new(move || (project.get(), search.get()), |(project, input)| get_statistics(project, input));
    let show = move |found: model::Statistics| content(&project.get_untracked(), &pairs.get_untracked(), found);
    view! { <Page title=tr!("statistics.title") description=tr!("statistics.about")>{loaded(found, show)}</Page> }.into_any()
}

/// The currency that is shown, and the amounts in it.
#[derive(Clone, Default)]
struct Shown {
    currency: String,
    /// Whether all currencies are added up in it.
    is_converted: bool,
    now: Tally,
    before: Option<Tally>,
    points: Vec<Tally>,
    points_before: Vec<Tally>,
}

/// The sum in one currency where there is one and none was chosen, else the chosen currency, else that of most payments.
fn shown(found: &model::Statistics, chosen: &str) -> Shown {
    if let Some(converted) = found.converted.as_ref().filter(|_| chosen.is_empty()) {
        return Shown {
            currency: converted.currency.clone(),
            is_converted: true,
            now: converted.now,
            before: converted.before,
            points: converted.points.clone(),
            points_before: converted.points_before.clone(),
        };
    }
    let first = found.now.amounts.first().or(found.before.as_ref().and_then(|before| before.amounts.first()));
    let currency = if chosen.is_empty() { first.map(|one| one.currency.clone()).unwrap_or_default() } else { chosen.to_owned() };
    let of = |points: &[Point]| points.iter().map(|point| point.numbers.of_currency(&currency)).collect();
    Shown {
        is_converted: false,
        now: found.now.of_currency(&currency),
        before: found.before.as_ref().map(|before| before.of_currency(&currency)),
        points: of(&found.points),
        points_before: of(&found.points_before),
        currency,
    }
}

fn content(project: &ProjectId, pairs: &[(&'static str, String)], found: model::Statistics) -> AnyView {
    let chosen = pairs.iter().find(|(name, _)| *name == query::CURRENCY).map(|(_, value)| value.as_str()).unwrap_or_default();
    let shown = shown(&found, chosen);
    let files = Files::new(project, pairs);
    let all = sheets(&found);
    let find = |id: &str| all.iter().find(|sheet| sheet.id == id).cloned();
    let card = |id: &str| find(id).map(|sheet| sheet_card(&files, sheet, None));
    let subscriptions = !found.subscriptions.numbers.states.is_empty();
    let cohorts = find("cohorts").filter(|_| subscriptions);
    view! {
        {presets(project, pairs, &found)}
        {filters(project, &found, &shown.currency, shown.is_converted)}
        {progress(&found)}
        {glance(&found, &shown)}
        {revenue_card(&files, &found, &shown, find("revenue"))}
        {payers_card(&files, &found, find("activity"))}
        {card("kinds")}
        {card("stores")}
        {card("apps")}
        {card("products")}
        <div class="two-cards">{card("refusals")}{card("unconsumed")}</div>
        {subscriptions.then(|| view! {
            {subscription_glance(&found)}
            {subscription_card(&files, &found, find("subscription-days"))}
            {card("subscriptions")}
            {cohorts.map(|sheet| sheet_card(&files, sheet, Some(tr!("statistics.cohorts_about"))))}
        })}
        {notes(&found, &shown)}
    }
    .into_any()
}

/// While older payments are being added up, numbers are missing.
fn progress(found: &model::Statistics) -> Option<AnyView> {
    let percent = found.progress_percent?;
    let text = tr!("statistics.building_text", percent = percent);
    Some(view! { <Callout tone=Tone::Warn title=tr!("statistics.building")><p>{text}</p></Callout> }.into_any())
}

/// How a point is called under a chart.
fn label(point: &Point, unit: SpanUnit) -> String {
    let day = point.span.from.to_string();
    match unit {
        SpanUnit::Month => day.chars().take(7).collect(),
        SpanUnit::Day | SpanUnit::Week => day.chars().skip(5).collect(),
    }
}

fn labels(found: &model::Statistics) -> Vec<String> {
    found.points.iter().map(|point| label(point, found.query.unit)).collect()
}

/// Which days, in words: `2026-11-01 – 2026-11-30`.
fn days(found: &model::Statistics) -> String {
    format!("{} – {}", found.query.span.from, found.query.span.to)
}

fn beside(found: &model::Statistics, values: Vec<f64>) -> Option<(String, Vec<f64>)> {
    let span = found.query.compared?;
    Some((format!("{} – {}", span.from, span.to), values))
}

/// For a drawing alone: what is counted stays exact.
fn units(micros: i128) -> f64 {
    micros as f64 / 1e6
}

fn revenue_card(files: &Files, found: &model::Statistics, shown: &Shown, sheet: Option<Sheet>) -> AnyView {
    let bars: Vec<f64> = shown.points.iter().map(|tally| units(tally.net())).collect();
    let before = shown.points_before.iter().map(|tally| units(tally.net())).collect();
    let title = match shown.currency.as_str() {
        "" => tr!("statistics.net"),
        currency => tr!("statistics.revenue_chart", currency = currency),
    };
    let net = MoneySum { micros: shown.now.net(), currency: shown.currency.clone() }.for_people();
    let data = ChartData {
        labels: labels(found),
        bars,
        name: days(found),
        beside: beside(found, before),
        description: tr!("statistics.chart_about", days = days(found), sum = net),
        title: title.clone(),
    };
    let rates = shown.is_converted.then(|| rates(found)).flatten();
    view! {
        <Card title=title actions=files.actions("revenue")>
            <Chart id="revenue" data/>
            {sheet.map(chart_table)}
            {rates}
        </Card>
    }
    .into_any()
}

/// At which rates currencies were added up, and which were left out.
fn rates(found: &model::Statistics) -> Option<AnyView> {
    let converted = found.converted.as_ref()?;
    let used = converted
        .rates
        .iter()
        .map(|rate| format!("1 {} = {} {} ({})", rate.currency, rate.rate_text(), converted.currency, rate.valid_from));
    let used = used.collect::<Vec<_>>().join(" · ");
    let used = (!used.is_empty()).then(|| view! { <p class="muted">{tr!("statistics.rates_used", rates = used)}</p> });
    let missing = (!converted.missing.is_empty()).then(|| {
        let text = tr!("statistics.rates_missing", currencies = converted.missing.join(", "));
        view! { <Callout tone=Tone::Warn title=tr!("statistics.rates_missing_title")><p>{text}</p></Callout> }
    });
    Some(view! { {used}{missing} }.into_any())
}

fn payers_card(files: &Files, found: &model::Statistics, sheet: Option<Sheet>) -> AnyView {
    let payers = |points: &[Point]| points.iter().map(|point| point.numbers.payers as f64).collect::<Vec<_>>();
    let data = ChartData {
        labels: labels(found),
        bars: payers(&found.points),
        name: days(found),
        beside: beside(found, payers(&found.points_before)),
        title: tr!("statistics.payers_chart"),
        description: tr!("statistics.chart_about", days = days(found), sum = found.now.payers),
    };
    view! {
        <Card title=tr!("statistics.payers_chart") actions=files.actions("activity")>
            <Chart id="payers" data/>
            {sheet.map(chart_table)}
        </Card>
    }
    .into_any()
}

fn subscription_card(files: &Files, found: &model::Statistics, sheet: Option<Sheet>) -> AnyView {
    let points = subscription_points(found);
    let counts = |count: fn(&SubscriptionDay) -> i64| points.iter().map(|sum| count(sum) as f64).collect::<Vec<_>>();
    let data = ChartData {
        labels: labels(found),
        bars: counts(|sum| sum.began),
        name: tr!("statistics.began"),
        beside: Some((tr!("statistics.ended"), counts(SubscriptionDay::ended))),
        title: tr!("statistics.subscription_days"),
        description: tr!("statistics.chart_about", days = days(found), sum = points.iter().map(|sum| sum.began).sum::<i64>()),
    };
    view! {
        <Card title=tr!("statistics.subscription_days") actions=files.actions("subscription-days")>
            <Chart id="subscriptions" data/>
            {sheet.map(chart_table)}
        </Card>
    }
    .into_any()
}

/// What the numbers mean, once for the page.
fn notes(found: &model::Statistics, shown: &Shown) -> AnyView {
    let apart = (!shown.is_converted).then(|| tr!("statistics.note_currencies"));
    view! {
        <section class="muted">
            <p>
                {tr!("statistics.note_days", zone = found.time_zone)}" "{tr!("statistics.note_revenue")}" "{apart}" "
                {tr!("statistics.note_as_of")}" "<Moment at=found.as_of/>
            </p>
        </section>
    }
    .into_any()
}
