use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::server_fns::SendSimulatedNotifications;
use crate::console::ui::{
    Badge, ButtonKind, Card, Column, EmptyState, HiddenInput, IconName, Moment, PostForm, Row, SubmitButton, Table, Tone,
};
use crate::model::{DeliveredNotification, ProjectId};

/// What the simulated stores sent, and how its sending went; one form, a button in each row.
pub fn notifications_card(
    project: &ProjectId,
    notifications: Vec<DeliveredNotification>,
    action: ServerAction<SendSimulatedNotifications>,
) -> AnyView {
    if notifications.is_empty() {
        return view! {
            <Card title=tr!("simulated.notices")>
                <EmptyState icon=IconName::Bell title=tr!("simulated.no_notices") text=tr!("simulated.no_notices_text")/>
            </Card>
        }
        .into_any();
    }
    let waiting = notifications.iter().filter(|notification| notification.due_at.is_some()).count();
    let project = project.0.clone();
    view! {
        <Card title=tr!("simulated.notices") description=tr!("simulated.notices_about") flush=true>
            <PostForm action done=tr!("simulated.sent")>
                <HiddenInput name="project" value=project/>
                <div class="notice-bar">
                    <span class="muted">{tr!("simulated.waiting", count = waiting)}</span>
                    <SubmitButton label=tr!("simulated.deliver") name="input[notification]" value="" kind=ButtonKind::Plain/>
                </div>
                {table(notifications)}
            </PostForm>
        </Card>
    }
    .into_any()
}

/// Built inside the form: its buttons belong to it.
fn table(notifications: Vec<DeliveredNotification>) -> AnyView {
    let columns = vec![
        Column::fit(tr!("simulated.signed")),
        Column::text(tr!("simulated.notice")),
        Column::text(tr!("simulated.about")),
        Column::fit(tr!("simulated.sending")),
        Column::actions(tr!("simulated.send_again")),
    ];
    let rows = notifications.into_iter().map(row).collect();
    view! { <Table caption=tr!("simulated.notices") columns rows/> }.into_any()
}

fn row(notification: DeliveredNotification) -> Row {
    let text = match &notification.subtype {
        Some(subtype) => format!("{} · {subtype}", notification.kind),
        None => notification.kind.clone(),
    };
    let (label, tone) = match (notification.is_delivered, notification.due_at, notification.attempts) {
        (_, Some(_), 0) => (tr!("simulated.waits"), Tone::Info),
        (_, Some(_), _) => (tr!("simulated.sent_later"), Tone::Warn),
        (true, None, _) => (tr!("simulated.delivered"), Tone::Good),
        (false, None, _) => (tr!("simulated.lost"), Tone::Bad),
    };
    let result = notification.result.filter(|_| !notification.is_delivered);
    Row::new()
        .cell(view! { <Moment at=notification.as_of/> })
        .cell(view! { <code>{text}</code> })
        .cell(view! { {notification.product_id.unwrap_or_default()}" "<code>{notification.order_id.unwrap_or_default()}</code> })
        .cell(view! {
            <Badge label tone/>
            {result.map(|result| view! { " "<code>{result.as_str()}</code> })}
        })
        .cell(view! {
            <SubmitButton label=tr!("simulated.send_again") name="input[notification]" value=notification.notification_id kind=ButtonKind::Ghost/>
        })
}
