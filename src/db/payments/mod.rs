//! Payments. Every query starts from the project, or from an app of one; every change asks and sets in one statement.
//!
//! Where one payment is meant by its number, the project is compared as `project_id || ''`: PostgreSQL, before it has counted
//! the rows, would else walk all of the project's payments of one status instead of taking the primary key.

mod attention;
mod buyers;
mod columns;
mod consumed;
mod corrected;
mod find;
mod first;
mod hold;
mod list;
mod mark;
mod owned;
mod owners;
mod unpaid;
mod write;

pub use attention::{count_attention, count_attention_of_project};
pub use buyers::{Buyer, list_buyers};
pub(crate) use columns::{gives_goods, is_before_charge, is_of_consumable_type};
pub use consumed::{Consumption, mark_consumed, mark_consumed_elsewhere};
pub use corrected::{
    find_by_other_id, find_unreserved, keep_other_id, list_hand_corrected, list_other_ids_of_chain, mark_released,
};
pub use find::{find, find_by_order, find_consume_key, list_by_seq, list_duplicates, list_paid_beside};
pub use first::{NewPurchase, find_recorded, insert_new};
pub use hold::{hold_purchase, hold_user_alone, hold_users};
pub use list::{Keys, Total, Waiting, list, list_unconsumed, resolve, sum};
pub use mark::{
    Verdict, mark_closed, mark_closed_by_staff, mark_finish_again, mark_finish_due, mark_finished, mark_handled, mark_refunded,
    mark_refused, mark_reopened, mark_unconfirmed,
};
pub use owned::{Owned, list_owned};
pub use owners::{
    NewOwner, OpenReservations, find_open, is_paid_of_token, list_of_chain, list_pending, list_unsure_of_chain,
    list_users_of_account, list_without_user_of_account, mark_owned,
};
pub use unpaid::{Place, delete_unpaid, list_open_since, list_removable, mark_unpaid};
pub use write::{insert, save};
