use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::reader::reader;
use crate::console::ui::{Card, DescriptionList, EmptyState, Fact, IconName, grouped};
use crate::model::{AskedAmount, Money, SearchAnswer, Timestamp};

/// What was understood and looked for, and what may help.
pub(super) fn view(answer: &SearchAnswer) -> AnyView {
    let understood = &answer.understood;
    let list = |texts: Vec<String>| Some(texts.join(", ")).filter(|text| !text.is_empty());
    let facts = [
        (tr!("search.ids"), list(understood.ids.clone())),
        (tr!("search.amounts"), list(understood.amounts.iter().map(amount_text).collect())),
        (tr!("search.days"), list(understood.days.iter().map(|days| days_text(*days)).collect())),
        (tr!("search.products"), list(understood.products.clone())),
    ];
    let facts: Vec<Fact> = facts.into_iter().filter_map(|(term, text)| Some(Fact::new(term, text?))).collect();
    let understood = match facts.is_empty() {
        true => view! { <p>{tr!("search.understood_nothing")}</p> }.into_any(),
        false => view! { <DescriptionList facts/> }.into_any(),
    };
    let scanned =
        answer.newest_scanned.map(|count| view! { <li>{tr!("search.tried_newest", count = grouped(count.into()))}</li> });
    view! {
        <EmptyState icon=IconName::Search title=tr!("search.none") text=tr!("search.none_text")/>
        <Card title=tr!("search.understood") description=tr!("search.understood_text")>
            {understood}
            <ul class="stacked">
                <li>{tr!("search.tried_exact")}</li>
                <li>{tr!("search.tried_spellings")}</li>
                {scanned}
            </ul>
        </Card>
        <Card title=tr!("search.help")>
            <ul class="stacked">
                <li>{tr!("search.help_id")}</li>
                <li>{tr!("search.help_part")}</li>
                <li>{tr!("search.help_describe")}</li>
                <li>{tr!("search.help_project")}</li>
            </ul>
        </Card>
    }
    .into_any()
}

fn amount_text(amount: &AskedAmount) -> String {
    let currency = match amount.currencies.as_slice() {
        [only] => only.clone(),
        _ => String::new(),
    };
    Money { price_micros: amount.micros, currency }.for_people().trim().to_owned()
}

fn days_text((from, to): (Timestamp, Timestamp)) -> String {
    let zone = reader().zone;
    let (first, last) = (from.day(zone), to.plus_millis(-1).day(zone));
    if first == last { first } else { format!("{first} – {last}") }
}
