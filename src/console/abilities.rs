use leptos::prelude::expect_context;

use crate::model::{Ability, StoreCode};
use crate::projects;
use crate::state::AppState;

/// Whether pages offer something for what is sold in a store.
pub fn can(store: StoreCode, ability: Ability) -> bool {
    projects::store_can(&expect_context::<AppState>(), store, ability)
}
