//! Which days, of what, beside which others.

use leptos::prelude::*;

use super::query;
use crate::console::i18n::tr;
use crate::console::labels::environment_name;
use crate::console::pages::list::{ENVIRONMENT, FROM, TO};
use crate::console::paths;
use crate::console::ui::{Choice, FilterForm, HiddenInput, SelectInput, TextInput};
use crate::model::{Comparison, Environment, Preset, ProjectId, SpanUnit, Statistics};

fn preset_name(preset: Preset) -> String {
    match preset {
        Preset::Today => tr!("statistics.today"),
        Preset::Yesterday => tr!("statistics.yesterday"),
        Preset::Days7 => tr!("statistics.days_7"),
        Preset::Days28 => tr!("statistics.days_28"),
        Preset::Days90 => tr!("statistics.days_90"),
        Preset::ThisMonth => tr!("statistics.this_month"),
        Preset::LastMonth => tr!("statistics.last_month"),
        Preset::ThisYear => tr!("statistics.this_year"),
        Preset::Custom => tr!("statistics.custom"),
    }
}

/// The days that are often asked for, each a link that keeps everything else.
pub fn presets(project: &ProjectId, pairs: &[(&'static str, String)], found: &Statistics) -> AnyView {
    let here = paths::statistics(project);
    let kept = |name: &str| ![query::PRESET, FROM, TO].contains(&name);
    let kept: Vec<_> = pairs.iter().filter(|(name, _)| kept(name)).map(|(name, value)| (*name, value.as_str())).collect();
    let links = Preset::ALL.iter().filter(|preset| **preset != Preset::Custom).map(|preset| {
        let all: Vec<_> = std::iter::once((query::PRESET, preset.as_str())).chain(kept.iter().copied()).collect();
        let href = paths::with_query(&here, &all);
        let current = (found.query.preset == *preset).then_some("page");
        view! { <li><a href=href aria-current=current>{preset_name(*preset)}</a></li> }.into_any()
    });
    let links = links.collect::<Vec<_>>();
    view! { <nav class="tabs" aria-label=tr!("statistics.presets")><ul>{links}</ul></nav> }.into_any()
}

/// Everything else, and days from one to another.
pub fn filters(project: &ProjectId, found: &Statistics, currency: &str, is_converted: bool) -> AnyView {
    let query = &found.query;
    let is_custom = query.preset == Preset::Custom;
    let day = |day: String| if is_custom { day } else { String::new() };
    let (from, to) = (day(query.span.from.to_string()), day(query.span.to.to_string()));
    let environments: Vec<_> = Environment::ALL.iter().map(|one| Choice::new(one.as_str(), environment_name(*one))).collect();
    let (compare, unit, environment) = (query.compare.as_str(), query.unit.as_str(), query.environment.as_str());
    let preset = if is_custom { "" } else { query.preset.as_str() };
    let chosen = if is_converted { "" } else { currency };
    let (currencies, chosen) = (currencies(found, chosen), chosen.to_owned());
    view! {
        <FilterForm clear=paths::statistics(project)>
            <HiddenInput name=query::PRESET value=preset/>
            <TextInput name=FROM label=tr!("statistics.from") kind="date" value=from/>
            <TextInput name=TO label=tr!("statistics.to") kind="date" value=to/>
            <SelectInput name=query::COMPARE label=tr!("statistics.compare") choices=comparisons() value=compare/>
            <SelectInput name=query::UNIT label=tr!("statistics.unit") choices=span_units() value=unit/>
            <SelectInput name=ENVIRONMENT label=tr!("payments.environment") choices=environments value=environment/>
            <SelectInput name=query::CURRENCY label=tr!("statistics.currency") choices=currencies value=chosen/>
        </FilterForm>
    }
    .into_any()
}

fn comparisons() -> Vec<Choice> {
    let name = |one| match one {
        Comparison::None => tr!("statistics.compare_none"),
        Comparison::Previous => tr!("statistics.compare_previous"),
        Comparison::YearBefore => tr!("statistics.compare_year"),
    };
    Comparison::ALL.iter().map(|one| Choice::new(one.as_str(), name(*one))).collect()
}

fn span_units() -> Vec<Choice> {
    let name = |one| match one {
        SpanUnit::Day => tr!("statistics.unit_day"),
        SpanUnit::Week => tr!("statistics.unit_week"),
        SpanUnit::Month => tr!("statistics.unit_month"),
    };
    SpanUnit::ALL.iter().map(|one| Choice::new(one.as_str(), name(*one))).collect()
}

/// The currencies there are, and all of them added up where the project has a currency for that.
fn currencies(found: &Statistics, chosen: &str) -> Vec<Choice> {
    let sum = found.converted.as_ref().map(|sum| Choice::new("", tr!("statistics.added_up", currency = sum.currency)));
    let mut codes: Vec<&str> = found.now.amounts.iter().map(|amounts| amounts.currency.as_str()).collect();
    codes.extend(Some(chosen).filter(|chosen| !chosen.is_empty() && !codes.contains(chosen)));
    let mut choices: Vec<Choice> = sum.into_iter().chain(codes.into_iter().map(|code| Choice::new(code, code))).collect();
    if choices.is_empty() {
        choices.push(Choice::new("", "—"));
    }
    choices
}
