//! Who is signed in, as the pages know it.

use leptos::prelude::*;

use super::queries::get_viewer;
use crate::model::Viewer;

/// The one answer to "who is signed in" that all of a page shares.
#[derive(Clone, Copy)]
pub struct ViewerResource(pub Resource<Option<Viewer>>);

/// Asks once for each page; called by the app.
pub fn provide_viewer() {
    provide_context(ViewerResource(Resource::new(|| (), |()| async { get_viewer().await.ok().flatten() })));
}

/// Who is signed in; read it under a `Transition` or `Suspense`.
pub fn use_viewer() -> Resource<Option<Viewer>> {
    expect_context::<ViewerResource>().0
}
