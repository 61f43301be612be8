use leptos::prelude::*;

use super::rows::kind_text;
use crate::console::i18n::tr;
use crate::console::labels::{EnvironmentBadge, store_name};
use crate::console::pages::params::{use_project, use_segment};
use crate::console::paths;
use crate::console::queries::{NotificationPage, get_notification};
use crate::console::server_fns::ApplyNotificationAgain;
use crate::console::store_labels::{NotificationStatusBadge, notification_source_name};
use crate::console::ui::{
    ButtonKind, Callout, Card, CodeBlock, Crumb, DescriptionList, Fact, HiddenInput, Moment, Page, PostForm, SubmitButton, Tone,
    loaded,
};
use crate::model::{NotificationDetail, NotificationNo, NotificationStatus, ProjectId};

/// One notification: what the store signed, decoded, and what became of it.
#[component]
pub fn NotificationDetailPage() -> AnyView {
    let (project, no) = (use_project(), use_segment("notification"));
    let again = ServerAction::<ApplyNotificationAgain>::new();
    let notification = Resource::new(
        move || (project.get(), NotificationNo(no.get().parse().unwrap_or_default())),
        |(project, no)| get_notification(project, no),
    );
    loaded(notification, move |page: NotificationPage| content(&project.get_untracked(), page, again))
}

fn content(project: &ProjectId, page: NotificationPage, again: ServerAction<ApplyNotificationAgain>) -> AnyView {
    let detail = page.detail;
    let notification = &detail.notification;
    let crumbs = vec![Crumb::new(tr!("notifications.title"), paths::notifications(project))];
    let (status, environment) = (notification.status, notification.environment);
    let marks = move || view! { <NotificationStatusBadge status/><EnvironmentBadge environment/> };
    let title = kind_text(notification);
    let trouble = notification.reason.clone().map(|reason| {
        let tone = if status == NotificationStatus::Dead { Tone::Bad } else { Tone::Warn };
        view! { <Callout tone title=tr!("notice.trouble")><p>{reason}</p></Callout> }
    });
    let (project_id, no) = (project.0.clone(), notification.notice_no.to_string());
    let apply = (page.may_support && notification.can_apply_again()).then(|| {
        view! {
            <PostForm action=again done=tr!("notice.again_done")>
                <HiddenInput name="project" value=project_id/>
                <HiddenInput name="notification" value=no/>
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

fn facts(project: &ProjectId, detail: NotificationDetail) -> Vec<Fact> {
    let notification = detail.notification;
    let moment = |at: Option<crate::model::Timestamp>| at.map(|at| view! { <Moment at/> }.into_any());
    let app = paths::app(project, notification.app_seq);
    let payment = detail.payment_seq.map(|seq| {
        let href = paths::payment(project, &seq);
        view! { <a href=href>{seq.0}</a> }
    });
    let subscription = detail.subscription_id.map(|id| {
        let href = paths::subscription(project, &id);
        view! { <a href=href>{id.0}</a> }
    });
    vec![
        Fact::maybe(tr!("notifications.effect"), notification.effect.map(|effect| view! { <code>{effect}</code> })),
        Fact::new(tr!("notifications.source"), notification_source_name(notification.source)),
        Fact::maybe(tr!("notice.payment"), payment),
        Fact::maybe(tr!("notice.subscription"), subscription),
        Fact::new(
            tr!("payments.store"),
            view! { {store_name(notification.store)}" · "<a href=app>{notification.app_seq.to_string()}</a> },
        ),
        Fact::copy(tr!("notice.key"), notification.dedupe_key),
        Fact::new(tr!("notice.signed"), view! { <Moment at=notification.signed_at/> }),
        Fact::new(tr!("notifications.received"), view! { <Moment at=notification.received_at/> }),
        Fact::maybe(tr!("notice.applied"), moment(notification.applied_at)),
        Fact::new(tr!("notice.attempts"), notification.attempts.to_string()),
        Fact::maybe(tr!("notice.due"), moment(notification.due_at)),
    ]
}
