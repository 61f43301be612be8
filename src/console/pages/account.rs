//! The reader's own account: name, password, sessions, second factor.

mod factor_setup;
mod second_factor;

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::paths;
use crate::console::queries::{AccountPage, get_account};
use crate::console::server_fns::{ChangePassword, EndOtherSessions, RenameAccount};
use crate::console::ui::{
    Badge, ButtonKind, ButtonLink, Card, Column, DescriptionList, Fact, FormButtons, Moment, Page, PostForm, Row, SubmitButton,
    Table, TextInput, Tone, loaded,
};
use crate::model::{OpenSession, SecondFactor};

pub use second_factor::SecondFactorDetail;

/// The reader's own account.
#[component]
pub fn AccountDetail() -> AnyView {
    let (rename, password) = (ServerAction::<RenameAccount>::new(), ServerAction::<ChangePassword>::new());
    let end = ServerAction::<EndOtherSessions>::new();
    let account = Resource::new(|| (), |()| get_account());
    let show = move |page: AccountPage| {
        view! {
            {profile_card(page.email.clone(), page.name, rename)}
            {password_card(page.email, password)}
            {factor_card(page.second_factor)}
            {sessions_card(page.sessions, end)}
        }
        .into_any()
    };
    view! { <Page title=tr!("account.title") narrow=true>{loaded(account, show)}</Page> }.into_any()
}

fn profile_card(email: String, name: String, action: ServerAction<RenameAccount>) -> AnyView {
    view! {
        <Card title=tr!("account.profile")>
            <DescriptionList facts=vec![Fact::new(tr!("login.email"), email)]/>
            <PostForm action done=tr!("account.saved")>
                <TextInput name="name" label=tr!("account.name") help=tr!("account.name_help") value=name autocomplete="name" maxlength=80 required=true/>
                <FormButtons><SubmitButton label=tr!("form.save") kind=ButtonKind::Plain/></FormButtons>
            </PostForm>
        </Card>
    }
    .into_any()
}

fn password_card(email: String, action: ServerAction<ChangePassword>) -> AnyView {
    view! {
        <Card title=tr!("login.password") description=tr!("account.password_text")>
            <PostForm action done=tr!("account.password_changed")>
                // For password keepers, which ask whose password it is.
                <input type="text" value=email autocomplete="username" readonly=true hidden=true/>
                <TextInput name="currentPassword" label=tr!("account.current_password") kind="password" autocomplete="current-password" required=true/>
                <TextInput name="newPassword" label=tr!("account.new_password") help=tr!("setup.password_help") kind="password"
                    autocomplete="new-password" required=true/>
                <FormButtons><SubmitButton label=tr!("account.change_password") kind=ButtonKind::Plain/></FormButtons>
            </PostForm>
        </Card>
    }
    .into_any()
}

fn factor_card(factor: SecondFactor) -> AnyView {
    let label = if factor.is_on { tr!("factor.manage") } else { tr!("factor.begin") };
    let kind = if factor.is_on { ButtonKind::Plain } else { ButtonKind::Primary };
    view! {
        <Card title=tr!("factor.title") description=tr!("factor.text")>
            <div class="form-buttons">
                {factor_badge(factor)}
                <ButtonLink href=paths::SECOND_FACTOR label kind/>
            </div>
        </Card>
    }
    .into_any()
}

/// Whether the second factor is on.
pub fn factor_badge(factor: SecondFactor) -> AnyView {
    match factor.is_on {
        true => view! { <Badge label=tr!("factor.on") tone=Tone::Good/> }.into_any(),
        false => view! { <Badge label=tr!("factor.off")/> }.into_any(),
    }
}

fn sessions_card(sessions: Vec<OpenSession>, action: ServerAction<EndOtherSessions>) -> AnyView {
    let has_others = sessions.iter().any(|session| !session.is_this);
    let columns = vec![
        Column::fit(tr!("account.session_began")),
        Column::text(tr!("account.session_address")),
        Column::fit(tr!("account.session_ends")),
    ];
    let rows = sessions.into_iter().map(session_row).collect();
    let end = move || {
        view! {
            <PostForm action done=tr!("account.sessions_ended")>
                <FormButtons><SubmitButton label=tr!("account.end_sessions") kind=ButtonKind::Plain/></FormButtons>
            </PostForm>
        }
    };
    view! {
        <Card title=tr!("account.sessions") description=tr!("account.sessions_text")>
            <Table caption=tr!("account.sessions") columns rows/>
            {has_others.then(end)}
        </Card>
    }
    .into_any()
}

fn session_row(session: OpenSession) -> Row {
    let this = session.is_this.then(|| view! { " "<Badge label=tr!("account.this_session") tone=Tone::Info/> });
    Row::new()
        .cell(view! { <Moment at=session.began_at/>{this} })
        .cell(session.address.map_or_else(|| "—".into_any(), |address| view! { <code>{address}</code> }.into_any()))
        .cell(view! { <Moment at=session.ends_at/> })
}
