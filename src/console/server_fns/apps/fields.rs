//! A store's fields, as the forms of an app send them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A store's fields by name as a form sends them; empty leaves a secret as it is and clears anything else. An unknown name is
/// refused with the others.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StoreFields(pub(super) BTreeMap<String, String>);

impl std::fmt::Debug for StoreFields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoreFields(…)")
    }
}
