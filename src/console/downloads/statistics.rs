//! The tables of the statistics as files, for people: by session, with what the page asks for. They are small: a row for each
//! day, or for each product.

use axum::Router;
use axum::extract::{Path, Query, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use leptos::prelude::{Owner, provide_context};
use leptos_router::params::ParamsMap;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};

use super::csv_text::{BYTE_ORDER_MARK, defuse, headers};
use crate::auth;
use crate::console::Reader;
use crate::console::pages::list::Address;
use crate::console::pages::{Cell, Sheet, read_statistics_query, sheets};
use crate::error::{Error, Result};
use crate::model::{Money, MoneySum, Permission, ProjectId};
use crate::state::AppState;
use crate::statistics::get_statistics;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const COLUMN_WIDTH: f64 = 18.0;

pub fn router() -> Router<AppState> {
    Router::new()
        .route("/projects/{project}/statistics.csv", get(export_csv))
        .route("/projects/{project}/statistics.xlsx", get(export_xlsx))
}

type Pairs = Query<Vec<(String, String)>>;

/// One table as CSV. Readers of the project.
async fn export_csv(
    State(state): State<AppState>,
    Path(project): Path<String>,
    Query(pairs): Pairs,
    request: Request,
) -> Result<Response> {
    let sheet = find_sheet(&state, project, pairs, request).await?;
    let mut writer = csv::Writer::from_writer(BYTE_ORDER_MARK.as_bytes().to_vec());
    writer.write_record(&sheet.columns).map_err(Error::internal)?;
    for row in &sheet.rows {
        writer.write_record(row.iter().map(text)).map_err(Error::internal)?;
    }
    let body = writer.into_inner().map_err(Error::internal)?;
    Ok((headers(&format!("{}.csv", sheet.id)), body).into_response())
}

/// One table as a workbook. Readers of the project.
async fn export_xlsx(
    State(state): State<AppState>,
    Path(project): Path<String>,
    Query(pairs): Pairs,
    request: Request,
) -> Result<Response> {
    let sheet = find_sheet(&state, project, pairs, request).await?;
    let body = workbook(&sheet).map_err(Error::internal)?;
    let name = format!("attachment; filename=\"{}.xlsx\"", sheet.id);
    Ok(([(header::CONTENT_TYPE, XLSX.to_owned()), (header::CONTENT_DISPOSITION, name)], body).into_response())
}

/// The table that `table` names, in the reader's language.
async fn find_sheet(state: &AppState, project: String, pairs: Vec<(String, String)>, request: Request) -> Result<Sheet> {
    let (parts, project) = (request.into_parts().0, ProjectId(project));
    auth::member(state, &parts, &project, Permission::Read).await?;
    let reader = Reader::of(&parts.headers);
    let mut map = ParamsMap::new();
    pairs.into_iter().for_each(|(name, value)| map.insert(name, value));
    let id = map.get("table").unwrap_or_else(|| "revenue".into());
    let found = get_statistics(state, &project, &read_statistics_query(&Address::new(&map, reader.zone))).await?;
    let all = Owner::new().with(|| {
        provide_context(reader);
        sheets(&found)
    });
    all.into_iter().find(|sheet| sheet.id == id).ok_or(Error::NotFound("table"))
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => defuse(text),
        Cell::Count(count) => count.to_string(),
        Cell::Money(money) => money.to_decimal(),
        Cell::Share(share) => share.map(|share| format!("{}", share as f64 / 1_000.0)).unwrap_or_default(),
    }
}

fn workbook(sheet: &Sheet) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let page = workbook.add_worksheet();
    page.set_name(sheet.id)?;
    page.set_freeze_panes(1, 0)?;
    for (column, label) in (0..).zip(&sheet.columns) {
        page.set_column_width(column, COLUMN_WIDTH)?;
        page.write_string_with_format(0, column, label, &Format::new().set_bold())?;
    }
    for (row, cells) in (1..).zip(&sheet.rows) {
        for (column, cell) in (0..).zip(cells) {
            write_cell(page, (row, column), cell)?;
        }
    }
    workbook.save_to_buffer()
}

/// Texts stay texts (ids have more digits than a spreadsheet's numbers), and so does an amount that a number can't hold.
fn write_cell(page: &mut Worksheet, (row, column): (u32, u16), cell: &Cell) -> Result<(), XlsxError> {
    const EXACT_MAX: i128 = 1 << 53;
    match cell {
        Cell::Text(text) => page.write_string(row, column, text)?,
        Cell::Count(count) => page.write_number(row, column, *count as f64)?,
        Cell::Money(MoneySum { micros, currency }) if micros.abs() < EXACT_MAX * 1_000_000 => {
            let decimals = match Money::decimals(currency) {
                0 => "#,##0".to_owned(),
                places => format!("#,##0.{}", "0".repeat(places as usize)),
            };
            let format = Format::new().set_num_format(decimals);
            page.write_number_with_format(row, column, *micros as f64 / 1e6, &format)?
        }
        Cell::Money(money) => page.write_string(row, column, money.to_decimal())?,
        Cell::Share(Some(share)) => {
            let format = Format::new().set_num_format("0.0%");
            page.write_number_with_format(row, column, *share as f64 / 1_000.0, &format)?
        }
        Cell::Share(None) => page.write_string(row, column, "")?,
    };
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workbook_is_a_workbook() {
        let money = |micros| Cell::Money(MoneySum { micros, currency: "KRW".into() });
        let cells =
            vec![Cell::Text("2026112910000230".into()), Cell::Count(3), money(1_000_000), money(i128::MAX), Cell::Share(None)];
        let columns = vec!["a".into(), "b".into(), "c".into(), "d".into(), "e".into()];
        let book = workbook(&Sheet { id: "revenue", title: "Revenue".into(), columns, rows: vec![cells] }).expect("written");
        assert!(book.starts_with(b"PK"));
    }
}
