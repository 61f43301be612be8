use leptos::prelude::*;

use super::labels::{currency_choices, payment_choices, period_choices};
use crate::console::i18n::tr;
use crate::console::labels::store_name;
use crate::console::paths;
use crate::console::server_fns::VisitShop;
use crate::console::ui::{
    ButtonKind, ButtonLink, Card, Choice, EmptyState, FormButtons, HiddenInput, IconName, PostForm, SelectInput, SubmitButton,
    TextInput,
};
use crate::model::{ProjectId, ShopGood};

/// The demo shop's counter: what, who, and two buttons.
pub fn shop_card(project: &ProjectId, goods: Vec<ShopGood>, action: ServerAction<VisitShop>) -> AnyView {
    if goods.is_empty() {
        let apps = paths::apps(project);
        let action = move || view! { <ButtonLink href=apps label=tr!("simulator.to_apps")/> };
        return view! {
            <Card title=tr!("simulator.shop")>
                <EmptyState icon=IconName::Store title=tr!("simulator.no_goods") text=tr!("simulator.no_goods_text") action/>
            </Card>
        }
        .into_any();
    }
    let project = project.0.clone();
    let label = |good: &ShopGood| format!("{} · {} · {}", good.product_name, good.app_name, store_name(good.store));
    let goods = goods.iter().map(|good| Choice::new(good.product_seq.to_string(), label(good))).collect::<Vec<_>>();
    view! {
        <Card title=tr!("simulator.shop") description=tr!("simulator.shop_about")>
            <PostForm action>
                <HiddenInput name="project" value=project/>
                <SelectInput name="product" label=tr!("simulator.product") choices=goods required=true/>
                <TextInput name="player" label=tr!("simulator.player") help=tr!("simulator.player_help") value="player-1" maxlength=128 required=true mono=true/>
                <TextInput name="price" label=tr!("simulator.price") value="4400" inputmode="decimal" required=true/>
                <SelectInput name="currency" label=tr!("simulator.currency") choices=currency_choices() value="KRW"/>
                <SelectInput name="period" label=tr!("simulated.period") help=tr!("simulator.period_help") choices=period_choices() value="P1M"/>
                <SelectInput name="payment" label=tr!("simulator.pay_by") help=tr!("simulator.payment_help") choices=payment_choices() value="ORDINARY"/>
                <FormButtons>
                    <SubmitButton label=tr!("simulator.buy") name="input[choice]" value="buy"/>
                    <SubmitButton label=tr!("simulator.cancel") name="input[choice]" value="cancel" kind=ButtonKind::Plain/>
                </FormButtons>
            </PostForm>
        </Card>
    }
    .into_any()
}
