use leptos::prelude::*;

use crate::console::faults::fault_text;
use crate::console::i18n::tr;
use crate::console::labels::{environment_name, store_name};
use crate::console::pages::params::{use_project, use_value};
use crate::console::pages::subscriptions::user_link;
use crate::console::paths;
use crate::console::queries::{StoreAnswer, StoreSearchPage, ask_store};
use crate::console::server_fns::AdoptPurchase;
use crate::console::ui::{
    Amount, Callout, Card, Choice, DescriptionList, Fact, FilterForm, FormButtons, HiddenInput, Moment, Page, PostForm,
    SelectInput, SubmitButton, TextInput, Tone, loaded,
};
use crate::model::{App, AppSeq, ProjectId};
use crate::search::{LookedUp, StorePurchase};

/// What a store is asked: of which app, about which id, of which product.
#[derive(Clone, PartialEq)]
struct Asked {
    app: String,
    id: String,
    product: String,
}

/// Asks the store of an app about an id, and offers to add what it knows.
#[component]
pub fn StoreSearch() -> AnyView {
    let (project, app, id, product) = (use_project(), use_value("app"), use_value("id"), use_value("product"));
    let asked =
        Memo::new(move |_| Asked { app: app.get(), id: id.get().trim().to_owned(), product: product.get().trim().to_owned() });
    let adopt = ServerAction::<AdoptPurchase>::new();
    let answer = Resource::new(
        move || (project.get(), asked.get()),
        |(project, asked)| {
            let app = asked.app.parse::<AppSeq>().ok();
            ask_store(project, app, asked.id, Some(asked.product).filter(|product| !product.is_empty()))
        },
    );
    loaded(answer, move |page| content(&project.get_untracked(), page, &asked.get_untracked(), adopt))
}

fn content(project: &ProjectId, page: StoreSearchPage, asked: &Asked, adopt: ServerAction<AdoptPurchase>) -> AnyView {
    let answer = page.answer.map(|answer| match answer {
        StoreAnswer::Found(found) => found_view(project, found, asked, adopt),
        StoreAnswer::Unknown => {
            view! { <Callout tone=Tone::Warn title=tr!("search.store_unknown")><p>{tr!("search.store_unknown_text")}</p></Callout> }.into_any()
        }
        StoreAnswer::Failed(fault) => {
            view! { <Callout tone=Tone::Bad title=tr!("search.store_failed")><p>{fault_text(&fault)}</p></Callout> }.into_any()
        }
    });
    let form = form(project, page.apps, asked);
    view! {
        <Page title=tr!("search.store_title") description=tr!("search.store_about")>
            {form}
            {answer}
        </Page>
    }
    .into_any()
}

fn form(project: &ProjectId, apps: Vec<App>, asked: &Asked) -> AnyView {
    let name = |app: &App| if app.name.is_empty() { app.store_app_id.clone() } else { app.name.clone() };
    let choices: Vec<Choice> = apps
        .iter()
        .map(|app| Choice::new(app.app_seq.to_string(), format!("{} · {}", store_name(app.store), name(app))))
        .collect();
    let Asked { app, id, product } = asked.clone();
    view! {
        <FilterForm clear=paths::search_store(project)>
            <SelectInput name="app" label=tr!("search.store_app") choices value=app/>
            <TextInput name="id" label=tr!("search.store_id") value=id mono=true/>
            <TextInput name="product" label=tr!("search.store_product") value=product mono=true/>
        </FilterForm>
    }
    .into_any()
}

fn found_view(project: &ProjectId, found: LookedUp, asked: &Asked, adopt: ServerAction<AdoptPurchase>) -> AnyView {
    let is_recorded = found.purchases.iter().all(|purchase| purchase.recorded.is_some());
    let unconfigured =
        found.purchases.iter().find(|purchase| !purchase.is_configured).map(|purchase| purchase.product_id.clone());
    let cards: Vec<AnyView> = found.purchases.into_iter().map(|purchase| purchase_card(project, purchase)).collect();
    let label = if is_recorded { tr!("search.keep") } else { tr!("search.add") };
    let about = if is_recorded { tr!("search.keep_about") } else { tr!("search.add_about") };
    let (project_id, app) = (project.0.clone(), found.app.app_seq.to_string());
    let (id, product) = (asked.id.clone(), asked.product.clone());
    let refused = unconfigured.map(|product| tr!("search.not_configured", product = product));
    let button = match refused {
        Some(disabled_because) => view! { <SubmitButton label disabled_because/> }.into_any(),
        None => view! { <SubmitButton label/> }.into_any(),
    };
    view! {
        {cards}
        <Card title=label_of(is_recorded) description=about>
            <PostForm action=adopt done=tr!("search.added")>
                <HiddenInput name="project" value=project_id/>
                <HiddenInput name="app" value=app/>
                <HiddenInput name="id" value=id/>
                <HiddenInput name="productId" value=product/>
                <FormButtons>{button}</FormButtons>
            </PostForm>
        </Card>
    }
    .into_any()
}

fn label_of(is_recorded: bool) -> String {
    if is_recorded { tr!("search.recorded_title") } else { tr!("search.add_title") }
}

fn purchase_card(project: &ProjectId, purchase: StorePurchase) -> AnyView {
    let user = match &purchase.user {
        Some((channel, key)) => user_link(project, channel, key),
        None => view! { <span class="muted">{tr!("search.store_no_user")}</span> }.into_any(),
    };
    let state = match (purchase.revoked_at, purchase.is_pending) {
        (Some(at), _) => view! { {tr!("search.store_revoked")}" "<Moment at/> }.into_any(),
        (None, true) => tr!("search.store_pending").into_any(),
        (None, false) => tr!("search.store_paid").into_any(),
    };
    let recorded = purchase.recorded.map(|seq| {
        let href = paths::payment(project, &seq);
        view! { <a href=href>{seq.0}</a> }
    });
    let facts = vec![
        Fact::new(tr!("search.store_state"), state),
        Fact::copy(tr!("payments.order_id"), purchase.order_id),
        Fact::new(tr!("payments.product_id"), purchase.product_id),
        Fact::maybe(tr!("payments.amount"), purchase.price.map(|money| view! { <Amount money/> })),
        Fact::new(tr!("search.when"), view! { <Moment at=purchase.purchased_at/> }),
        Fact::maybe(tr!("search.store_expires"), purchase.expires_at.map(|at| view! { <Moment at/> })),
        Fact::new(tr!("payments.environment"), environment_name(purchase.environment)),
        Fact::new(tr!("payments.user"), user),
        Fact::maybe(tr!("search.store_recorded"), recorded),
    ];
    view! { <Card title=tr!("search.store_says")><DescriptionList facts columns=true/></Card> }.into_any()
}
