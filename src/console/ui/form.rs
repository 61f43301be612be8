//! Forms that change something.
//!
//! The pattern, to be copied (it works before WASM arrives and without it):
//!
//! ```ignore
//! // model/project.rs: what the form sends. Checkboxes that are off send nothing, so `#[serde(default)]` on bools.
//! #[derive(Debug, Clone, Serialize, Deserialize)]
//! pub struct CreateProject { pub name: String, #[serde(default)] pub is_test: bool }
//!
//! // console/server_fns/projects.rs: one argument, called `input`.
//! #[server]
//! pub async fn create_project(input: CreateProject) -> Result<(), Fault> {
//!     use crate::{auth, console::paths, projects, state::AppState};
//!     let state = expect_context::<AppState>();
//!     let by = auth::viewer(&state).await?;
//!     let project = projects::create(&state, &by, input).await?;
//!     leptos_axum::redirect(&paths::project(&project.id));
//!     Ok(())
//! }
//!
//! // console/pages/project_new.rs
//! let action = ServerAction::<CreateProject>::new();
//! view! {
//!     <PostForm action>
//!         <TextInput name="name" label=tr!("projects.name") required=true/>
//!         <FormButtons><SubmitButton label=tr!("projects.create")/></FormButtons>
//!     </PostForm>
//! }
//! ```
//!
//! A field named `name` is sent as `input[name]`. A `Fault` whose `param` is `name` is shown at that field; any other above the
//! form: Leptos redirects back with `__err` in the address, and `ServerAction::new` reads it. With WASM the page that comes so is
//! put where the old one was, with all that was typed (`browser/page.rs`).
//!
//! A form that changes an existing thing sends the `version` it showed in a hidden field. When somebody else saved since, the fault
//! is `EDITED_MEANWHILE`: what was typed stays, and each field that was typed in says what is saved now.

use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos::server::ServerAction;
use leptos::server_fn::client::Client;
use leptos::server_fn::codec::PostUrl;
use leptos::server_fn::request::ClientReq;
use leptos::server_fn::{Http, ServerFn};
use leptos::web_sys::FormData;
use serde::de::DeserializeOwned;

use super::{Icon, IconName};
use crate::console::faults::fault_text;
use crate::console::i18n::tr;
use crate::model::Fault;

/// The fault of a form that somebody else saved since it was shown.
const EDITED_MEANWHILE: &str = "EDITED_MEANWHILE";

/// What the fields of a form know of it.
#[derive(Clone)]
pub struct FormContext {
    pub fault: Option<Fault>,
    /// Sets the ids of this form's fields apart from those of another; empty where nothing is posted.
    scope: String,
}

/// A form for a server function with one argument `input`; see the module's pattern.
#[component]
pub fn PostForm<S, O>(
    action: ServerAction<S>,
    /// Said in a toast when it went well.
    #[prop(optional, into)]
    done: Option<String>,
    children: Children,
) -> AnyView
where
    S: DeserializeOwned + ServerFn<Protocol = Http<PostUrl, O>, Error = Fault> + Clone + Send + Sync + 'static,
    <<S::Client as Client<Fault>>::Request as ClientReq<Fault>>::FormData: From<FormData>,
    S::Output: Send + Sync + 'static,
    S::Client: Client<Fault>,
    O: 'static,
{
    let fault = action.value().with_untracked(|value| value.as_ref().and_then(|result| result.as_ref().err().cloned()));
    let scope = S::PATH.rsplit('/').next().unwrap_or_default().to_owned();
    provide_context(FormContext { fault, scope });
    view! { <ActionForm action attr:class="form" attr:data-done=done><FormErrors/>{children()}</ActionForm> }.into_any()
}

/// A form that looks something up: a plain GET whose fields become the page's query, under their own names.
#[component]
pub fn LookUpForm(
    /// The page's address without a query.
    #[prop(into)]
    here: String,
    /// The button's words.
    #[prop(into)]
    label: String,
    children: Children,
) -> AnyView {
    // Whatever form stands before it on the page.
    provide_context(FormContext { fault: None, scope: String::new() });
    view! {
        <form method="get" action=here class="form look-up">
            {children()}
            <FormButtons><button type="submit" class="button">{label}</button></FormButtons>
        </form>
    }
    .into_any()
}

/// What is wrong with the form as a whole, or that some field needs a look. `PostForm` has one already.
#[component]
pub fn FormErrors() -> AnyView {
    let Some(FormContext { fault, .. }) = use_context::<FormContext>() else { return ().into_any() };
    let said = fault.map(|fault| {
        let text = if fault.param.is_some() { tr!("form.check_fields") } else { fault_text(&fault) };
        view! { <Icon name=IconName::Alert/><p>{text}</p> }
    });
    view! { <div class="form-errors" role="alert" tabindex="-1">{said}</div> }.into_any()
}

/// The row of buttons that ends a form.
#[component]
pub fn FormButtons(children: Children) -> AnyView {
    view! { <div class="form-buttons">{children()}</div> }.into_any()
}

/// A value that goes with the form unseen.
#[component]
pub fn HiddenInput(#[prop(into)] name: String, #[prop(into)] value: String) -> AnyView {
    view! { <input type="hidden" name=FieldNames::of(&name).sent value=value/> }.into_any()
}

/// What a field is called: on the wire and in the document.
#[derive(Debug, Clone)]
pub struct FieldNames {
    pub sent: String,
    pub id: String,
}

impl FieldNames {
    /// Inside a `PostForm` fields belong to its `input`; elsewhere (filters, look-ups) they stand for themselves.
    pub fn of(name: &str) -> Self {
        match use_context::<FormContext>().filter(|form| !form.scope.is_empty()) {
            Some(form) => Self { sent: format!("input[{name}]"), id: format!("{}-{name}", form.scope) },
            None => Self { sent: name.to_owned(), id: format!("field-{name}") },
        }
    }
}

/// What is saved now in a field, in words, when somebody else saved the form since it was shown.
pub fn saved_meanwhile(value: &str) -> Option<String> {
    let is_outdated = use_context::<FormContext>()?.fault?.code == EDITED_MEANWHILE;
    is_outdated.then(|| if value.is_empty() { tr!("form.saved_empty") } else { tr!("form.saved_now", value = value) })
}

/// The form's fault about one field, in words.
pub fn field_error(name: &str) -> Option<String> {
    let fault = use_context::<FormContext>()?.fault?;
    (fault.param.as_deref() == Some(name)).then(|| fault_text(&fault))
}
