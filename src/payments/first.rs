//! First words on one-time purchases, brought by their buyers: nearly every verify. Those that come at the same time are
//! entered together, in one write; each caller is answered after the commit.

use std::collections::HashSet;

use futures::future::join_all;

use super::attribute::lead_of;
use super::entry::{EntryNumbers, Presenter, Said, first_line, new_payment, reserved_since, settlement};
use crate::db::payments::{FirstWord, as_settled};
use crate::db::{self, Batcher, Db};
use crate::error::{Error, Result};
use crate::model::Payment;

/// What became of a word.
enum Outcome {
    /// It was the first, and this payment is made.
    Entered(Box<Payment>),
    /// Something is known of its purchase already, or of its buyer's neighbours: the books have to be read.
    NotFirst,
    Failed(String),
}

/// Enters first words. Cheap to clone.
#[derive(Clone)]
pub struct FirstEntries(Batcher<Box<FirstWord>, Outcome>);

impl FirstEntries {
    pub fn start(db: &Db) -> Self {
        Self(Batcher::start(db, enter_all))
    }

    /// Enters the word and gives its payment; none when it is not the first, and nothing was written.
    pub(super) async fn enter(&self, word: Box<FirstWord>) -> Result<Option<Payment>> {
        match self.0.hand_in(word).await? {
            Outcome::Entered(payment) => Ok(Some(*payment)),
            Outcome::NotFirst => Ok(None),
            Outcome::Failed(cause) => Err(Error::Internal(cause)),
        }
    }
}

#[expect(clippy::vec_box, reason = "a word is large, and moves several times before it is here")]
async fn enter_all(db: Db, words: Vec<Box<FirstWord>>) -> Vec<Outcome> {
    let of = |(word, is_first): (Box<FirstWord>, bool)| match is_first {
        true => Outcome::Entered(Box::new(word.payment)),
        false => Outcome::NotFirst,
    };
    match enter_together(&db, &words).await {
        Ok(are_first) => words.into_iter().zip(are_first).map(of).collect(),
        // Another write was quicker with one of them: with which, each finds out by itself.
        Err(error) if error.is_lost_race() => words.iter().map(|_| Outcome::NotFirst).collect(),
        Err(error) if words.len() == 1 => vec![Outcome::Failed(error.to_string())],
        // What one of them met must not be the others' trouble. At the same time, so that they wait no longer than one would.
        Err(_) => join_all(words.into_iter().map(|word| enter_alone(&db, word))).await,
    }
}

async fn enter_alone(db: &Db, word: Box<FirstWord>) -> Outcome {
    match enter_together(db, std::slice::from_ref(&word)).await {
        Ok(are_first) if are_first == [true] => Outcome::Entered(Box::new(word.payment)),
        Ok(_) => Outcome::NotFirst,
        Err(error) if error.is_lost_race() => Outcome::NotFirst,
        Err(error) => Outcome::Failed(error.to_string()),
    }
}

/// Enters those of the words that are the first; which they were.
async fn enter_together(db: &Db, words: &[Box<FirstWord>]) -> Result<Vec<bool>> {
    let words: Vec<&FirstWord> = words.iter().map(Box::as_ref).collect();
    db.write(async |tx| {
        let users = words.iter().map(|one| (&one.project, one.payment.user_channel.as_str(), one.payment.user_key.as_str()));
        db::payments::hold_users(tx, users).await?;
        let known: HashSet<usize> = db::payments::find_not_first(tx, &words).await?.into_iter().collect();
        let mut orders = HashSet::new();
        let are_first: Vec<bool> = words
            .iter()
            .enumerate()
            .map(|(place, word)| {
                !known.contains(&place) && orders.insert((word.payment.app_seq, word.payment.store_order_id.as_deref()))
            })
            .collect();
        let mut first: Vec<&FirstWord> =
            words.iter().zip(&are_first).filter(|(_, is_first)| **is_first).map(|(word, _)| *word).collect();
        // Two writes that register the same users take them in the same order, so that neither waits for the other for good.
        first.sort_by_key(|word| word.payment.user_key.as_str());
        db::payments::insert_first(tx, &first).await?;
        Ok(are_first)
    })
    .await
}

/// Whether a word may be entered so. The presenter's token is theirs or absent, so that they are the purchase's user.
pub(super) fn may_be_first(said: &Said<'_>, presenter: Presenter<'_>) -> bool {
    let purchase = said.purchase;
    let is_theirs = purchase.account_token.as_ref().is_none_or(|token| token.eq_ignore_ascii_case(presenter.account_token));
    presenter.reserved.is_none() && is_theirs && !purchase.is_subscription() && purchase.revoked_at.is_none()
}

/// All that such a word writes.
pub(super) fn first_word(said: &Said<'_>, presenter: Presenter<'_>, numbers: &EntryNumbers) -> Result<Box<FirstWord>> {
    let (lead, settlement) = (lead_of(said, presenter), settlement(said.app, said.purchase));
    let payment = as_settled(&new_payment(said, &lead, numbers), &settlement);
    Ok(Box::new(FirstWord {
        project: said.project.clone(),
        word: db::facts::word(said.purchase)?,
        line: (first_line(said, None, payment.status), numbers.rows[0]),
        payment,
        settlement,
        access_salt: numbers.access_salt,
        reserved_since: reserved_since(said, said.purchase),
        account_token: presenter.account_token.to_owned(),
    }))
}
