use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::ui::{Callout, Card, Column, EmptyState, IconName, Row, StatusDot, Table, Tone, grouped};
use crate::model::{NhnCallCount, NhnCalls};

/// The calls by endpoint and outcome, today and in seven days; kept up to date while the page is open.
pub fn calls_card(calls: &NhnCalls) -> AnyView {
    let content = table(calls);
    view! {
        <div id="calls" data-live=true><Card title=tr!("nhn.calls") description=tr!("nhn.calls_text")>{content}</Card></div>
    }
    .into_any()
}

fn table(calls: &NhnCalls) -> AnyView {
    let unknown = (calls.unknown > 0).then(|| {
        let text = tr!("nhn.calls_unknown", n = grouped(calls.unknown));
        view! { <Callout tone=Tone::Warn><p>{text}</p></Callout> }
    });
    if calls.counts.is_empty() {
        return view! {
            {unknown}
            <EmptyState icon=IconName::Search title=tr!("nhn.calls_none") text=tr!("nhn.calls_none_text")/>
        }
        .into_any();
    }
    let columns = vec![
        Column::text(tr!("nhn.call")),
        Column::fit(tr!("nhn.outcome")),
        Column::number(tr!("nhn.today")),
        Column::number(tr!("nhn.week")),
    ];
    let rows = calls.counts.iter().map(row).collect::<Vec<_>>();
    view! { {unknown}<Table caption=tr!("nhn.calls") columns rows/> }.into_any()
}

fn row(count: &NhnCallCount) -> Row {
    let (label, tone) = outcome(count.outcome);
    Row::new()
        .cell(view! { <code>{count.endpoint.clone()}</code> })
        .cell(view! { <StatusDot label tone/> })
        .cell(grouped(count.today))
        .cell(grouped(count.week))
}

/// An outcome in text, with its number.
fn outcome(code: i64) -> (String, Tone) {
    let text = match code {
        0 => return (tr!("nhn.outcome_success"), Tone::Good),
        5018 => return (format!("5018 {}", tr!("nhn.outcome_consumed")), Tone::Neutral),
        5000 => tr!("nhn.outcome_failed"),
        1100 | 5032 | -4_000_002 | -4_000_008 | -4_150_001 => tr!("nhn.outcome_parameters"),
        2111 | -4_060_001 => tr!("nhn.outcome_content_type"),
        2112 | -4_060_003 => tr!("nhn.outcome_method"),
        -4_010_001 => tr!("nhn.outcome_app_id"),
        -4_010_004 => tr!("nhn.outcome_secret"),
        -5_000_002 => tr!("nhn.outcome_store"),
        _ => tr!("nhn.outcome_unknown"),
    };
    (format!("{code} {text}"), Tone::Bad)
}
