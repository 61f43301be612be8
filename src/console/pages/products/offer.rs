use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use leptos_router::params::ParamsMap;

use crate::console::faults::fault_text;
use crate::console::i18n::tr;
use crate::console::pages::params::{use_project, use_segment};
use crate::console::paths;
use crate::console::queries::{OfferRequest, ProductPage, get_product, sign_offer};
use crate::console::reader::reader;
use crate::console::ui::{
    Callout, Card, Checkbox, Choice, Crumb, DescriptionList, Fact, FormButtons, Page, SelectInput, SubmitButton, TextInput, Tone,
    loaded,
};
use crate::model::{OfferForm, Product, ProductSeq, ProjectId, SignedOffer};

const FORM: &str = "form";
const OFFER: &str = "offerId";
const USER: &str = "userKey";
const CHANNEL: &str = "userChannel";
const TRANSACTION: &str = "transactionId";
const REFUSED: &str = "refused";

/// Signing an App Store offer for one player. What is wanted stands in the address, so it works without WASM, and asking
/// again signs anew.
#[component]
pub fn ProductOffer() -> AnyView {
    let (project, segment, query) = (use_project(), use_segment("product"), use_query_map());
    let seq = move || segment.get().parse().unwrap_or(ProductSeq(0));
    let product = Resource::new(move || (project.get(), seq()), |(project, product)| get_product(project, product));
    let request = Memo::new(move |_| query.with(|map| read(map, project.get(), seq())));
    let signed = Resource::new(
        move || request.get(),
        |request| async move {
            match request {
                Some(request) => Some(sign_offer(request).await),
                None => None,
            }
        },
    );
    let result = move || {
        signed.get().flatten().map(|signed| match signed {
            Ok(signed) => result_card(signed),
            Err(fault) => {
                view! { <Callout tone=Tone::Bad title=tr!("offer.failed")><p>{fault_text(&fault)}</p></Callout> }.into_any()
            }
        })
    };
    let result = StoredValue::new(result);
    loaded(product, move |ProductPage { product, .. }| {
        let crumbs = vec![
            Crumb::new(tr!("products.title"), paths::products(&project.get_untracked())),
            Crumb::new(product.name.clone(), paths::product(&project.get_untracked(), product.product_seq)),
        ];
        view! {
            <Page title=tr!("offer.title") description=tr!("offer.about") crumbs narrow=true>
                <div aria-live="polite"><Transition>{result.get_value()}</Transition></div>
                {form(&project.get_untracked(), &product, &query.get_untracked())}
            </Page>
        }
        .into_any()
    })
}

/// What the address asks for; nothing before the form was sent.
fn read(map: &ParamsMap, project: ProjectId, product: ProductSeq) -> Option<OfferRequest> {
    let text = |name: &str| map.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    Some(OfferRequest {
        form: text(FORM).parse().ok()?,
        offer_id: text(OFFER),
        user_key: text(USER),
        user_channel: text(CHANNEL),
        transaction_id: text(TRANSACTION),
        is_refused: !text(REFUSED).is_empty(),
        project,
        product,
    })
}

fn form(project: &ProjectId, product: &Product, query: &ParamsMap) -> AnyView {
    let query = query.clone();
    let value = move |name: &str| query.get(name).unwrap_or_default();
    let name = |form: OfferForm| match form {
        OfferForm::Original => tr!("offer.original"),
        OfferForm::Promotional => tr!("offer.promotional"),
        OfferForm::Introductory => tr!("offer.introductory"),
    };
    let forms = OfferForm::ALL.iter().map(|form| Choice::new(form.as_str(), name(*form))).collect();
    let here = paths::product_offer(project, product.product_seq);
    view! {
        <Card>
            <form method="get" action=here class="form">
                <SelectInput name=FORM label=tr!("offer.form") help=tr!("offer.form_help") choices=forms value=value(FORM)/>
                <TextInput name=OFFER label=tr!("offer.offer_id") help=tr!("offer.offer_id_help") value=value(OFFER) mono=true/>
                <TextInput name=USER label=tr!("offer.user_key") help=tr!("offer.user_key_help") value=value(USER) mono=true/>
                <TextInput name=CHANNEL label=tr!("user.channel") placeholder="GF" value=value(CHANNEL) mono=true/>
                <TextInput name=TRANSACTION label=tr!("offer.transaction_id") help=tr!("offer.transaction_id_help")
                    value=value(TRANSACTION) inputmode="numeric" mono=true/>
                <Checkbox name=REFUSED label=tr!("offer.refused") help=tr!("offer.refused_help") checked=!value(REFUSED).is_empty()/>
                <FormButtons><SubmitButton label=tr!("offer.sign")/></FormButtons>
            </form>
        </Card>
    }
    .into_any()
}

fn result_card(signed: SignedOffer) -> AnyView {
    let reader = reader();
    let until = signed.timestamp.plus_millis(crate::model::Timestamp::DAY);
    let until = format!("{} {}", until.for_people(reader.zone), reader.zone.label());
    let is_original = signed.form == OfferForm::Original;
    let mut facts = Vec::new();
    if is_original {
        facts.push(Fact::copy("keyIdentifier", signed.key_identifier));
        facts.push(Fact::copy("nonce", signed.nonce));
        facts.push(Fact::copy("timestamp", signed.timestamp.0.to_string()));
        facts.push(Fact::copy("signature", signed.signature));
        facts.extend(signed.username.map(|username| Fact::copy("appAccountToken", username)));
    } else {
        facts.push(Fact::copy("JWS", signed.signature));
    }
    facts.push(Fact::new(tr!("offer.until"), until));
    view! { <Card title=tr!("offer.signed") description=tr!("offer.signed_about")><DescriptionList facts/></Card> }.into_any()
}
