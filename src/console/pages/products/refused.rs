//! A file of rows that was refused.

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::ui::{Callout, Card, Column, Row, Table, Tone};
use crate::console::{fault_text, paths};
use crate::model::{RefusedImport, RefusedRow};

/// The rows of a refused file that are shown; all are in the download.
const ROWS_SHOWN: usize = 100;

/// Why a file was refused; `about` is what its rows are about, `nothing` says that none of it was taken.
pub fn refused_card(refused: RefusedImport, about: String, nothing: String) -> AnyView {
    let RefusedImport { file_name, rows } = refused;
    if let [RefusedRow { line: 0, fault, .. }] = &rows[..] {
        let text = fault_text(fault);
        return view! { <Callout tone=Tone::Bad title=tr!("import.refused", name = file_name)><p>{text}</p></Callout> }
            .into_any();
    }
    let columns = vec![
        Column::number(tr!("import.line")),
        Column::text(about),
        Column::fit(tr!("import.column")),
        Column::text(tr!("import.reason")),
    ];
    let href = format!("data:text/csv;charset=utf-8,{}", paths::encode(&as_csv(&rows)));
    let count = rows.len();
    let shown = rows.into_iter().take(ROWS_SHOWN).map(|row| {
        let text = fault_text(&row.fault);
        let column = row.fault.param.unwrap_or_default();
        Row::new()
            .cell(row.line.to_string())
            .cell(view! { <code>{row.id}</code> })
            .cell(view! { <code>{column}</code> })
            .cell(text)
    });
    let shown: Vec<Row> = shown.collect();
    let actions = move || {
        view! { <a class="button" href=href download="refused-rows.csv" rel="external">{tr!("import.download")}</a> }
    };
    view! {
        <Callout tone=Tone::Bad title=tr!("import.refused", name = file_name)><p>{nothing}</p></Callout>
        <Card title=tr!("import.rows", count = count) actions flush=true>
            <Table caption=tr!("import.rows", count = count) columns rows=shown/>
        </Card>
    }
    .into_any()
}

/// The rows and their reasons, in the reader's language, for a spreadsheet.
fn as_csv(rows: &[RefusedRow]) -> String {
    let quote = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let mut out = String::from("\u{FEFF}line,id,column,reason\r\n");
    for row in rows {
        let column = row.fault.param.as_deref().unwrap_or_default();
        let cells = [row.line.to_string(), quote(&row.id), quote(column), quote(&fault_text(&row.fault))];
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}
