//! Times, money and counts as the reader writes them.

use leptos::prelude::*;

use crate::console::reader::reader;
use crate::model::{Money, Timestamp, group_digits};

/// A moment: date, time and zone of the reader's clock, and the exact moment for machines.
#[component]
pub fn Moment(at: Timestamp) -> AnyView {
    let zone = reader().zone;
    view! {
        <time class="moment" datetime=at.to_rfc3339()>{at.for_people(zone)}" "<span class="zone">{zone.label()}</span></time>
    }
    .into_any()
}

/// An amount of money with its currency.
#[component]
pub fn Amount(#[prop(into)] money: Money) -> AnyView {
    view! { <span class="amount">{money.for_people()}</span> }.into_any()
}

/// A whole number with its digits grouped.
#[component]
pub fn Count(n: i64) -> AnyView {
    view! { <span class="count">{grouped(n)}</span> }.into_any()
}

/// A whole number with its digits grouped, as text: `−1,234`.
pub fn grouped(n: i64) -> String {
    let digits = group_digits(n.unsigned_abs());
    if n < 0 { format!("−{digits}") } else { digits }
}
