//! Decides everything a report changes. Pure: what is known goes in, what is to be written comes out.

mod assign;
mod reservation;

use super::books::{Books, PlannedPayment};
use super::corrected::{self, Waiting};
use super::effect;
use super::finish::PlannedFinish;
use super::known::{Known, Resolved};
use super::new_payment::NewPayment;
use super::owner::Owner;
use super::record::ReportNumbers;
use super::report::{Claimant, StoreReport};
use super::subscription::PlannedSubscription;
use super::taken_back::{self, TakenBack};
use super::timeline::{event, with_evidence, with_reason};
use crate::audit::By;
use crate::db::store_snapshots::is_newer_renewal;
use crate::model::{
    AccessSalt, Attribution, EventKind, Finish, Payment, PaymentEvent, PaymentSeq, PaymentStatus, Purchase, Renewal,
};
use crate::users::User;

/// Everything a report changes.
pub(super) struct Plan {
    /// The purchase's payment.
    pub seq: PaymentSeq,
    pub effect: &'static str,
    pub newest: Purchase,
    /// The number an outdated snapshot of the purchase is kept under.
    pub outdated: Option<String>,
    pub renewal: Option<Renewal>,
    /// What the store has to be told: that buyers have what they bought.
    pub finish: Vec<PlannedFinish>,
    /// What the store has to be asked of: the payment is provisional.
    pub check: Option<PlannedFinish>,
    /// The chains whose periods all go on in the purchase's.
    pub moved_chains: Vec<String>,
    pub payments: Vec<PlannedPayment>,
    pub lines: Vec<(PaymentSeq, PaymentEvent)>,
    pub other_ids: Vec<String>,
    pub subscriptions: Vec<PlannedSubscription>,
    /// The claimant, where the purchase is theirs and new.
    pub user: Option<(User, String)>,
}

/// Decides what a report changes.
pub(super) fn plan(report: &StoreReport<'_>, claimant: Option<Claimant<'_>>, known: &Known, numbers: &ReportNumbers) -> Plan {
    let Resolved { newest, periods, owner } = known.resolve(report);
    let mut planner = Planner {
        report,
        claimant,
        known,
        newest: &newest,
        moved: known.moved_chains(report, &newest),
        books: Books::default(),
        finishes: Vec::new(),
        access_salt: numbers.access_salt,
    };
    let (seq, effect) = match &known.payment {
        Some(payment) => planner.reconcile(payment.clone(), owner.as_ref()),
        None => planner.create(owner.as_ref(), numbers),
    };
    planner.note_other_token(owner.as_ref(), &seq);
    planner.close_also_pending(&seq);
    planner.consume_if_imported(&seq);
    planner.move_payments();
    planner.assign_periods(&periods, &seq);
    planner.assign_neighbours(owner.as_ref(), &seq);
    planner.finish(&seq, newest.finish);
    let (finish, check) = (std::mem::take(&mut planner.finishes), planner.check(&seq));
    let all: Vec<Purchase> = periods.iter().map(|(period, _)| period.clone()).collect();
    let subscriptions = planner.subscriptions(&all, &periods, &seq, numbers);
    let said_renewal = planner.said_renewal().cloned();
    let moved_chains = std::mem::take(&mut planner.moved);
    let (payments, lines) = planner.books.finish(report.at);
    let is_new = known.payment.is_none();
    // Whom a purchase's own token names is known from then on, whoever brings it later.
    let is_named = |claimant: &Claimant<'_>| {
        newest.account_token.as_ref().is_some_and(|token| token.eq_ignore_ascii_case(claimant.account_token))
    };
    let user = claimant
        .filter(|claimant| (is_new || is_named(claimant)) && owner.as_ref().is_some_and(|owner| owner.user == *claimant.user))
        .map(|claimant| (claimant.user.clone(), claimant.account_token.to_owned()));
    let stored_renewal = known.chain.as_ref().and_then(|chain| chain.renewal.as_ref());
    let renewal = said_renewal.filter(|renewal| stored_renewal.is_none_or(|stored| is_newer_renewal(renewal, stored)));
    Plan {
        outdated: known.stored.as_ref().map(|(id, _)| id.clone()).filter(|id| *id != newest.identity()),
        other_ids: other_ids(&newest, report.purchase, payments.iter().find(|planned| planned.after.payment_seq == seq), known),
        renewal,
        finish,
        check,
        seq,
        effect,
        newest,
        moved_chains,
        payments,
        lines,
        subscriptions,
        user,
    }
}

/// The numbers by which the payment is to be found beside its store order id.
fn other_ids(newest: &Purchase, said: &Purchase, planned: Option<&PlannedPayment>, known: &Known) -> Vec<String> {
    let payment = planned.map(|planned| &planned.after).or(known.payment.as_ref());
    let order_id = payment.and_then(|payment| payment.store_order_id.as_deref());
    let mut ids = vec![newest.identity(), newest.order_id.clone(), said.order_id.clone()];
    ids.extend(said.other_id.clone());
    // The receipt's number a payment was corrected by, before its purchase came.
    ids.extend(planned.and_then(|planned| planned.before.as_ref()).and_then(|before| before.store_order_id.clone()));
    ids.retain(|id| Some(id.as_str()) != order_id);
    let known_ids = known.chain.as_ref().map(|chain| &chain.other_ids);
    ids.retain(|id| known_ids.is_none_or(|known| !known.contains_key(id)));
    ids.sort();
    ids.dedup();
    ids
}

pub(super) struct Planner<'a> {
    pub report: &'a StoreReport<'a>,
    claimant: Option<Claimant<'a>>,
    pub known: &'a Known,
    pub newest: &'a Purchase,
    /// The chains whose periods all go on in the purchase's.
    pub moved: Vec<String>,
    pub books: Books,
    /// What the store has to be told.
    pub finishes: Vec<PlannedFinish>,
    /// For a payment that changes hands.
    access_salt: AccessSalt,
}

impl Planner<'_> {
    /// A purchase nobody recorded: it settles the reservation it was made for, is what staff corrected a payment for, or makes a
    /// payment of its own.
    fn create(&mut self, owner: Option<&Owner>, numbers: &ReportNumbers) -> (PaymentSeq, &'static str) {
        let reservation = self.reservation(owner);
        let waiting = Waiting { corrected: &self.known.corrected, reservation: reservation.as_ref() };
        if let Some(corrected) = owner.and_then(|_| corrected::find_for(self.report, self.newest, &waiting)) {
            let receipt = corrected.store_order_id.clone();
            let payment = self.books.take(&corrected);
            payment.hand_corrected_at = None;
            settle(payment, self.report, self.newest, receipt.as_deref());
            let line = first_line(self.report, self.newest, Some(corrected.status), corrected.status);
            let line = with_reason(line, "merged: the purchase that staff corrected this payment for");
            self.books.note(&corrected.payment_seq, line);
            self.take_back(&corrected.payment_seq);
            return (corrected.payment_seq, effect::MERGED);
        }
        if let Some(reserved) = reservation.filter(|reserved| reserved.status.can_verify()) {
            let payment = self.books.take(&reserved);
            settle(payment, self.report, self.newest, None);
            payment.status = PaymentStatus::Success;
            payment.refusal = None;
            payment.verified_at = Some(self.report.at);
            payment.attribution = owner.map_or(Attribution::Reservation, |owner| owner.attribution);
            let line = first_line(self.report, self.newest, Some(PaymentStatus::Reserved), PaymentStatus::Success);
            self.books.note(&reserved.payment_seq, line);
            return (reserved.payment_seq, effect::SETTLED);
        }
        let mut payment = new_payment(self.report, owner, numbers);
        settle(&mut payment, self.report, self.newest, None);
        taken_back::apply(&mut payment, self.newest);
        let (seq, status) = (payment.payment_seq.clone(), payment.status);
        self.books.note(&seq, first_line(self.report, self.newest, None, status));
        self.books.make(payment);
        (seq, if owner.is_none() { effect::WITHOUT_USER } else { effect::CREATED })
    }

    /// A purchase that is recorded: brings its payment to what the store says now.
    fn reconcile(&mut self, recorded: Payment, owner: Option<&Owner>) -> (PaymentSeq, &'static str) {
        let (newest, said) = (self.newest, self.report.purchase);
        let seq = recorded.payment_seq.clone();
        self.confirm(&recorded);
        let payment = self.books.take(&recorded);
        // The newest snapshot may lack what an older one, come late, has.
        if payment.price.is_none() {
            payment.price = newest.price.clone().or_else(|| said.price.clone());
        }
        let mut effect = effect::NOTHING_NEW;
        if payment.expires_at != newest.expires_at {
            payment.expires_at = newest.expires_at;
            effect = effect::PERIOD_CHANGED;
        }
        // The period goes on under a newer token, which the store has to be told of anew; or its order has got its number.
        if newest.purchase_token.is_some() && payment.purchase_token != newest.purchase_token {
            payment.purchase_token.clone_from(&newest.purchase_token);
            payment.finish = Finish::None;
        }
        if payment.store_order_id.is_some() && payment.store_order_id == newest.purchase_token {
            payment.store_order_id = Some(newest.order_id.clone());
        }
        payment.ownership = newest.ownership;
        if payment.store_account.is_none() {
            payment.store_account.clone_from(&newest.store_account);
        }
        if self.report.purchase.is_subscription() {
            payment.original_order_id = Some(newest.original_order_id.clone());
        }
        effect = self.take_back(&seq).unwrap_or(effect);
        self.take_reservation(&recorded, owner);
        (seq, effect)
    }

    /// Gives back what the store gave back, with a line of the timeline; its effect when anything changed.
    fn take_back(&mut self, seq: &PaymentSeq) -> Option<&'static str> {
        let place = self.books.payments.iter().position(|planned| planned.after.payment_seq == *seq)?;
        let payment = &mut self.books.payments[place].after;
        let from = payment.status;
        let (kind, reason, effect) = match taken_back::apply(payment, self.newest) {
            TakenBack::Nothing => return None,
            TakenBack::Refunded => (EventKind::Refund, taken_back::reason(self.report, self.newest), effect::REFUNDED),
            TakenBack::Partly => (EventKind::Refund, taken_back::reason(self.report, self.newest), effect::PARTLY_REFUNDED),
            TakenBack::Reversed => (EventKind::Reverse, "the store reversed its refund".to_owned(), effect::REVERSED),
        };
        let line = event(self.report.by, self.report.at, kind, Some(from), payment.status);
        let line = with_evidence(line, self.report.purchase.evidence.clone());
        self.books.note(seq, with_reason(line, reason));
        Some(effect)
    }

    /// The token of a new period names another user than its subscription's: perhaps a transfer, for staff to see.
    fn note_other_token(&mut self, owner: Option<&Owner>, seq: &PaymentSeq) {
        let token = self.newest.account_token.as_ref().filter(|_| self.known.payment.is_none());
        let named = token.and_then(|token| self.known.token_users.get(&token.to_ascii_lowercase()));
        let (Some(named), Some(owner), Some(payment)) = (named, owner, self.books.find(seq)) else { return };
        if *named == owner.user {
            return;
        }
        let line = event(self.report.by, self.report.at, EventKind::Note, Some(payment.status), payment.status);
        let reason =
            format!("the store's account token names {} ({}); kept with the subscription's user", named.key, named.channel);
        self.books.note(seq, with_reason(line, reason));
    }

    /// The store migrated the subscription: all of its payments go on under the new number.
    fn move_payments(&mut self) {
        let moved = self.known.left.iter().filter(|left| self.moved.contains(&left.chain_id));
        for payment in moved.flat_map(|left| &left.payments) {
            self.books.take(payment).original_order_id = Some(self.newest.original_order_id.clone());
        }
    }

    /// The purchase was consumed at another server, as a file said before it came.
    fn consume_if_imported(&mut self, seq: &PaymentSeq) {
        let Some(consumed_at) = self.known.imported_at else { return };
        let Some(payment) = self.books.find(seq).filter(|payment| payment.is_due()).cloned() else { return };
        self.books.take(&payment).consumed_at = Some(consumed_at);
        let line = event(&By::System("import"), self.report.at, EventKind::Consume, Some(payment.status), payment.status);
        self.books.note(seq, with_reason(line, "imported: consumed at another server"));
    }
}

/// The line for how a purchase came to be known.
pub(super) fn first_line(
    report: &StoreReport<'_>,
    newest: &Purchase,
    from: Option<PaymentStatus>,
    to: PaymentStatus,
) -> PaymentEvent {
    let kind = match report.by {
        By::Store | By::System(_) => EventKind::Notification,
        _ => EventKind::Verify,
    };
    let evidence = if report.purchase.order_id == newest.order_id { &report.purchase.evidence } else { &newest.evidence };
    let line = with_evidence(event(report.by, report.at, kind, from, to), evidence.clone());
    match report.occasion {
        Some(occasion) => with_reason(line, occasion),
        None => line,
    }
}

/// A payment that has no reservation, before it is settled.
fn new_payment(report: &StoreReport<'_>, owner: Option<&Owner>, numbers: &ReportNumbers) -> Payment {
    let blank = NewPayment {
        app: report.app,
        product: report.product,
        user: owner.map(|owner| &owner.user),
        attribution: owner.map_or(Attribution::None, |owner| owner.attribution),
        source: report.source,
        payment_seq: numbers.payment.clone(),
        access_salt: numbers.access_salt,
        at: report.at,
    };
    Payment { status: PaymentStatus::Success, verified_at: Some(report.at), ..blank.into_payment() }
}

/// Writes what was bought into a payment. `receipt` is the number a correction by hand was made by.
pub(super) fn settle(payment: &mut Payment, report: &StoreReport<'_>, purchase: &Purchase, receipt: Option<&str>) {
    payment.store_order_id = Some(purchase.order_id.clone());
    payment.original_order_id = Some(purchase.original_order_id.clone());
    payment.environment = purchase.environment;
    payment.quantity = i64::from(purchase.quantity);
    // A receipt has a price even where the store says none.
    if receipt.is_none() || purchase.price.is_some() {
        payment.price.clone_from(&purchase.price);
    }
    payment.purchased_at = Some(purchase.purchased_at);
    payment.expires_at = purchase.expires_at;
    payment.ownership = purchase.ownership;
    payment.store_account.clone_from(&purchase.store_account);
    payment.purchase_token.clone_from(&purchase.purchase_token);
    payment.offer.clone_from(&purchase.offer);
    payment.provisional_since = purchase.is_provisional.then_some(report.at);
    payment.is_before_charge = report.app.is_before_charge(purchase.purchased_at);
}
