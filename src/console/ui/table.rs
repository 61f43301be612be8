//! Tables from columns and rows; on a phone each row becomes a small card of labelled values.

use leptos::prelude::*;

/// One column: its heading and how its cells sit.
#[derive(Debug, Clone, Default)]
pub struct Column {
    label: String,
    class: &'static str,
    is_label_hidden: bool,
    /// Where a click on the heading leads, and the present order if it is this column's.
    sort: Option<(String, Option<Order>)>,
}

/// How a column is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Ascending,
    Descending,
}

impl Column {
    pub fn text(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }

    /// Amounts and counts: at the far side, digits of equal width.
    pub fn number(label: impl Into<String>) -> Self {
        Self { class: "number", ..Self::text(label) }
    }

    /// As wide as its content, never wrapped: states, times.
    pub fn fit(label: impl Into<String>) -> Self {
        Self { class: "fit", ..Self::text(label) }
    }

    /// Buttons; the heading is for screen readers only.
    pub fn actions(label: impl Into<String>) -> Self {
        Self { class: "actions", is_label_hidden: true, ..Self::text(label) }
    }

    /// Makes the heading a link that sorts; `order` when the list is sorted by this column now.
    pub fn sort(mut self, href: impl Into<String>, order: Option<Order>) -> Self {
        self.sort = Some((href.into(), order));
        self
    }

    fn head(&self) -> AnyView {
        let aria = self.sort.as_ref().and_then(|(_, order)| *order).map(|order| match order {
            Order::Ascending => "ascending",
            Order::Descending => "descending",
        });
        let label = self.label.clone();
        let content = match &self.sort {
            Some((href, _)) => view! { <a href=href.clone()>{label}</a> }.into_any(),
            None if self.is_label_hidden => view! { <span class="visually-hidden">{label}</span> }.into_any(),
            None => label.into_any(),
        };
        view! { <th scope="col" role="columnheader" class=self.class aria-sort=aria>{content}</th> }.into_any()
    }
}

/// One row: its cells in the columns' order, and where it leads.
#[derive(Default)]
pub struct Row {
    href: Option<String>,
    cells: Vec<AnyView>,
    is_dimmed: bool,
}

impl Row {
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next cell: a text or a view.
    pub fn cell(mut self, content: impl IntoAny) -> Self {
        self.cells.push(content.into_any());
        self
    }

    /// Makes the whole row a link, through its first cell.
    pub fn href(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }

    /// For things no longer in use.
    pub fn dimmed(mut self, is_dimmed: bool) -> Self {
        self.is_dimmed = is_dimmed;
        self
    }

    fn view(self, columns: &[Column]) -> AnyView {
        let mut href = self.href;
        let class = match (href.is_some(), self.is_dimmed) {
            (true, true) => "linked dimmed",
            (true, false) => "linked",
            (false, true) => "dimmed",
            (false, false) => "",
        };
        let cells = self.cells.into_iter().zip(columns).map(|(cell, column)| {
            let content = match href.take() {
                Some(href) => view! { <a class="row-link" href=href>{cell}</a> }.into_any(),
                None => cell,
            };
            let label = (!column.is_label_hidden).then(|| column.label.clone());
            view! { <td role="cell" class=column.class data-label=label><div>{content}</div></td> }.into_any()
        });
        view! { <tr role="row" class=class>{cells.collect::<Vec<_>>()}</tr> }.into_any()
    }
}

/// A table. Show an `EmptyState` instead when there are no rows.
#[component]
pub fn Table(
    /// What the table lists, for screen readers.
    #[prop(into)]
    caption: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
    /// Keeps its shape on a phone and scrolls sideways under a fixed first column: matrices of numbers.
    #[prop(optional)]
    scroll: bool,
) -> AnyView {
    let head = columns.iter().map(Column::head).collect::<Vec<_>>();
    let body = rows.into_iter().map(|row| row.view(&columns)).collect::<Vec<_>>();
    let label = caption.clone();
    view! {
        <div class=if scroll { "table-frame scroll" } else { "table-frame" } role="region" aria-label=label tabindex="0">
            <table role="table">
                <caption class="visually-hidden">{caption}</caption>
                <thead role="rowgroup"><tr role="row">{head}</tr></thead>
                <tbody role="rowgroup">{body}</tbody>
            </table>
        </div>
    }
    .into_any()
}
