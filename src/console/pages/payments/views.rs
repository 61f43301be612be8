//! Filters that the reader keeps under a name.

use leptos::prelude::*;

use crate::console::i18n::tr;
use crate::console::pages::list::List;
use crate::console::paths;
use crate::console::server_fns::{DeleteView, SaveView};
use crate::console::ui::{FormButtons, HiddenInput, Menu, PostForm, SubmitButton, TextInput};
use crate::model::{ProjectId, SavedView};

/// The forms that keep and forget a view.
#[derive(Clone, Copy)]
pub struct ViewForms {
    pub save: ServerAction<SaveView>,
    pub delete: ServerAction<DeleteView>,
}

/// Links to the reader's views, and the forms that keep and forget one.
pub fn saved_views(project: &ProjectId, list: &List, views: Vec<SavedView>, forms: ViewForms) -> Option<AnyView> {
    let filters: Vec<_> = list.filters.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let present = paths::with_query("", &filters).trim_start_matches('?').to_owned();
    if views.is_empty() && present.is_empty() {
        return None;
    }
    let shown = views.iter().find(|view| view.query == present).map(|view| view.name.clone());
    let links = views.iter().map(|view| {
        let href = format!("{}?{}", list.here, view.query);
        let current = (Some(&view.name) == shown.as_ref()).then_some("page");
        view! { <li><a href=href aria-current=current>{view.name.clone()}</a></li> }.into_any()
    });
    let links = links.collect::<Vec<_>>();
    let menu = match shown {
        Some(name) => forget(project, name, forms.delete),
        None if present.is_empty() => ().into_any(),
        None => keep(project, present, forms.save),
    };
    Some(view! { <nav class="saved-views" aria-label=tr!("views.title")><ul>{links}</ul>{menu}</nav> }.into_any())
}

fn keep(project: &ProjectId, query: String, action: ServerAction<SaveView>) -> AnyView {
    let project = project.0.clone();
    let button = move || tr!("views.save");
    view! {
        <Menu button>
            <PostForm action done=tr!("views.saved")>
                <HiddenInput name="project" value=project/>
                <HiddenInput name="query" value=query/>
                <TextInput name="name" label=tr!("views.name") maxlength=60 required=true/>
                <FormButtons><SubmitButton label=tr!("views.save_it")/></FormButtons>
            </PostForm>
        </Menu>
    }
    .into_any()
}

fn forget(project: &ProjectId, name: String, action: ServerAction<DeleteView>) -> AnyView {
    let project = project.0.clone();
    view! {
        <PostForm action done=tr!("views.deleted")>
            <HiddenInput name="project" value=project/>
            <HiddenInput name="name" value=name/>
            <SubmitButton label=tr!("views.delete")/>
        </PostForm>
    }
    .into_any()
}
