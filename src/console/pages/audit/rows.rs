use leptos::prelude::*;

use super::diff::{FieldChange, changes};
use super::query;
use crate::console::i18n::tr;
use crate::console::labels::action_name;
use crate::console::paths;
use crate::console::ui::{Column, Moment, Row, Table};
use crate::model::{AppSeq, AuditRow, OperatorId, PaymentSeq, ProductSeq, ProjectId};

/// Rows of the log; who and what lead to more of the same, the thing itself to its page.
pub fn audit_table(base: &str, with_project: bool, rows: Vec<AuditRow>) -> AnyView {
    let mut columns = vec![
        Column::fit(tr!("audit.when")),
        Column::text(tr!("audit.who")),
        Column::text(tr!("audit.what")),
        Column::text(tr!("audit.target")),
    ];
    if with_project {
        columns.push(Column::text(tr!("nav.project")));
    }
    columns.push(Column::text(tr!("audit.changes")));
    let rows = rows.into_iter().map(|row| table_row(base, with_project, row)).collect();
    view! { <Table caption=tr!("audit.title") columns rows/> }.into_any()
}

fn table_row(base: &str, with_project: bool, row: AuditRow) -> Row {
    let who = paths::with_query(base, &[(query::ACTOR, &row.actor)]);
    let list = change_list(changes(row.before.as_deref(), row.after.as_deref()));
    let target = target_view(base, &row);
    let project = with_project.then(|| project_view(&row));
    let address = row.address.map(|address| view! { <br/><span class="muted">{address}</span> });
    let mut out = Row::new()
        .cell(view! { <Moment at=row.at/> })
        .cell(view! { <a href=who>{row.actor}</a>{address} })
        .cell(view! { {action_name(&row.action)}<br/><code class="muted">{row.action}</code> })
        .cell(target);
    if with_project {
        out = out.cell(project);
    }
    out.cell(list)
}

fn project_view(row: &AuditRow) -> AnyView {
    let Some(project) = &row.project else { return view! { <span class="muted">"—"</span> }.into_any() };
    let name = row.project_name.clone().unwrap_or_else(|| project.to_string());
    view! { <a href=paths::project(project)>{name}</a> }.into_any()
}

/// The thing by its name, with a link to its page where it has one, and the log of it alone.
fn target_view(base: &str, row: &AuditRow) -> AnyView {
    let name = row.target_email.clone().unwrap_or_else(|| row.target.clone());
    let thing = match target_href(row) {
        Some(href) => view! { <a href=href>{name}</a> }.into_any(),
        None => name.into_any(),
    };
    let same = paths::with_query(base, &[(query::TARGET, &row.target)]);
    view! { <div class="two-lines">{thing}<a class="muted" href=same>{tr!("audit.same_target")}</a></div> }.into_any()
}

/// Where a thing is shown, by what it is called: `app:1000000`.
fn target_href(row: &AuditRow) -> Option<String> {
    let (kind, id) = row.target.split_once(':')?;
    let project = row.project.as_ref();
    match kind {
        "operator" => {
            let id = OperatorId(id.to_owned());
            Some(project.map_or_else(|| paths::operator(&id), |project| paths::member(project, &id)))
        }
        "project" => Some(paths::project(&ProjectId(id.to_owned()))),
        "app" => Some(paths::app(project?, id.parse::<AppSeq>().ok()?)),
        "product" => Some(paths::product(project?, id.parse::<ProductSeq>().ok()?)),
        "payment" => Some(paths::payment(project?, &PaymentSeq(id.to_owned()))),
        _ => None,
    }
}

fn change_list(changes: Vec<FieldChange>) -> AnyView {
    if changes.is_empty() {
        return view! { <span class="muted">"—"</span> }.into_any();
    }
    let item = |change: FieldChange| {
        let before = change.before.map(|text| view! { <del>{text}</del>" → " });
        let after = change.after.map_or_else(
            || view! { <span class="muted">{tr!("audit.nothing")}</span> }.into_any(),
            |text| view! { <ins>{text}</ins> }.into_any(),
        );
        view! { <li><code>{change.field}</code>" "{before}{after}</li> }.into_any()
    };
    view! { <ul class="changes">{changes.into_iter().map(item).collect::<Vec<_>>()}</ul> }.into_any()
}
