use leptos::prelude::*;

use super::rows::words;
use crate::console::i18n::tr;
use crate::console::pages::params::{use_project, use_segment};
use crate::console::paths;
use crate::console::server_fns::{ApplyNoticeAgain, NoticePage, get_notice};
use crate::console::store_words::{NoticeStatusBadge, notice_source_name};
use crate::console::ui::{
    ButtonKind, Callout, Card, CodeBlock, Crumb, DescriptionList, Fact, HiddenInput, Moment, Page, PostForm, SubmitButton, Tone,
    loaded,
};
use crate::console::words::{EnvironmentBadge, store_name};
use crate::model::{NoticeDetail, NoticeNo, NoticeStatus, ProjectId};

/// One notice: what the store signed, decoded, and what became of it.
#[component]
pub fn NoticeDetailPage() -> AnyView {
    let (project, no) = (use_project(), use_segment("notice"));
    let again = ServerAction::<ApplyNoticeAgain>::new();
    let notice = Resource::new(
        move || (project.get(), NoticeNo(no.get().parse().unwrap_or_default())),
        |(project, no)| get_notice(project, no),
    );
    loaded(notice, move |page: NoticePage| content(&project.get_untracked(), page, again))
}

fn content(project: &ProjectId, page: NoticePage, again: ServerAction<ApplyNoticeAgain>) -> AnyView {
    let detail = page.detail;
    let notice = &detail.notice;
    let crumbs = vec![Crumb::new(tr!("notifications.title"), paths::notifications(project))];
    let (status, environment) = (notice.status, notice.environment);
    let marks = move || view! { <NoticeStatusBadge status/><EnvironmentBadge environment/> };
    let title = words(notice);
    let trouble = notice.reason.clone().map(|reason| {
        let tone = if status == NoticeStatus::Dead { Tone::Bad } else { Tone::Warn };
        view! { <Callout tone title=tr!("notice.trouble")><p>{reason}</p></Callout> }
    });
    let (project_id, no) = (project.0.clone(), notice.notice_no.to_string());
    let apply = (page.may_support && notice.can_apply_again()).then(|| {
        view! {
            <PostForm action=again done=tr!("notice.again_done")>
                <HiddenInput name="project" value=project_id/>
                <HiddenInput name="notice" value=no/>
                <div class="form-buttons"><SubmitButton label=tr!("notice.again") kind=ButtonKind::Plain/></div>
            </PostForm>
        }
    });
    let decoded = serde_json::to_string_pretty(&detail.decoded).unwrap_or_default();
    let facts = facts(project, detail);
    view! {
        <Page title crumbs marks>
            {trouble}
            <Card title=tr!("payment.facts")><DescriptionList facts columns=true/>{apply}</Card>
            <Card title=tr!("notice.decoded") description=tr!("notice.decoded_about")>
                <CodeBlock label=tr!("notice.decoded") text=decoded/>
            </Card>
        </Page>
    }
    .into_any()
}

fn facts(project: &ProjectId, detail: NoticeDetail) -> Vec<Fact> {
    let notice = detail.notice;
    let moment = |at: Option<crate::model::Timestamp>| at.map(|at| view! { <Moment at/> }.into_any());
    let app = paths::app(project, notice.app_seq);
    let payment = detail.payment_seq.map(|seq| {
        let href = paths::payment(project, &seq);
        view! { <a href=href>{seq.0}</a> }
    });
    let subscription = detail.subscription_id.map(|id| {
        let href = paths::subscription(project, &id);
        view! { <a href=href>{id.0}</a> }
    });
    vec![
        Fact::maybe(tr!("notifications.effect"), notice.effect.map(|effect| view! { <code>{effect}</code> })),
        Fact::new(tr!("notifications.source"), notice_source_name(notice.source)),
        Fact::maybe(tr!("notice.payment"), payment),
        Fact::maybe(tr!("notice.subscription"), subscription),
        Fact::new(tr!("payments.store"), view! { {store_name(notice.store)}" · "<a href=app>{notice.app_seq.to_string()}</a> }),
        Fact::copy(tr!("notice.key"), notice.dedupe_key),
        Fact::new(tr!("notice.signed"), view! { <Moment at=notice.signed_at/> }),
        Fact::new(tr!("notifications.received"), view! { <Moment at=notice.received_at/> }),
        Fact::maybe(tr!("notice.applied"), moment(notice.applied_at)),
        Fact::new(tr!("notice.attempts"), notice.attempts.to_string()),
        Fact::maybe(tr!("notice.due"), moment(notice.due_at)),
    ]
}
