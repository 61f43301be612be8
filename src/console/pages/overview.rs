use leptos::prelude::*;

use super::params::use_project;
use super::payments::payment_table;
use crate::console::i18n::tr;
use crate::console::labels::{attention_name, environment_name};
use crate::console::paths;
use crate::console::queries::get_overview;
use crate::console::reader::use_viewer;
use crate::console::ui::{
    ButtonLink, Callout, Card, Chart, ChartData, Checklist, EmptyState, IconName, Moment, Page, Stat, Stats, Step, Tone, grouped,
    loaded,
};
use crate::model::{
    self, App, Attention, AttentionCount, DailyRevenue, EnvironmentNumbers, JobAlarm, MoneySum, Numbers, Payment, ProjectId,
    SetupProgress, WAITING_COUNTED_MAX,
};

/// A project at a glance.
#[component]
pub fn Overview() -> AnyView {
    let project = use_project();
    let overview = Resource::new(move || project.get(), get_overview);
    view! {
        <Page title=tr!("overview.title") description=tr!("overview.about")>
            {loaded(overview, move |overview| content(&project.get_untracked(), overview))}
        </Page>
    }
    .into_any()
}

fn content(project: &ProjectId, overview: model::Overview) -> AnyView {
    let model::Overview { today, environments, revenue, latest, setup, alarms, attention, outages } = overview;
    let numbers = environments.into_iter().map(|numbers| environment_card(project, &today, numbers)).collect::<Vec<_>>();
    let alarms = alarms.into_iter().map(alarm_note).collect::<Vec<_>>();
    let outages = outages.iter().map(|app| outage_note(project, app)).collect::<Vec<_>>();
    let attention = (!attention.is_empty()).then(|| attention_note(project, attention));
    view! {
        {outages}
        {alarms}
        {attention}
        {(!setup.is_complete()).then(|| setup_card(project, setup))}
        {numbers}
        {revenue.map(|revenue| revenue_card(project, revenue))}
        {latest_card(project, latest)}
    }
    .into_any()
}

/// What the server could not do so far and soon can do no more.
pub(super) fn alarm_note(alarm: JobAlarm) -> AnyView {
    let count = grouped(alarm.count);
    let text = match alarm.kind.as_str() {
        "answer_refund_requests" => tr!("overview.alarm_refund_requests", count = count),
        "finish_purchases" => tr!("overview.alarm_finish", count = count),
        "verify_provisional" => tr!("overview.alarm_provisional", count = count),
        other => tr!("overview.alarm_job", count = count, job = other),
    };
    view! {
        <Callout tone=Tone::Bad title=tr!("overview.alarm")>
            <p>{text}" "{tr!("overview.alarm_deadline")}" "<Moment at=alarm.deadline_at/></p>
        </Callout>
    }
    .into_any()
}

/// An app whose purchases may be granted by their signature alone.
fn outage_note(project: &ProjectId, app: &App) -> AnyView {
    let (name, href, until) = (app.name.clone(), paths::app(project, app.app_seq), app.outage_until);
    view! {
        <Callout tone=Tone::Warn title=tr!("overview.outage")>
            <p><a href=href>{name}</a>" · "{tr!("outage.until")}" "{until.map(|at| view! { <Moment at/> })}</p>
        </Callout>
    }
    .into_any()
}

/// Payments that need a person, by reason.
pub(super) fn attention_note(project: &ProjectId, counts: Vec<AttentionCount>) -> AnyView {
    let is_bad = counts.iter().any(|one| one.attention != Attention::Provisional);
    let lines = counts.into_iter().map(|AttentionCount { attention, count }| {
        let href = paths::with_query(&paths::payments(project), &[("attention", attention.as_str())]);
        view! { <li>{attention_name(attention)}": "{grouped(count)}" "<a href=href>{tr!("overview.attention_show")}</a></li> }
    });
    let lines = lines.collect::<Vec<_>>();
    view! {
        <Callout tone=if is_bad { Tone::Bad } else { Tone::Warn } title=tr!("overview.attention")><ul>{lines}</ul></Callout>
    }
    .into_any()
}

fn environment_card(project: &ProjectId, day: &str, numbers: EnvironmentNumbers) -> AnyView {
    let EnvironmentNumbers { environment, today, yesterday, week, waiting } = numbers;
    // Each number leads to the payments that it counts.
    let list = |from: &str, filter| {
        paths::with_query(&paths::payments(project), &[("environment", environment.as_str()), ("from", from), filter])
    };
    let listed = [("", ""), ("status", "SUCCESS"), ("status", "FAILURE"), ("status", "REFUND")];
    let [all, paid, failed, taken_back] = listed.map(|filter| list(day, filter));
    let unconsumed = list("", ("unconsumed", "true"));
    let before = |yesterday: String, week: String| tr!("overview.before", yesterday = yesterday, week = week);
    let counts: [fn(&Numbers) -> i64; 4] =
        [|numbers| numbers.made, |numbers| numbers.verified, |numbers| numbers.refused, |numbers| numbers.refunded];
    let [made, verified, refused, refunded] = counts.map(|of| before(grouped(of(&yesterday)), grouped(of(&week))));
    let revenue_before = before(sum_text(&yesterday.revenue), sum_text(&week.revenue));
    let waits = if waiting >= WAITING_COUNTED_MAX { format!("{}+", grouped(waiting)) } else { grouped(waiting) };
    let waits_tone = if waiting > 0 { Tone::Warn } else { Tone::Neutral };
    let refused_tone = if today.refused > 0 { Tone::Bad } else { Tone::Neutral };
    view! {
        <Card title=environment_name(environment)>
            <Stats>
                <Stat label=tr!("overview.revenue") value=sum_text(&today.revenue) hint=revenue_before/>
                <Stat label=tr!("overview.made") value=grouped(today.made) hint=made href=all/>
                <Stat label=tr!("overview.verified") value=grouped(today.verified) hint=verified href=paid/>
                <Stat label=tr!("overview.refused") value=grouped(today.refused) hint=refused tone=refused_tone href=failed/>
                <Stat label=tr!("overview.refunded") value=grouped(today.refunded) hint=refunded href=taken_back/>
                <Stat label=tr!("overview.waiting") value=waits hint=tr!("overview.waiting_hint") tone=waits_tone href=unconsumed/>
            </Stats>
        </Card>
    }
    .into_any()
}

/// What the last days brought.
fn revenue_card(project: &ProjectId, revenue: DailyRevenue) -> AnyView {
    let DailyRevenue { environment, currency, days } = revenue;
    let sum = MoneySum { micros: days.iter().map(|(_, micros)| micros).sum(), currency: currency.clone() }.for_people();
    let span = days.first().zip(days.last()).map(|((from, _), (to, _))| format!("{from} – {to}")).unwrap_or_default();
    let title = tr!("statistics.overview_chart", currency = currency);
    let data = ChartData {
        labels: days.iter().map(|(day, _)| day.to_string().chars().skip(5).collect()).collect(),
        bars: days.iter().map(|(_, micros)| *micros as f64 / 1e6).collect(),
        title: title.clone(),
        description: tr!("overview.chart_about", days = span, sum = sum),
        ..ChartData::default()
    };
    let href = paths::with_query(&paths::statistics(project), &[("environment", environment.as_str())]);
    let actions = move || view! { <ButtonLink href label=tr!("statistics.overview_more")/> };
    view! { <Card title=title description=environment_name(environment) actions><Chart id="revenue" data/></Card> }.into_any()
}

/// One amount per currency; they are never added up.
fn sum_text(revenue: &[MoneySum]) -> String {
    if revenue.is_empty() {
        return "—".into();
    }
    revenue.iter().map(MoneySum::for_people).collect::<Vec<_>>().join(" · ")
}

fn setup_card(project: &ProjectId, setup: SetupProgress) -> AnyView {
    let has_simulator = use_viewer().get().flatten().is_some_and(|viewer| viewer.has_simulator);
    let verified = Step::new(tr!("overview.step_verified"), setup.has_verified).text(tr!("overview.step_verified_text"));
    let verified = match has_simulator {
        true => {
            let shop = paths::with_query(paths::SIMULATOR, &[("project", project.as_str())]);
            verified.action(tr!("overview.step_play"), shop)
        }
        false => verified,
    };
    let steps = vec![
        Step::new(tr!("overview.step_app"), setup.has_app)
            .text(tr!("overview.step_app_text"))
            .action(tr!("overview.step_app_do"), paths::app_new(project)),
        Step::new(tr!("overview.step_connection"), setup.has_connection)
            .text(tr!("overview.step_connection_text"))
            .action(tr!("overview.step_connection_do"), paths::apps(project)),
        Step::new(tr!("overview.step_product"), setup.has_product)
            .text(tr!("overview.step_product_text"))
            .action(tr!("overview.step_product_do"), paths::product_new(project)),
        Step::new(tr!("overview.step_key"), setup.has_secret_key)
            .text(tr!("overview.step_key_text"))
            .action(tr!("overview.step_key_do"), paths::settings(project)),
        verified,
        Step::new(tr!("overview.step_consumed"), setup.has_consumed).text(tr!("overview.step_consumed_text")),
    ];
    view! { <Card title=tr!("overview.setup") description=tr!("overview.setup_about")><Checklist steps/></Card> }.into_any()
}

fn latest_card(project: &ProjectId, latest: Vec<Payment>) -> AnyView {
    if latest.is_empty() {
        return view! {
            <Card title=tr!("overview.latest")>
                <EmptyState icon=IconName::Card title=tr!("payments.none") text=tr!("payments.none_text")/>
            </Card>
        }
        .into_any();
    }
    let href = paths::payments(project);
    let actions = move || view! { <ButtonLink href label=tr!("overview.all_payments")/> };
    let table = payment_table(project, tr!("overview.latest"), latest);
    view! {
        <Card title=tr!("overview.latest") actions flush=true>{table}</Card>
    }
    .into_any()
}
