//! Looking for what a text asks for, project by project: ids as they are, then their other spellings and parts, then what the text
//! says of a payment.

use std::sync::Arc;

use super::read::{Asked, Strength, Term, read};
use super::store::list_askable;
use super::tolerant::Recent;
use super::{described, products, tolerant};
use crate::db;
use crate::db::search::ExactHit;
use crate::error::{Error, Result};
use crate::model::{
    AskedAmount, Found, Hit, MatchField, MatchKind, NotificationNo, PaymentSeq, ProjectId, Reason, SearchAnswer, Subscription,
    SubscriptionId, Timestamp, Understood, Why, ZoneOffset, shorten,
};
use crate::state::AppState;

/// The longest text that is read; a pasted notification has some 20 KiB, an old receipt more.
pub const TEXT_BYTES_MAX: usize = 64 * 1024;
/// Hits that are shown.
const HITS_MAX: usize = 50;
/// Projects that are looked through for one text.
const PROJECTS_MAX: usize = 50;
/// Of more, none is looked through payment by payment.
const FEW_PROJECTS: usize = 5;
/// Ids of a text that other spellings, parts and slips are looked for.
const TOLERANT_MAX: usize = 6;
/// What of a term is told back.
const SHOWN_CHARS_MAX: usize = 48;

/// A hit and its place among the others.
pub(super) struct Ranked {
    pub hit: Hit,
    place: Place,
}

/// Less is better: how it matches, which of the text's ids, which of the thing's ids, and the newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    tier: usize,
    term: u8,
    field: usize,
    newest: i64,
}

/// What one project was asked, and what it gave.
pub(super) struct Finder<'a> {
    pub state: &'a AppState,
    pub project: &'a ProjectId,
    pub asked: &'a Asked,
    pub hits: Vec<Ranked>,
    /// Texts of terms that found something.
    pub found: Vec<String>,
    pub newest_scanned: Option<u32>,
    pub has_more: bool,
    pub products: Vec<String>,
    /// Payments without keys; read once, when a term needs them.
    pub recent: Option<Arc<[Recent]>>,
    /// So many projects are searched that none is looked through payment by payment.
    pub is_one_of_many: bool,
}

/// Searches the projects for what a text asks for, as read in the reader's zone. Who may read them is asked at the edge.
pub async fn search(state: &AppState, projects: &[ProjectId], text: &str, zone: ZoneOffset) -> Result<SearchAnswer> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(Error::invalid("q", Reason::BytesAtMost { max: TEXT_BYTES_MAX }));
    }
    let asked = read(text, state.clock.now(), zone);
    let mut answer =
        SearchAnswer { understood: understood(&asked), has_more: projects.len() > PROJECTS_MAX, ..SearchAnswer::default() };
    let mut finders: Vec<Finder<'_>> = Vec::new();
    for project in projects.iter().take(PROJECTS_MAX) {
        let mut finder = Finder::new(state, project, &asked);
        finder.is_one_of_many = projects.len() > FEW_PROJECTS;
        finder.find_ids().await?;
        finders.push(finder);
    }
    // What one project has under the very id, no other is looked through for.
    let is_found = finders.iter().any(Finder::has_sure);
    let mut hits = Vec::new();
    for mut finder in finders {
        if !is_found || finder.has_sure() {
            finder.find_rest().await?;
            answer.askable.extend(list_askable(&finder).await?);
        }
        answer.newest_scanned = answer.newest_scanned.max(finder.newest_scanned);
        answer.has_more |= finder.has_more;
        answer.understood.products.extend(finder.products);
        hits.extend(finder.hits);
    }
    hits.sort_by_key(|hit| hit.place);
    answer.has_more |= hits.len() > HITS_MAX;
    answer.hits = hits.into_iter().take(HITS_MAX).map(|ranked| ranked.hit).collect();
    Ok(answer)
}

fn understood(asked: &Asked) -> Understood {
    let mut amounts: Vec<AskedAmount> = asked.amounts.clone();
    amounts.dedup();
    let ids = asked.terms.iter().map(|term| shorten(&term.text, SHOWN_CHARS_MAX).into_owned()).collect();
    Understood { ids, amounts, days: asked.days.clone(), products: Vec::new() }
}

impl<'a> Finder<'a> {
    fn new(state: &'a AppState, project: &'a ProjectId, asked: &'a Asked) -> Self {
        let (hits, found, products) = (Vec::new(), Vec::new(), Vec::new());
        Self {
            state,
            project,
            asked,
            hits,
            found,
            newest_scanned: None,
            has_more: false,
            products,
            recent: None,
            is_one_of_many: false,
        }
    }

    async fn find_ids(&mut self) -> Result<()> {
        for term in &self.asked.terms {
            self.find_exact(term).await?;
        }
        Ok(())
    }

    /// Whether something was found that the text surely asks for.
    pub(super) fn has_sure(&self) -> bool {
        self.asked.terms.iter().any(|term| term.strength == Strength::Sure && self.has_found(term))
    }

    async fn find_rest(&mut self) -> Result<()> {
        let (is_sure, mut looked) = (self.has_sure(), 0);
        for term in &self.asked.terms {
            if !self.has_found(term) && (!is_sure || term.strength == Strength::Sure) && looked < TOLERANT_MAX {
                looked += 1;
                tolerant::find(self, term).await?;
            }
        }
        if self.hits.is_empty() {
            self.find_words().await?;
        }
        let has_payment = self.hits.iter().any(|ranked| !matches!(ranked.hit.found, Found::User { .. } | Found::Product(_)));
        if !has_payment {
            let named = products::find(self).await?;
            described::find(self, &named).await?;
        }
        Ok(())
    }

    pub(super) fn has_found(&self, term: &Term) -> bool {
        self.found.contains(&term.text)
    }

    /// The term as it is, then in the other spellings it may be stored in.
    async fn find_exact(&mut self, term: &Term) -> Result<()> {
        for (place, spelling) in term.spellings.iter().enumerate() {
            let mut tx = self.state.db.read().await?;
            let mut hits = db::search::find_exact(&mut tx, self.project, spelling).await?;
            if hits.is_empty() && term.normal.is_digits() && term.is_long_enough() {
                hits = self.find_period(spelling).await?;
            }
            if hits.is_empty()
                && let Ok(no) = spelling.parse::<i64>()
            {
                let found = db::notifications::find(&mut tx, self.project, NotificationNo(no)).await?;
                hits.extend(found.map(|found| hit(MatchField::NotificationId, found.notice_no.to_string())));
            }
            drop(tx);
            if !hits.is_empty() {
                let kind = if place == 0 { MatchKind::Exact } else { MatchKind::Normalised };
                return self.add_exact(term, kind, hits).await;
            }
        }
        Ok(())
    }

    /// The payment of a paid period that has an id of its own.
    async fn find_period(&self, id: &str) -> Result<Vec<ExactHit>> {
        let mut tx = self.state.db.read().await?;
        let mut hits = Vec::new();
        for (app, snapshot) in db::search::list_periods(&mut tx, self.project, id).await? {
            let purchase: serde_json::Value = serde_json::from_str(&snapshot).map_err(Error::internal)?;
            let Some(order_id) = purchase["order_id"].as_str() else { continue };
            let found = db::payments::find_by_order(&mut tx, self.project, app, order_id).await?;
            hits.extend(found.map(|payment| hit(MatchField::PeriodId, payment.payment_seq.0)));
        }
        Ok(hits)
    }

    /// Words of a text that are users' keys, where nothing else was found.
    async fn find_words(&mut self) -> Result<()> {
        for word in &self.asked.words {
            let mut tx = self.state.db.read().await?;
            let hits = db::search::find_users(&mut tx, self.project, word).await?;
            drop(tx);
            if !hits.is_empty() {
                self.add_exact(&Term::new(word, Strength::Likely, u8::MAX), MatchKind::Exact, hits).await?;
            }
        }
        Ok(())
    }

    async fn add_exact(&mut self, term: &Term, kind: MatchKind, hits: Vec<ExactHit>) -> Result<()> {
        let seqs: Vec<PaymentSeq> =
            hits.iter().filter(|hit| is_payment(hit.field)).map(|hit| PaymentSeq(hit.found.clone())).collect();
        let payments = db::payments::list_by_seq(&mut self.state.db.read().await?, self.project, &seqs).await?;
        for hit in hits {
            let mut tx = self.state.db.read().await?;
            let found = match hit.field {
                field if is_payment(field) => payments
                    .iter()
                    .find(|payment| payment.payment_seq.0 == hit.found)
                    .map(|payment| Found::Payment(Box::new(payment.clone()))),
                MatchField::SubscriptionId | MatchField::ChainId => {
                    let id = SubscriptionId(hit.found);
                    let found = db::subscriptions::find(&mut tx, self.project, &id).await?;
                    found.map(|found| self.subscription(found))
                }
                MatchField::NotificationId => {
                    let Ok(no) = hit.found.parse() else { continue };
                    let found = db::notifications::find(&mut tx, self.project, NotificationNo(no)).await?;
                    found.map(|found| Found::Notification(Box::new(found)))
                }
                _ => Some(Found::User { user_key: hit.found, user_channel: hit.channel }),
            };
            drop(tx);
            if let Some(found) = found {
                self.add(term, kind, hit.field, found);
            }
        }
        Ok(())
    }

    /// A subscription as it stands now: time passes between writes.
    pub(super) fn subscription(&self, found: Subscription) -> Found {
        Found::Subscription(Box::new(Subscription { state: found.state_at(self.state.clock.now()), ..found }))
    }

    /// Adds a hit, unless the thing was found already.
    pub(super) fn add(&mut self, term: &Term, kind: MatchKind, field: MatchField, found: Found) {
        let tier = MatchKind::ALL.iter().position(|one| *one == kind).unwrap_or_default();
        let field_place = MatchField::ALL.iter().position(|one| *one == field).unwrap_or_default();
        let place = Place { tier, term: term.rank, field: field_place, newest: -at(&found).0 };
        self.found.push(term.text.clone());
        let why = Why { kind, field, term: shorten(&term.text, SHOWN_CHARS_MAX).into_owned() };
        self.put(why, place, found);
    }

    /// Adds payments that are as a text describes them, in this order: before other hits where the text also names their user.
    pub(super) fn add_described(&mut self, found: Vec<Found>, has_user: bool) {
        let tier = if has_user { 0 } else { MatchKind::ALL.len() };
        for (place, found) in (0..).zip(found) {
            let why = Why { kind: MatchKind::Described, field: MatchField::Description, term: String::new() };
            self.put(why, Place { tier, term: 0, field: 0, newest: place }, found);
        }
    }

    fn put(&mut self, why: Why, place: Place, found: Found) {
        let same = self.hits.iter_mut().find(|held| is_same(&held.hit.found, &found));
        let hit = Hit { project: self.project.clone(), found, why };
        match same {
            Some(held) if held.place <= place => {}
            Some(held) => *held = Ranked { hit, place },
            None => self.hits.push(Ranked { hit, place }),
        }
    }
}

fn hit(field: MatchField, found: String) -> ExactHit {
    ExactHit { field, found, channel: String::new() }
}

const fn is_payment(field: MatchField) -> bool {
    matches!(
        field,
        MatchField::PaymentSeq
            | MatchField::StoreOrderId
            | MatchField::OriginalOrderId
            | MatchField::PurchaseToken
            | MatchField::OtherId
            | MatchField::PeriodId
    )
}

fn is_same(left: &Found, right: &Found) -> bool {
    match (left, right) {
        (Found::Payment(left), Found::Payment(right)) => left.payment_seq == right.payment_seq,
        (Found::Subscription(left), Found::Subscription(right)) => left.subscription_id == right.subscription_id,
        (Found::Notification(left), Found::Notification(right)) => left.notice_no == right.notice_no,
        (Found::Product(left), Found::Product(right)) => left.product_seq == right.product_seq,
        (Found::User { .. }, Found::User { .. }) => left == right,
        _ => false,
    }
}

/// When it was made, for the newest to come first.
fn at(found: &Found) -> Timestamp {
    match found {
        Found::Payment(payment) => payment.purchased_at.unwrap_or(payment.created_at),
        Found::Subscription(subscription) => subscription.started_at,
        Found::Notification(notification) => notification.received_at,
        Found::Product(product) => product.created_at,
        Found::User { .. } => Timestamp(0),
    }
}
