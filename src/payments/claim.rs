//! Who hands in a proof, and for whom.

use std::net::IpAddr;

use serde_json::Value;

use crate::audit::By;
use crate::keys::hash_secret;
use crate::model::{ProjectId, Purchase, Snapshot, Timestamp};
use crate::stores::{Asking, Priority, Refusal, StoreApp};
use crate::users::User;

/// Who hands in a proof.
#[derive(Debug, Clone, Copy)]
pub struct ProofOrigin<'a> {
    pub by: &'a By,
    /// The address the request came from, where it is known.
    pub address: Option<&'a str>,
    /// Whether the project takes a purchase only from the user whose account token it carries.
    pub account_token_required: bool,
}

/// A proof handed in for a user.
#[derive(Clone, Copy)]
pub(super) struct Claim<'a> {
    pub from: ProofOrigin<'a>,
    /// Whether a game server stands behind it, which has asked its player who they are. An AppKey proves nothing.
    pub is_server: bool,
    pub project: &'a ProjectId,
    pub app: &'a StoreApp,
    pub user: &'a User,
    /// As it was handed in.
    pub proof: &'a Value,
}

/// The groups of waiting proofs a claim's counts in.
pub(super) struct Groups {
    pub user: String,
    pub caller: String,
    pub project: String,
}

impl<'a> Claim<'a> {
    pub fn new(from: ProofOrigin<'a>, project: &'a ProjectId, app: &'a StoreApp, user: &'a User, proof: &'a Value) -> Self {
        Self { from, is_server: from.by.is_trusted(), project, app, user, proof }
    }

    /// How the store is asked about it.
    pub fn asking(&self, now: Timestamp) -> Asking {
        match self.from.by {
            By::Client | By::NhnClient(_) | By::Server { .. } => {
                let priority = if self.is_server { Priority::Server } else { Priority::Client };
                Asking { now, priority, caller: number(&self.caller()) }
            }
            by => Asking::of(by.actor(), now),
        }
    }

    pub fn groups(&self) -> Groups {
        let side = if self.is_server { "server" } else { "app" };
        Groups {
            user: format!("{side} {}", self.user_hash()),
            caller: format!("{side} {}", self.caller()),
            project: format!("{side} {}", self.project.as_str()),
        }
    }

    /// Whose made-up proofs may not get in others' way. A game server speaks for its users; whoever has an AppKey names any
    /// user, so an app is known by its address.
    fn caller(&self) -> String {
        match self.from.address.filter(|_| !self.is_server) {
            Some(address) => hash_secret(&format!("{} address {}", self.project.as_str(), network(address))),
            None => self.user_hash(),
        }
    }

    fn user_hash(&self) -> String {
        let User { channel, key } = self.user;
        hash_secret(&format!("{} user {}:{channel} {key}", self.project.as_str(), channel.len()))
    }
}

/// What an app is told that only names a purchase.
const NO_CLAIM: &str = "the store knows no purchase of this user by that name; an app hands in the signedTransaction, and a \
    transactionId or a receipt is taken from a game server (secret key)";

/// Lets an app's claim on a purchase it only named stand when the store says itself whose it is. All else is refused in the
/// same words, whether there is such a purchase or not.
pub(super) fn admit_named(answer: Result<Snapshot, Refusal>, account_token: &str) -> Result<Snapshot, Refusal> {
    match answer {
        Ok(snapshot) if snapshot.purchases.first().is_some_and(|purchase| is_token(purchase, account_token)) => Ok(snapshot),
        Err(refusal) if refusal.code.is_transient() => Err(refusal),
        Ok(_) | Err(_) => Err(Refusal::proof(NO_CLAIM)),
    }
}

/// Whether a purchase carries an account token.
pub(super) fn is_token(purchase: &Purchase, account_token: &str) -> bool {
    purchase.account_token.as_ref().is_some_and(|token| token.eq_ignore_ascii_case(account_token))
}

/// The part of an address that its holder can't change at will: all of an IPv4 address, the first half of an IPv6 one.
fn network(address: &str) -> String {
    match address.parse::<IpAddr>().map(|address| address.to_canonical()) {
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}/64")
        }
        Ok(address) => address.to_string(),
        Err(_) => address.to_owned(),
    }
}

/// A hash's first bytes as a number.
fn number(hash: &str) -> u64 {
    hash.bytes().take(11).fold(0, |number: u64, byte| number.rotate_left(6) ^ u64::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_known_by_what_its_holder_can_not_change() {
        for (one, other, is_same) in [
            ("192.0.2.1", "192.0.2.1", true),
            ("192.0.2.1", "::ffff:192.0.2.1", true),
            ("192.0.2.1", "192.0.2.2", false),
            ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true),
            ("2001:db8:1:2::1", "2001:db8:1:3::1", false),
            ("unknown", "unknown", true),
        ] {
            assert_eq!(network(one) == network(other), is_same, "{one} {other}");
        }
    }

    #[test]
    fn callers_get_numbers_of_their_own() {
        let numbers: std::collections::HashSet<u64> = (0..10_000).map(|user| number(&hash_secret(&user.to_string()))).collect();
        assert_eq!(numbers.len(), 10_000);
    }
}
