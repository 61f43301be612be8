//! The payment beside what the store said of it when it was last asked.

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::labels::{compared_field_name, environment_name, payment_status_name};
use crate::console::server_fns::RecheckPayment;
use crate::console::store_labels::ownership_name;
use crate::console::ui::{
    Amount, Badge, ButtonKind, Callout, Card, Column, HiddenInput, Moment, PostForm, Row, SubmitButton, Table, Tone,
};
use crate::model::{Compared, ComparedField, Money, Payment, PaymentDetail, ProjectId, Timestamp, latest_check};

/// What the latest comparison showed; none before the first.
pub(super) fn compared_card(detail: &PaymentDetail) -> Option<AnyView> {
    let (event, compared) = latest_check(&detail.events)?;
    let (at, differing, all) = (event.at, compared.iter().filter(|line| line.differs()).count(), compared.len());
    let (tone, summary) = match differing {
        0 => (Tone::Good, tr!("recheck.all_same")),
        _ => (Tone::Warn, tr!("recheck.some_differ", count = differing, all = all)),
    };
    let columns = vec![
        Column::text(tr!("recheck.field")),
        Column::text(tr!("recheck.ours")),
        Column::text(tr!("recheck.store")),
        Column::fit(tr!("recheck.result")),
    ];
    // What differs comes first.
    let mut compared = compared;
    compared.sort_by_key(|line| !line.differs());
    let rows = compared.into_iter().map(row).collect();
    let card = view! {
        <Card title=tr!("recheck.title") description=tr!("recheck.about")>
            <Callout tone title=summary><p class="muted">{tr!("recheck.asked")}" · "<Moment at/></p></Callout>
            <Table caption=tr!("recheck.title") columns rows/>
        </Card>
    };
    Some(card.into_any())
}

/// The button that asks the store.
pub(super) fn recheck_form(project: &ProjectId, payment: &Payment, action: ServerAction<RecheckPayment>) -> AnyView {
    let (project, seq) = (project.0.clone(), payment.payment_seq.0.clone());
    view! {
        <PostForm action done=tr!("recheck.done")>
            <HiddenInput name="project" value=project/>
            <HiddenInput name="payment" value=seq/>
            <SubmitButton label=tr!("recheck.submit") kind=ButtonKind::Plain/>
        </PostForm>
    }
    .into_any()
}

fn row(line: Compared) -> Row {
    let mark = match line.differs() {
        true => view! { <Badge label=tr!("recheck.differs") tone=Tone::Warn/> }.into_any(),
        false => view! { <span class="muted">{tr!("recheck.same")}</span> }.into_any(),
    };
    let (ours, store) = (value(line.field, line.ours), value(line.field, line.store));
    Row::new().cell(compared_field_name(line.field)).cell(ours).cell(store).cell(mark)
}

/// A kept value as people read it; one that is not of its field's form stays as it is.
fn value(field: ComparedField, text: Option<String>) -> AnyView {
    let Some(text) = text else { return "—".into_any() };
    let words = match field {
        ComparedField::Status => text.parse().ok().map(payment_status_name),
        ComparedField::Ownership => text.parse().ok().map(ownership_name),
        ComparedField::Environment => text.parse().ok().map(environment_name),
        ComparedField::Quantity => Some(text.clone()),
        ComparedField::Price => {
            return match read_money(&text) {
                Some(money) => view! { <Amount money/> }.into_any(),
                None => text.into_any(),
            };
        }
        ComparedField::PurchasedAt | ComparedField::ExpiresAt | ComparedField::RefundedAt => {
            return match Timestamp::parse_rfc3339(&text) {
                Some(at) => view! { <Moment at/> }.into_any(),
                None => text.into_any(),
            };
        }
        ComparedField::Product | ComparedField::Chain | ComparedField::User => None,
    };
    words.map_or_else(|| view! { <code>{text}</code> }.into_any(), IntoAny::into_any)
}

/// `15000.00 KRW`, as a comparison keeps money.
fn read_money(text: &str) -> Option<Money> {
    let (number, currency) = text.split_once(' ')?;
    Some(Money { price_micros: Money::parse_micros(number)?, currency: currency.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_read_as_it_was_kept() {
        let money = Money { price_micros: 15_000_000_000, currency: "KRW".into() };
        assert_eq!(read_money(&format!("{} {}", money.to_decimal(), money.currency)), Some(money.clone()));
        assert_eq!(money.for_people(), "15,000 KRW");
        assert_eq!(read_money("free"), None);
    }
}
