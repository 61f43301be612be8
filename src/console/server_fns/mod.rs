//! The console's endpoints, one file per noun: check who calls, call one use case, answer.

mod preferences;

pub use preferences::{Preferences, SetPreferences, set_preferences};
