//! Who is signed in, as the pages know it.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::paths;
use super::server_fns::get_viewer;
use crate::model::Viewer;

/// The one answer to "who is signed in" that all of a page shares; asked again when the reader signs in or out.
#[derive(Clone, Copy)]
pub struct ViewerResource(pub Resource<Option<Viewer>>);

/// Asks once per page load; called by the app, inside the router.
pub fn provide_viewer() {
    let location = use_location();
    let is_before_sign_in = Memo::new(move |_| location.pathname.with(|path| paths::is_before_sign_in(path)));
    provide_context(ViewerResource(Resource::new(
        move || is_before_sign_in.get(),
        |_| async { get_viewer().await.ok().flatten() },
    )));
}

/// Who is signed in; read it under a `Transition` or `Suspense`.
pub fn use_viewer() -> Resource<Option<Viewer>> {
    expect_context::<ViewerResource>().0
}
