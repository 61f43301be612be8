//! USE CASE: a payment's life, one step per file: reserve, verify, consume, close, refund, correct; finding, and `recheck`, which
//! asks the store again. What a store says is recorded by `ledger`; `assign` lets staff say whose a purchase is. May call
//! `ledger`, `db`, `stores`, `keys`, and the public functions of `users`, `catalog`, `projects` and
//! `subscriptions`.

mod assign;
mod claim;
mod close;
mod consume;
mod correct;
mod evaluate;
mod explain;
mod find;
mod finish;
mod grant;
mod import;
mod list;
mod outage;
mod owner;
mod provisional;
mod receipt;
mod recheck;
mod refund;
mod refund_at_store;
mod refusal;
mod release;
mod reopen;
mod reserve;
mod unpaid;
mod verify;
mod views;
mod wait;

pub(crate) use crate::db::payments::Waiting;
pub use assign::{Assignment, assign_user};
pub use claim::ProofOrigin;
pub use close::{Close, close, close_by_staff};
pub use consume::{Consume, Consumptions, consume};
pub use correct::{Correction, correct, look_up_receipt};
pub use explain::{Explained, explain, is_duplicate, list_duplicates};
pub use find::{access_token, find, find_by_access_token, get_detail, list_paid_beside};
pub use finish::{finish_again, mark_handled};
pub use import::{ConsumedImport, import_consumed, import_consumed_of_app};
pub(crate) use list::list_waiting;
pub use list::{TOTALS_MAX, list, list_owned, list_unconsumed, list_unconsumed_page, sum};
pub(crate) use provisional::{Confirmation, confirm};
pub use receipt::ReceiptPurchase;
pub use recheck::recheck;
pub(crate) use recheck::{Remark, write_remark};
pub use refund::refund;
pub(crate) use refund_at_store::{AWAIT_REFUNDS, store_refusal};
pub use refund_at_store::{StoreRefund, refund_at_store};
pub use release::release;
pub use reopen::reopen;
pub use reserve::{Reservation, Reserve, reserve};
pub use unpaid::{close_unpaid, delete_unpaid};
pub use verify::{Reserved, Unreserved, Verified, verify_reserved, verify_unreserved};
pub use views::{delete_view, list_views, save_view};
pub use wait::{count_waiting, verify_waiting};
