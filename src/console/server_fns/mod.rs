//! What the console's forms do, one file per noun: check who calls, call one use case, answer. What the pages show is read by
//! `queries`.

mod account;
mod apps;
mod invitation;
mod members;
mod nhn;
mod notes;
mod notifications;
mod operators;
mod payments;
mod products;
mod projects;
mod search;
mod session;
mod simulator;
mod simulator_page;
mod statistics;
mod subscriptions;
mod views;

pub use account::*;
pub use apps::*;
pub use invitation::*;
pub use members::*;
pub use nhn::*;
pub use notes::*;
pub use notifications::*;
pub use operators::*;
pub use payments::*;
pub use products::*;
pub use projects::*;
pub use search::*;
pub use session::{
    CodeForm, EnterCode, Preferences, SetPreferences, SetUp, SetUpForm, SignIn, SignInForm, SignOut, enter_code, set_preferences,
    set_up, sign_in, sign_out,
};
pub use simulator::{VisitForm, VisitShop, visit_shop};
pub use simulator_page::*;
pub use statistics::*;
pub use subscriptions::*;
pub use views::*;
