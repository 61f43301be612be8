//! USE CASE: what a store says of a purchase, recorded once, whatever the order it comes in and whoever brings it. Each report is
//! loaded, planned and written inside one write: `load` reads everything that may matter, `plan` decides everything and is pure,
//! `write` writes. `bulk` takes many new purchases through the same plan in one write. May call `db`, and `users` and `catalog`
//! for their types.

mod books;
mod bulk;
mod corrected;
mod derive;
pub(crate) mod effect;
mod finish;
mod known;
mod load;
mod new_payment;
mod owner;
mod pending;
mod plan;
mod provisional;
mod record;
mod report;
mod subscription;
mod taken_back;
mod timeline;
mod write;

pub use bulk::NewPurchases;
pub(crate) use corrected::{CLOCKS_MILLIS, TOLERANCE_MILLIS, match_owned};
pub(crate) use finish::{FINISH_PURCHASES, finish_again, finish_assigned, note_finished};
pub(crate) use new_payment::NewPayment;
pub(crate) use pending::{close_pending, record_pending};
pub(crate) use provisional::{VERIFY_PROVISIONAL, take_back_unconfirmed};
pub(crate) use record::{ReportNumbers, record, record_alone, record_if_known};
pub(crate) use report::{Claimant, StoreReport};
pub(crate) use timeline::{event, with_evidence, with_reason};
