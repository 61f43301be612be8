//! The console's endpoints, one file per noun: check who calls, call one use case, answer.

mod account;
mod apps;
mod audit;
mod invitation;
mod members;
mod nhn;
mod notifications;
mod offers;
mod operators;
mod overview;
mod payments;
mod preferences;
mod products;
mod projects;
mod session;
mod simulator;
mod simulator_page;
mod subscriptions;

pub use account::*;
pub use apps::*;
pub use audit::*;
pub use invitation::*;
pub use members::*;
pub use nhn::*;
pub use notifications::*;
pub use offers::{OfferRequest, SignOffer, sign_offer};
pub use operators::*;
pub use overview::{GetOverview, get_overview};
pub use payments::*;
pub use preferences::{Preferences, SetPreferences, set_preferences};
pub use products::*;
pub use projects::*;
pub use session::{
    CheckSetUpLink, CodeForm, EnterCode, GetViewer, SetUp, SetUpForm, SignIn, SignInForm, SignOut, check_set_up_link, enter_code,
    get_viewer, set_up, sign_in, sign_out,
};
pub use simulator::{GetSimulator, SimulatorPage, VisitForm, VisitShop, get_simulator, visit_shop};
pub use simulator_page::*;
pub use subscriptions::*;
