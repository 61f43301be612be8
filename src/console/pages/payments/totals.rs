use leptos::prelude::*;

use super::query;
use crate::console::i18n::tr;
use crate::console::labels::environment_name;
use crate::console::pages::list::List;
use crate::console::paths;
use crate::console::ui::grouped;
use crate::model::{Environment, ListTotals, MoneySum, Page, Payment};

/// How many payments the list has and what they brought, or the link that has them added up.
pub fn totals_line(list: &List, page: &Page<Payment>, totals: Option<ListTotals>) -> Option<AnyView> {
    if page.items.is_empty() {
        return None;
    }
    let line = match totals {
        Some(totals) => added_up(totals).into_any(),
        None => {
            let filters = list.filters.iter().map(|(name, value)| (*name, value.as_str()));
            let href = paths::with_query(&list.here, &filters.chain([(query::TOTALS, "1")]).collect::<Vec<_>>());
            view! { <a href=href>{tr!("payments.add_up")}</a> }.into_any()
        }
    };
    Some(view! { <p class="list-totals">{line}</p> }.into_any())
}

fn added_up(totals: ListTotals) -> impl IntoView {
    let count = grouped(totals.payments);
    let count = if totals.is_cut { tr!("payments.count_at_least", n = count) } else { tr!("payments.count", n = count) };
    let sums = totals.kept.into_iter().filter(|(_, sum)| sum.micros != 0).map(text_of).collect::<Vec<_>>().join(" · ");
    let sums = (!sums.is_empty())
        .then(|| view! { " "<span class="muted">{tr!("payments.kept")}</span>" "<span class="amount">{sums}</span> });
    view! { <strong>{count}</strong>{sums} }
}

/// What is not live is said to be.
fn text_of((environment, sum): (Environment, MoneySum)) -> String {
    match environment {
        Environment::Live => sum.for_people(),
        other => format!("{} ({})", sum.for_people(), environment_name(other)),
    }
}
