//! Correcting a payment to SUCCESS: the store is asked what the player's receipt is of, and its word settles the payment. By hand only
//! where it can't be asked, beside what else the player paid for.

use leptos::prelude::*;

use super::{named, reason_field, repeated};
use crate::console::faults::fault_text;
use crate::console::i18n::tr;
use crate::console::pages::payments::rows::payment_table;
use crate::console::paths;
use crate::console::queries::CorrectionAid;
use crate::console::reason_text;
use crate::console::server_fns::CorrectPayment;
use crate::console::store_labels::can;
use crate::console::ui::{
    Amount, ButtonKind, Callout, Card, Checkbox, ConfirmDialog, DescriptionList, Fact, FormButtons, HiddenInput, LookUpForm,
    Moment, PostForm, SubmitButton, TextInput, Tone,
};
use crate::model::{Ability, Fault, Payment, ProjectId, Reason, ReceiptReason};
use crate::payments::ReceiptPurchase;

/// The name in the address of the number that is looked up.
pub const RECEIPT: &str = "receipt";

pub fn correct_card(
    project: &ProjectId,
    payment: &Payment,
    aid: &CorrectionAid,
    action: ServerAction<CorrectPayment>,
) -> AnyView {
    let is_askable = can(payment.store, Ability::FindByReceiptNumber);
    let number = aid.found.as_ref().map(|(number, _)| number.clone()).unwrap_or_default();
    let look_up = is_askable.then(|| look_up_form(project, payment, number.clone()));
    let found = aid.found.as_ref().map(|(number, said)| match said {
        Ok(purchases) => found_purchases(project, payment, number, purchases, action),
        Err(fault) => {
            let text = fault_text(fault);
            view! { <Callout tone=Tone::Bad><p>{text}</p></Callout> }.into_any()
        }
    });
    let is_refused = aid.found.as_ref().is_some_and(|(_, said)| said.as_ref().is_err_and(is_not_askable));
    let by_hand = (!is_askable || is_refused).then(|| by_hand_dialog(project, payment, aid, number, is_askable, action));
    let about = if is_askable { tr!("correct.about") } else { tr!("correct.about_by_hand") };
    let near = (!aid.near.is_empty()).then(|| {
        let table = payment_table(project, tr!("correct.near"), aid.near.clone());
        view! { <h3>{tr!("correct.near")}</h3>{table} }
    });
    view! { <Card title=tr!("correct.card") description=about>{look_up}{found}{by_hand}{near}</Card> }.into_any()
}

fn is_not_askable(fault: &Fault) -> bool {
    matches!(fault.reason.as_deref(), Some(Reason::Receipt(ReceiptReason::NotAskable)))
}

fn look_up_form(project: &ProjectId, payment: &Payment, number: String) -> AnyView {
    let here = paths::payment(project, &payment.payment_seq);
    view! {
        <LookUpForm here label=tr!("correct.look_up")>
            <TextInput name=RECEIPT label=tr!("correct.receipt") help=tr!("correct.receipt_help") value=number maxlength=200
                required=true mono=true/>
        </LookUpForm>
    }
    .into_any()
}

/// What the store says of the number, each purchase with the way to settle the payment by it.
fn found_purchases(
    project: &ProjectId,
    payment: &Payment,
    number: &str,
    purchases: &[ReceiptPurchase],
    action: ServerAction<CorrectPayment>,
) -> AnyView {
    if purchases.is_empty() {
        let text = reason_text(&ReceiptReason::Unknown.into());
        return view! { <Callout tone=Tone::Warn title=tr!("correct.not_found")><p>{text}</p></Callout> }.into_any();
    }
    // The number leads to the first that fits.
    let mut is_first = true;
    let one = |purchase: &ReceiptPurchase| {
        let fits = purchase.why_not.is_none() && std::mem::take(&mut is_first);
        found_purchase(project, payment, number, purchase, fits.then_some(action))
    };
    purchases.iter().map(one).collect::<Vec<_>>().into_any()
}

fn found_purchase(
    project: &ProjectId,
    payment: &Payment,
    number: &str,
    purchase: &ReceiptPurchase,
    settle: Option<ServerAction<CorrectPayment>>,
) -> AnyView {
    let at = purchase.purchased_at;
    let mut facts = vec![Fact::new(tr!("payments.product"), view! { <code>{purchase.product_id.clone()}</code> })];
    facts.extend(purchase.price.clone().map(|money| Fact::new(tr!("payments.amount"), view! { <Amount money/> })));
    facts.push(Fact::new(tr!("payment.purchased"), view! { <Moment at/> }));
    facts.push(Fact::copy(tr!("payments.order_id"), purchase.order_id.clone()));
    let (tone, title) = match &purchase.why_not {
        None => (Tone::Good, tr!("correct.fits")),
        Some(_) => (Tone::Warn, tr!("correct.does_not_fit")),
    };
    let why_not = purchase.why_not.clone().map(|reason| reason_text(&reason.into()));
    let why_not = why_not.map(|text| view! { <p>{text}</p> });
    let dialog = settle.map(|action| settle_dialog(project, payment, number, action));
    view! {
        <Callout tone title>{why_not}<DescriptionList facts/></Callout>
        {dialog.map(|dialog| view! { <div class="form-buttons">{dialog}</div> })}
    }
    .into_any()
}

fn settle_dialog(project: &ProjectId, payment: &Payment, number: &str, action: ServerAction<CorrectPayment>) -> AnyView {
    let (facts, named, number) = (repeated(payment), (project.clone(), payment.clone()), number.to_owned());
    view! {
        <ConfirmDialog id="correct" label=tr!("correct.open") title=tr!("correct.title") text=tr!("correct.text") kind=ButtonKind::Primary>
            {facts}
            <PostForm action done=tr!("correct.done")>
                {self::named(&named.0, &named.1)}
                <HiddenInput name="receiptNumber" value=number/>
                {reason_field()}
                <FormButtons><SubmitButton label=tr!("correct.submit")/></FormButtons>
            </PostForm>
        </ConfirmDialog>
    }
    .into_any()
}

fn by_hand_dialog(
    project: &ProjectId,
    payment: &Payment,
    aid: &CorrectionAid,
    number: String,
    is_askable: bool,
    action: ServerAction<CorrectPayment>,
) -> AnyView {
    let (facts, named) = (repeated(payment), (project.clone(), payment.clone()));
    let (price, currency) = aid.usual_price.clone().map(|money| (money.to_decimal(), money.currency)).unwrap_or_default();
    let text = if aid.near.is_empty() { tr!("correct.text") } else { tr!("correct.text_near") };
    view! {
        <div class="form-buttons">
            <ConfirmDialog id="correct" label=tr!("correct.open_by_hand") title=tr!("correct.title") text kind=ButtonKind::Plain>
                {facts}
                <PostForm action done=tr!("correct.done")>
                    {self::named(&named.0, &named.1)}
                    <TextInput name="receiptNumber" label=tr!("correct.receipt") value=number required=true mono=true/>
                    <TextInput name="price" label=tr!("correct.price") help=tr!("correct.price_help") value=price inputmode="decimal" required=true/>
                    <TextInput name="currency" label=tr!("correct.currency") value=currency placeholder="KRW" maxlength=3 required=true/>
                    {is_askable.then(|| view! {
                        <Checkbox name="withoutStore" label=tr!("correct.without_store") help=tr!("correct.without_store_help")/>
                    })}
                    {reason_field()}
                    <FormButtons><SubmitButton label=tr!("correct.submit")/></FormButtons>
                </PostForm>
            </ConfirmDialog>
        </div>
    }
    .into_any()
}
