//! Tables on the page, with the files they leave as.

use leptos::prelude::*;

use super::sheets::{Cell, Sheet};
use crate::console::i18n::tr;
use crate::console::paths;
use crate::console::ui::{ButtonLink, Card, Column, EmptyState, IconName, Row, Table, grouped};
use crate::model::ProjectId;

/// Rows that the page shows of a long table; the files have all.
const ROWS_SHOWN: usize = 25;

/// Where the page's tables are as files, with what the page asks for.
#[derive(Clone)]
pub struct Files {
    project: ProjectId,
    pairs: Vec<(&'static str, String)>,
}

impl Files {
    pub fn new(project: &ProjectId, pairs: &[(&'static str, String)]) -> Self {
        Self { project: project.clone(), pairs: pairs.to_vec() }
    }

    fn href(&self, ending: &str, id: &'static str) -> String {
        let pairs = self.pairs.iter().map(|(name, value)| (*name, value.as_str()));
        let all: Vec<_> = pairs.chain([("table", id)]).collect();
        paths::with_query(&paths::statistics_file(&self.project, ending), &all)
    }

    /// The buttons of a card with one of the tables.
    pub fn actions(&self, id: &'static str) -> impl FnOnce() -> AnyView + use<> {
        let (csv, xlsx) = (self.href("csv", id), self.href("xlsx", id));
        move || {
            view! {
                <ButtonLink href=csv label="CSV" icon=IconName::Download external=true/>
                <ButtonLink href=xlsx label="XLSX" icon=IconName::Download external=true/>
            }
            .into_any()
        }
    }
}

/// A card with a table.
pub fn sheet_card(files: &Files, sheet: Sheet, about: Option<String>) -> AnyView {
    let (title, actions, is_empty) = (sheet.title.clone(), files.actions(sheet.id), sheet.rows.is_empty());
    if is_empty {
        return view! {
            <Card title=title><EmptyState icon=IconName::Chart title=tr!("statistics.none") text=tr!("statistics.none_text")/></Card>
        }
        .into_any();
    }
    let left_out = sheet.rows.len().saturating_sub(ROWS_SHOWN);
    let more =
        (left_out > 0).then(|| view! { <p class="muted">{tr!("statistics.more_rows", count = grouped(left_out as i64))}</p> });
    view! { <Card title=title description=about.unwrap_or_default() actions flush=true>{table(sheet)}{more}</Card> }.into_any()
}

/// The table behind a chart.
pub fn chart_table(sheet: Sheet) -> AnyView {
    if sheet.rows.is_empty() {
        return ().into_any();
    }
    let rows = Sheet { rows: sheet.rows.into_iter().rev().take(400).collect(), ..sheet };
    view! { <details class="chart-table"><summary>{tr!("statistics.as_table")}</summary>{whole_table(rows)}</details> }.into_any()
}

fn table(sheet: Sheet) -> AnyView {
    whole_table(Sheet { rows: sheet.rows.into_iter().take(ROWS_SHOWN).collect(), ..sheet })
}

fn whole_table(sheet: Sheet) -> AnyView {
    let is_number =
        |place: usize| sheet.rows.first().and_then(|row| row.get(place)).is_some_and(|cell| !matches!(cell, Cell::Text(_)));
    let columns = sheet.columns.iter().enumerate().map(|(place, label)| match is_number(place) {
        true => Column::number(label.clone()),
        false => Column::text(label.clone()),
    });
    let columns = columns.collect();
    let rows =
        sheet.rows.into_iter().map(|cells| cells.into_iter().fold(Row::new(), |row, cell| row.cell(text(&cell)))).collect();
    view! { <Table caption=sheet.title columns rows scroll=true/> }.into_any()
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Count(count) => grouped(*count),
        Cell::Money(money) => {
            let text = money.for_people();
            text.strip_suffix(&format!(" {}", money.currency)).map(str::to_owned).unwrap_or(text)
        }
        Cell::Share(share) => share_text(*share),
    }
}

/// Thousandths as percent: `12.3 %`.
pub fn share_text(share: Option<i64>) -> String {
    let Some(share) = share else { return "—".into() };
    let sign = if share < 0 { "−" } else { "" };
    format!("{sign}{}.{} %", grouped(share.abs() / 10), share.abs() % 10)
}
