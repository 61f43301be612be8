use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::server_fns::{DeleteRate, SaveRate, UpdateStatistics};
use crate::console::ui::{
    ButtonKind, Card, Column, ConfirmDialog, EmptyState, FormButtons, HiddenInput, IconName, PostForm, Row, SubmitButton, Table,
    TextInput,
};
use crate::model::{ExchangeRate, ProjectId, StatisticsSettings};

/// By whose days numbers are counted, and the currency they are added up in.
pub fn statistics_card(
    project: &ProjectId,
    settings: StatisticsSettings,
    update: ServerAction<UpdateStatistics>,
    save: ServerAction<SaveRate>,
    delete: ServerAction<DeleteRate>,
) -> AnyView {
    let id = project.to_string();
    let StatisticsSettings { time_zone, sum_currency, rates } = settings;
    let rates = sum_currency.clone().map(|currency| rates_card(project, &currency, rates, save, delete));
    view! {
        <Card title=tr!("statistics.settings") description=tr!("statistics.settings_about")>
            <PostForm action=update done=tr!("statistics.settings_saved")>
                <HiddenInput name="project" value=id/>
                <TextInput name="timeZone" label=tr!("statistics.time_zone") help=tr!("statistics.time_zone_help") value=time_zone required=true mono=true/>
                <TextInput name="sumCurrency" label=tr!("statistics.sum_currency") help=tr!("statistics.sum_currency_help")
                    value=sum_currency.unwrap_or_default() maxlength=3 mono=true/>
                <FormButtons><SubmitButton label=tr!("settings.save")/></FormButtons>
            </PostForm>
        </Card>
        {rates}
    }
    .into_any()
}

fn rates_card(
    project: &ProjectId,
    currency: &str,
    rates: Vec<ExchangeRate>,
    save: ServerAction<SaveRate>,
    delete: ServerAction<DeleteRate>,
) -> AnyView {
    let (id, table) = (project.to_string(), table(project, rates, delete));
    view! {
        <Card title=tr!("statistics.rates") description=tr!("statistics.rates_about", currency = currency)>
            {table}
            <PostForm action=save done=tr!("statistics.rate_saved")>
                <HiddenInput name="project" value=id/>
                <TextInput name="currency" label=tr!("statistics.currency") maxlength=3 required=true mono=true/>
                <TextInput name="validFrom" label=tr!("statistics.valid_from") kind="date" required=true/>
                <TextInput name="rate" label=tr!("statistics.rate") inputmode="decimal" required=true mono=true/>
                <FormButtons><SubmitButton label=tr!("statistics.rate_save") kind=ButtonKind::Plain/></FormButtons>
            </PostForm>
        </Card>
    }
    .into_any()
}

fn table(project: &ProjectId, rates: Vec<ExchangeRate>, delete: ServerAction<DeleteRate>) -> AnyView {
    if rates.is_empty() {
        return view! { <EmptyState icon=IconName::Chart title=tr!("statistics.rates_none") text=tr!("statistics.rates_none_text")/> }
            .into_any();
    }
    let columns = vec![
        Column::text(tr!("statistics.currency")),
        Column::fit(tr!("statistics.valid_from")),
        Column::number(tr!("statistics.rate")),
        Column::actions(tr!("statistics.rate_delete")),
    ];
    let rows = rates.into_iter().map(|rate| {
        let remove = delete_dialog(project, &rate, delete);
        Row::new().cell(rate.currency.clone()).cell(rate.valid_from.to_string()).cell(rate.rate_text()).cell(remove)
    });
    view! { <Table caption=tr!("statistics.rates") columns rows=rows.collect()/> }.into_any()
}

fn delete_dialog(project: &ProjectId, rate: &ExchangeRate, action: ServerAction<DeleteRate>) -> AnyView {
    let (project, currency, day) = (project.to_string(), rate.currency.clone(), rate.valid_from.to_string());
    view! {
        <ConfirmDialog id=format!("rate-{currency}-{day}") label=tr!("statistics.rate_delete")
            title=tr!("statistics.rate_delete_title", currency = currency, day = day) text=tr!("statistics.rate_delete_text")
            kind=ButtonKind::Ghost>
            <PostForm action done=tr!("statistics.rate_deleted")>
                <HiddenInput name="project" value=project/>
                <HiddenInput name="currency" value=currency/>
                <HiddenInput name="validFrom" value=day/>
                <FormButtons><SubmitButton label=tr!("statistics.rate_delete") kind=ButtonKind::Danger/></FormButtons>
            </PostForm>
        </ConfirmDialog>
    }
    .into_any()
}
