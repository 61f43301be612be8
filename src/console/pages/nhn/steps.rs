use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::paths;
use crate::console::queries::NhnPage;
use crate::console::ui::{Card, Checklist, Step};

/// Consumes that succeeded say that the whole way works.
const CONSUMES: [&str; 5] = [
    "/v1/service/consume",
    "/inapp/v3/consume/{paymentSeq}/items/{itemSeq}",
    "/tcgb-inapp/v1.3/apps/{appId}/consume",
    "/tcgb-inapp/v1.2/apps/{appId}/consume",
    "/tcgb-inapp/v1.0/apps/{appId}/consume/{paymentSeq}/items/{itemSeq}",
];

/// What to do, in order; each step knows by itself whether it is done.
pub fn steps_card(page: &NhnPage) -> AnyView {
    let project = &page.project;
    let counts = &page.calls.counts;
    let is_answered = counts.iter().any(|count| count.outcome == 0);
    let is_consumed = counts.iter().any(|count| count.outcome == 0 && CONSUMES.contains(&count.endpoint.as_str()));
    let is_key_taken = page.app_keys.len() > 1 || page.settings.has_gamebase_secret || is_answered;
    let steps = vec![
        Step::new(tr!("nhn.step_apps"), !page.notifications.is_empty())
            .text(tr!("nhn.step_apps_text"))
            .action(tr!("nhn.step_apps_do"), paths::app_new(project)),
        Step::new(tr!("nhn.step_products"), page.has_product)
            .text(tr!("nhn.step_products_text"))
            .action(tr!("nhn.step_products_do"), paths::product_new(project)),
        Step::new(tr!("nhn.step_keys"), is_key_taken).text(tr!("nhn.step_keys_text")).action(tr!("nhn.step_keys_do"), "#app-key"),
        Step::new(tr!("nhn.step_compatible"), page.settings.door.is_open)
            .text(tr!("nhn.step_compatible_text"))
            .action(tr!("nhn.step_compatible_do"), "#server-api"),
        Step::new(tr!("nhn.step_host"), is_answered).text(tr!("nhn.step_host_text")).action(tr!("nhn.step_host_do"), "#hosts"),
        Step::new(tr!("nhn.step_consume"), is_consumed)
            .text(tr!("nhn.step_consume_text"))
            .action(tr!("nhn.step_consume_do"), "#calls"),
    ];
    view! { <Card title=tr!("nhn.steps") description=tr!("nhn.steps_text")><Checklist steps/></Card> }.into_any()
}
