//! USE CASE: playing the stores: selling to players, what time does to subscriptions, refunds, notifications and all that goes
//! wrong with them; and the shop that plays app and game server for a first run. Names no store but in `translate`, which leads
//! to a folder for each.
//! May call `db`, `catalog`, `payments`, `projects` and the port `stores`; the shop speaks to us only through the public API.

pub mod apple;
mod change;
mod clock;
mod countries;
mod deliver;
mod faults;
mod finish;
pub mod google;
mod happened;
mod ids;
mod life;
mod notification;
mod notify;
pub mod onestore;
mod period;
mod project_view;
mod purchase;
mod query;
mod reach;
mod refund;
mod runtime;
mod settings;
mod shop;
mod shop_call;
mod sign_up;
mod subscribe;
mod test_store;
mod transition;
mod translate;

pub use change::{Change, PlanChange, change};
pub use clock::{advance, now, run_due};
pub use deliver::send_due;
pub use notify::{Notify, list_notifications, notify, send_again};
pub use project_view::{
    change_subscriber, find_visit, get_project_view, move_clock, send_notifications, set_faults_by_form, settle_sale,
};
pub use purchase::{Buy, Sale, buy, list_purchases, list_sales};
pub use query::Query;
pub use refund::{Refund, Settle, settle};
pub use runtime::SimulatorRuntime;
pub use settings::{Address, faults, set_address, set_faults};
pub use shop::{Order, list_goods, note_of_visit, visit};
pub use subscribe::{OfferTerms, PlanTerms, Subscribe, Subscribed, get_subscription, list_subscriptions, subscribe};
