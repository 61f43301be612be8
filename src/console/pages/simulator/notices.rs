use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::server_fns::SendSimulatedNotices;
use crate::console::ui::{
    Badge, ButtonKind, Card, Column, EmptyState, HiddenInput, IconName, Moment, PostForm, Row, SubmitButton, Table, Tone,
};
use crate::model::{ProjectId, SentNotice};

/// What the simulated App Store tells, and how its sending went; one form, a button in each row.
pub fn notices_card(project: &ProjectId, notices: Vec<SentNotice>, action: ServerAction<SendSimulatedNotices>) -> AnyView {
    if notices.is_empty() {
        return view! {
            <Card title=tr!("desk.notices")>
                <EmptyState icon=IconName::Bell title=tr!("desk.no_notices") text=tr!("desk.no_notices_text")/>
            </Card>
        }
        .into_any();
    }
    let waiting = notices.iter().filter(|notice| notice.due_at.is_some()).count();
    let project = project.0.clone();
    view! {
        <Card title=tr!("desk.notices") description=tr!("desk.notices_about") flush=true>
            <PostForm action done=tr!("desk.sent")>
                <HiddenInput name="project" value=project/>
                <div class="notice-bar">
                    <span class="muted">{tr!("desk.waiting", count = waiting)}</span>
                    <SubmitButton label=tr!("desk.deliver") name="input[notice]" value="" kind=ButtonKind::Plain/>
                </div>
                {table(notices)}
            </PostForm>
        </Card>
    }
    .into_any()
}

/// Built inside the form: its buttons belong to it.
fn table(notices: Vec<SentNotice>) -> AnyView {
    let columns = vec![
        Column::fit(tr!("desk.signed")),
        Column::text(tr!("desk.notice")),
        Column::text(tr!("desk.about")),
        Column::fit(tr!("desk.sending")),
        Column::actions(tr!("desk.send_again")),
    ];
    let rows = notices.into_iter().map(row).collect();
    view! { <Table caption=tr!("desk.notices") columns rows/> }.into_any()
}

fn row(notice: SentNotice) -> Row {
    let words = match &notice.subtype {
        Some(subtype) => format!("{} · {subtype}", notice.kind),
        None => notice.kind.clone(),
    };
    let (label, tone) = match (notice.is_delivered, notice.due_at, notice.attempts) {
        (_, Some(_), 0) => (tr!("desk.waits"), Tone::Info),
        (_, Some(_), _) => (tr!("desk.sent_later"), Tone::Warn),
        (true, None, _) => (tr!("desk.delivered"), Tone::Good),
        (false, None, _) => (tr!("desk.lost"), Tone::Bad),
    };
    let result = notice.result.filter(|_| !notice.is_delivered);
    Row::new()
        .cell(view! { <Moment at=notice.signed_at/> })
        .cell(view! { <code>{words}</code> })
        .cell(view! { {notice.product_id.unwrap_or_default()}" "<code>{notice.order_id.unwrap_or_default()}</code> })
        .cell(view! {
            <Badge label tone/>
            {result.map(|result| view! { " "<code>{result}</code> })}
        })
        .cell(view! {
            <SubmitButton label=tr!("desk.send_again") name="input[notice]" value=notice.notice_id kind=ButtonKind::Ghost/>
        })
}
