//! USE CASE: signing store offers for players. May call `stores` and the public functions of `catalog`, `projects` and
//! `users`. Nothing is stored: a signature is worth nothing without the store's own checks, and ends after a day.

mod sign;

pub use sign::{Buyer, OfferInput, sign_for_app, sign_for_product};
