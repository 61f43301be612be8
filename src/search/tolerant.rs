//! Other spellings of an id, parts of it, and slips: by the keys of what is indexed, and among the newest payments, which are not yet.

use std::collections::{BTreeSet, HashMap};

use super::find::Finder;
use super::read::Term;
use crate::db;
use crate::db::search::{Candidate, Newest, Part};
use crate::error::Result;
use crate::model::{
    Found, KEY_CHARS, MatchField, MatchKind, Normal, Payment, PaymentSeq, ProjectId, SearchKey, SubscriptionId, Timestamp,
    order_of,
};
use crate::state::AppState;

/// What one key may lead to; more have too little in common with the term.
const CANDIDATES_MAX: i64 = 150;
/// Payments without keys that are looked through: those of the last minutes, and more only while a database is indexed for the first
/// time.
const UNINDEXED_MAX: i64 = 5_000;
/// Of so many of them the other numbers are looked through too.
const OTHER_IDS_MAX: usize = 1_000;
/// Payments looked through for parts in the middle of an id.
const SCANNED_MAX: i64 = 20_000;
const SCANNED_HITS_MAX: i64 = 20;
/// Subscriptions looked through.
const SUBSCRIPTIONS_MAX: i64 = 1_000;
/// A payment verified so long after it was made is found by its keys alone, once it has them.
const VERIFIED_LATE_MILLIS: i64 = 3 * Timestamp::DAY;
/// A slip in a shorter text may make another id of it.
const SLIP_CHARS_MIN: usize = 5;

/// What a term without an exact match may mean.
pub(super) async fn find(finder: &mut Finder<'_>, term: &Term) -> Result<()> {
    let (state, project) = (finder.state, finder.project);
    let normal = key_form(&term.text);
    let recent = match finder.recent.clone() {
        Some(recent) => recent,
        None => finder.recent.insert(list_recent(state, project).await?.into()).clone(),
    };
    let mut payments: Vec<PaymentSeq> = Vec::new();
    let mut users = find_users(state, project, &term.normal, term.is_long_enough()).await?;
    users.extend(recent.iter().filter(|one| one.is_of_user(&term.normal, term.is_long_enough())).map(Recent::user));
    if term.is_long_enough() {
        payments.extend(recent.iter().filter(|one| one.ids.iter().any(|id| id.contains(&normal))).map(Recent::seq));
        payments.extend(find_by_ends(finder, &normal).await?);
        if !finder.is_one_of_many {
            payments.extend(find_in_middle(finder, &normal).await?);
        }
        find_subscriptions(finder, term).await?;
    }
    add_payments(finder, term, payments).await?;
    add_users(finder, term, users);
    if !finder.has_found(term) && (SLIP_CHARS_MIN..=KEY_CHARS).contains(&normal.count()) {
        find_slips(finder, term, &normal, &recent).await?;
    }
    Ok(())
}

/// The form an order's number has keys by: without the number of the renewal and the product behind it.
pub(super) fn key_form(id: &str) -> Normal {
    let order = order_of(id);
    Normal::of(order.split_once("..").map_or(order, |(base, _)| base))
}

async fn list_recent(state: &AppState, project: &ProjectId) -> Result<Vec<Recent>> {
    let recent = list_unindexed(state, project).await?;
    let seqs: Vec<&str> = recent.iter().take(OTHER_IDS_MAX).map(|one| one.payment_seq.as_str()).collect();
    let mut tx = state.db.read().await?;
    let mut other_ids: HashMap<String, Vec<Normal>> = HashMap::new();
    for (seq, id) in db::search::list_other_ids(&mut tx, &seqs).await? {
        other_ids.entry(seq).or_default().push(Normal::of(&id));
    }
    Ok(recent.into_iter().map(|one| Recent::of(one, &mut other_ids)).collect())
}

async fn list_unindexed(state: &AppState, project: &ProjectId) -> Result<Vec<Newest>> {
    let mut tx = state.db.read().await?;
    let Some(mark) = db::search::find_mark(&mut tx, project).await? else {
        return db::search::list_newest(&mut tx, project, Timestamp(0), UNINDEXED_MAX).await;
    };
    let mut recent = db::search::list_newest(&mut tx, project, mark.created_at, UNINDEXED_MAX).await?;
    let made = (mark.created_at.plus_millis(-VERIFIED_LATE_MILLIS), mark.created_at);
    let late = db::search::list_verified_since(&mut tx, project, made, mark.verified_until, UNINDEXED_MAX).await?;
    let late = db::payments::list_by_seq(&mut tx, project, &late).await?;
    recent.extend(late.into_iter().map(|payment| Newest {
        payment_seq: payment.payment_seq,
        store_order_id: payment.store_order_id,
        purchase_token: payment.purchase_token,
        user_channel: payment.user_channel,
        user_key: payment.user_key,
    }));
    Ok(recent)
}

/// A payment without keys, in the forms it is compared in.
pub(super) struct Recent {
    payment: Newest,
    ids: Vec<Normal>,
    user_key: Normal,
}

impl Recent {
    fn of(payment: Newest, other_ids: &mut HashMap<String, Vec<Normal>>) -> Self {
        let own = [payment.store_order_id.as_deref(), payment.purchase_token.as_deref(), Some(payment.payment_seq.as_str())];
        let others = other_ids.remove(payment.payment_seq.as_str()).unwrap_or_default();
        let ids = own.into_iter().flatten().map(key_form).chain(others).collect();
        Self { ids, user_key: Normal::of(&payment.user_key), payment }
    }

    fn is_of_user(&self, normal: &Normal, takes_parts: bool) -> bool {
        !self.payment.user_key.is_empty() && (self.user_key == *normal || takes_parts && self.user_key.contains(normal))
    }

    fn seq(&self) -> PaymentSeq {
        self.payment.payment_seq.clone()
    }

    fn user(&self) -> Candidate {
        Candidate { found: self.payment.user_key.clone(), channel: self.payment.user_channel.clone() }
    }
}

async fn find_users(state: &AppState, project: &ProjectId, normal: &Normal, takes_parts: bool) -> Result<Vec<Candidate>> {
    let mut tx = state.db.read().await?;
    let mut found = db::search::list_by_keys(&mut tx, project, Part::UserHead, &[normal.key()], CANDIDATES_MAX as usize).await?;
    if takes_parts {
        found.extend(db::search::list_by_key(&mut tx, project, Part::UserHead, normal, CANDIDATES_MAX).await?);
        found.extend(db::search::list_by_key(&mut tx, project, Part::UserTail, &normal.reversed(), CANDIDATES_MAX).await?);
    }
    Ok(found)
}

/// Payments whose ids begin, or at the border of a group go on, or end so.
async fn find_by_ends(finder: &mut Finder<'_>, normal: &Normal) -> Result<Vec<PaymentSeq>> {
    let mut tx = finder.state.db.read().await?;
    let tail = db::search::list_by_key(&mut tx, finder.project, Part::PaymentTail, &normal.reversed(), CANDIDATES_MAX).await?;
    let head = db::search::list_by_key(&mut tx, finder.project, Part::PaymentHead, normal, CANDIDATES_MAX).await?;
    finder.has_more |= [&tail, &head].iter().any(|found| found.len() as i64 == CANDIDATES_MAX);
    Ok(tail.into_iter().chain(head).map(|found| PaymentSeq(found.found)).collect())
}

async fn find_in_middle(finder: &mut Finder<'_>, normal: &Normal) -> Result<Vec<PaymentSeq>> {
    // What stands for several characters is compared again.
    let like = match normal.is_digits() {
        true => normal.as_str().to_owned(),
        false => normal.as_str().replace(['0', '1'], "_"),
    };
    finder.newest_scanned = u32::try_from(SCANNED_MAX).ok();
    let mut tx = finder.state.db.read().await?;
    db::search::scan_newest(&mut tx, finder.project, &like, SCANNED_MAX, SCANNED_HITS_MAX).await
}

async fn find_subscriptions(finder: &mut Finder<'_>, term: &Term) -> Result<()> {
    let newest =
        db::search::list_newest_subscriptions(&mut finder.state.db.read().await?, finder.project, SUBSCRIPTIONS_MAX).await?;
    for (id, chain_id) in newest {
        let fields = [(MatchField::SubscriptionId, &id), (MatchField::ChainId, &chain_id)];
        let Some((field, kind)) =
            fields.into_iter().find_map(|(field, text)| Some((field, kind_of(&term.normal, &Normal::of(text))?)))
        else {
            continue;
        };
        let mut tx = finder.state.db.read().await?;
        if let Some(found) = db::subscriptions::find(&mut tx, finder.project, &SubscriptionId(id)).await? {
            drop(tx);
            let found = finder.subscription(found);
            finder.add(term, kind, field, found);
        }
    }
    Ok(())
}

/// How an id matches a term, if it does.
fn kind_of(term: &Normal, id: &Normal) -> Option<MatchKind> {
    if id == term {
        Some(MatchKind::Normalised)
    } else if id.contains(term) {
        Some(MatchKind::Fragment)
    } else {
        None
    }
}

async fn add_payments(finder: &mut Finder<'_>, term: &Term, seqs: Vec<PaymentSeq>) -> Result<()> {
    let seqs: Vec<PaymentSeq> = seqs.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
    let (payments, other_ids) = load(finder, &seqs).await?;
    for payment in payments {
        let normal = key_form(&term.text);
        let fields = fields_of(&payment, &other_ids);
        let matched = fields.iter().filter_map(|(field, id)| Some((kind_of(&normal, &key_form(id))?, *field)));
        let best = matched.min_by_key(|(kind, _)| *kind != MatchKind::Normalised);
        if let Some((kind, field)) = best {
            // What was stripped from both to compare them may still tell them apart.
            let is_whole = fields.iter().any(|(_, id)| Normal::of(id) == term.normal);
            let kind = if kind == MatchKind::Normalised && !is_whole { MatchKind::Fragment } else { kind };
            finder.add(term, kind, field, Found::Payment(Box::new(payment)));
        }
    }
    Ok(())
}

async fn load(finder: &Finder<'_>, seqs: &[PaymentSeq]) -> Result<(Vec<Payment>, Vec<(String, String)>)> {
    let mut tx = finder.state.db.read().await?;
    let payments = db::payments::list_by_seq(&mut tx, finder.project, seqs).await?;
    let texts: Vec<&str> = payments.iter().map(|payment| payment.payment_seq.as_str()).collect();
    let other_ids = db::search::list_other_ids(&mut tx, &texts).await?;
    Ok((payments, other_ids))
}

fn fields_of<'a>(payment: &'a Payment, other_ids: &'a [(String, String)]) -> Vec<(MatchField, &'a str)> {
    let own = [
        (MatchField::PaymentSeq, Some(payment.payment_seq.as_str())),
        (MatchField::StoreOrderId, payment.store_order_id.as_deref()),
        (MatchField::PurchaseToken, payment.purchase_token.as_deref()),
    ];
    let others =
        other_ids.iter().filter(|(seq, _)| *seq == payment.payment_seq.0).map(|(_, id)| (MatchField::OtherId, id.as_str()));
    own.into_iter().filter_map(|(field, id)| Some((field, id?))).chain(others).collect()
}

fn add_users(finder: &mut Finder<'_>, term: &Term, users: Vec<Candidate>) {
    for user in users {
        if let Some(kind) = kind_of(&term.normal, &Normal::of(&user.found)) {
            finder.add(term, kind, MatchField::UserKey, Found::User { user_key: user.found, user_channel: user.channel });
        }
    }
}

/// What is one slip away from the term.
async fn find_slips(finder: &mut Finder<'_>, term: &Term, normal: &Normal, recent: &[Recent]) -> Result<()> {
    let slips = normal.slips();
    let mut tx = finder.state.db.read().await?;
    let heads: Vec<SearchKey> = slips.iter().map(Normal::key).collect();
    let mut users = db::search::list_by_keys(&mut tx, finder.project, Part::UserHead, &heads, CANDIDATES_MAX as usize).await?;
    let mut seqs = Vec::new();
    if term.is_long_enough() {
        let tails: Vec<SearchKey> = slips.iter().map(|slip| slip.reversed().key()).collect();
        let found = db::search::list_by_keys(&mut tx, finder.project, Part::PaymentTail, &tails, CANDIDATES_MAX as usize).await?;
        seqs.extend(found.into_iter().map(|found| PaymentSeq(found.found)));
        let is_near = |one: &&Recent| one.ids.iter().any(|id| id.is_one_slip_from(normal));
        seqs.extend(recent.iter().filter(is_near).map(Recent::seq));
    }
    drop(tx);
    users.extend(recent.iter().filter(|one| one.user_key.is_one_slip_from(&term.normal)).map(Recent::user));
    for user in users.into_iter().filter(|user| Normal::of(&user.found).is_one_slip_from(&term.normal)) {
        finder.add(term, MatchKind::Typo, MatchField::UserKey, Found::User { user_key: user.found, user_channel: user.channel });
    }
    let (payments, other_ids) = load(finder, &seqs).await?;
    for payment in payments {
        let field = fields_of(&payment, &other_ids).into_iter().find(|(_, id)| key_form(id).is_one_slip_from(normal));
        if let Some(field) = field.map(|(field, _)| field) {
            finder.add(term, MatchKind::Typo, field, Found::Payment(Box::new(payment)));
        }
    }
    Ok(())
}
