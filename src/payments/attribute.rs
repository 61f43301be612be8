//! Whose a purchase is (apple.md section 9): by its account token, its chain, another purchase of the same store account,
//! whoever presents it; else nobody's, until staff assign it. A purchase with a sure user never changes hands by itself.

use super::corrected::match_owned;
use super::entry::{EntryNumbers, Presenter, Said};
use super::event::{event, with_reason};
use crate::db::payments::NewOwner;
use crate::db::{self, Tx};
use crate::error::Result;
use crate::model::{Attribution, EventKind, Payment, PaymentStatus, Subscription};
use crate::users::User;

/// More purchases without a user than any store account leaves behind.
const ADOPTED_MAX: u32 = 200;

/// A purchase's user, and what led there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Lead {
    pub user: User,
    pub attribution: Attribution,
    /// The token names another user than the one its chain belongs to: perhaps a transfer, for staff to see.
    pub claimed_by: Option<User>,
}

impl Lead {
    fn new((channel, key): (&str, &str), attribution: Attribution) -> Self {
        Self { user: User { channel: channel.to_owned(), key: key.to_owned() }, attribution, claimed_by: None }
    }
}

/// The user of a purchase that nothing but its presenter's own token, or none, leads to.
pub(super) fn lead_of(said: &Said<'_>, presenter: Presenter<'_>) -> Lead {
    let attribution = if said.purchase.account_token.is_some() { Attribution::Token } else { Attribution::Presenter };
    Lead::new((&presenter.user.channel, &presenter.user.key), attribution)
}

/// Finds a purchase's user. What its chain already knows for sure goes before all else: nobody is transferred silently.
pub(super) async fn attribute(
    tx: &mut Tx,
    said: &Said<'_>,
    chain: Option<&Subscription>,
    presenter: Option<Presenter<'_>>,
) -> Result<Lead> {
    let by_token = match (&said.purchase.account_token, presenter) {
        // The presenter's own token, which is computed from who they are, leads to nobody else.
        (Some(token), Some(presenter)) if token.eq_ignore_ascii_case(presenter.account_token) => {
            Some((presenter.user.channel.clone(), presenter.user.key.clone()))
        }
        (Some(token), _) => db::users::find_by_account_token(tx, said.project, token).await?,
        (None, _) => None,
    };
    if let Some(chain) = chain.filter(|chain| !chain.attribution.is_weak()) {
        let lead = Lead::new((&chain.user_channel, &chain.user_key), chain.attribution);
        let claimed_by = by_token.map(|(channel, key)| User { channel, key }).filter(|user| *user != lead.user);
        return Ok(Lead { claimed_by, ..lead });
    }
    if let Some((channel, key)) = by_token {
        return Ok(Lead::new((&channel, &key), Attribution::Token));
    }
    if let Some(presenter) = presenter {
        return Ok(Lead::new((&presenter.user.channel, &presenter.user.key), Attribution::Presenter));
    }
    if let Some(account) = &said.purchase.store_account {
        let users = db::payments::list_users_of_account(tx, said.project, said.app.app_seq, account).await?;
        if let [(channel, key)] = users.as_slice() {
            return Ok(Lead::new((channel, key), Attribution::StoreAccount));
        }
    }
    let known = chain.map_or(("", ""), |chain| (chain.user_channel.as_str(), chain.user_key.as_str()));
    Ok(Lead::new(known, chain.map_or(Attribution::None, |chain| chain.attribution)))
}

/// Gives what the lead is good for to its user: this payment, its chain, and what waited without a user. `is_new` when
/// the payment was made by this entry.
pub(super) async fn adopt(
    tx: &mut Tx,
    said: &Said<'_>,
    chain: Option<&Subscription>,
    entered: (Payment, bool),
    (lead, presenter): (&Lead, Option<Presenter<'_>>),
    numbers: &EntryNumbers,
) -> Result<Payment> {
    let (mut payment, mut is_new) = entered;
    if let Some(claimed_by) = lead.claimed_by.as_ref().filter(|_| is_new) {
        note_claim(tx, said, &payment, claimed_by, numbers).await?;
    }
    if lead.user.key.is_empty() {
        return Ok(payment);
    }
    if !is_new && is_better(lead, &payment) {
        let payload = take_reservation(tx, said, &payment, presenter, numbers).await?;
        let given = give(tx, said, &payment, (lead, lead.attribution), payload.as_deref(), numbers).await?;
        is_new = given.is_some();
        payment = given.unwrap_or(payment);
    }
    if let Some(chain) = chain.filter(|chain| chain.attribution.is_weak() && chain.attribution != lead.attribution) {
        let user = (lead.user.channel.as_str(), lead.user.key.as_str());
        db::subscriptions::set_owner(tx, said.project, &chain.subscription_id, user, lead.attribution).await?;
        let of = db::payments::list_unsure_of_chain(tx, said.project, chain.app_seq, &chain.chain_id, ADOPTED_MAX).await?;
        for waiting in of.iter().filter(|waiting| waiting.payment_seq != payment.payment_seq && is_better(lead, waiting)) {
            give(tx, said, waiting, (lead, lead.attribution), None, numbers).await?;
        }
    }
    if is_new {
        give_neighbours(tx, said, lead, numbers).await?;
    } else if is_brought_late(&payment, presenter)
        && let Some(payload) = take_reservation(tx, said, &payment, presenter, numbers).await?
        && db::payments::fill_payload(tx, said.project, &payment.payment_seq, &payload).await?
    {
        payment.payload = Some(payload);
    }
    Ok(payment)
}

/// Whether the payment's own user brings the purchase for a reservation although it was recorded before.
fn is_brought_late(payment: &Payment, presenter: Option<Presenter<'_>>) -> bool {
    presenter.is_some_and(|presenter| {
        let is_theirs = presenter.user.key == payment.user_key && presenter.user.channel == payment.user_channel;
        is_theirs && presenter.reserved.is_some_and(|seq| *seq != payment.payment_seq)
    })
}

fn is_better(lead: &Lead, payment: &Payment) -> bool {
    payment.attribution.is_weak() && payment.attribution != lead.attribution
}

/// Purchases of the same store account that waited without a user, when that account has bought for this one only.
async fn give_neighbours(tx: &mut Tx, said: &Said<'_>, lead: &Lead, numbers: &EntryNumbers) -> Result<()> {
    let (project, app) = (said.project, said.app.app_seq);
    let Some(account) = &said.purchase.store_account else { return Ok(()) };
    let waiting = db::payments::list_without_user_of_account(tx, project, app, account, ADOPTED_MAX).await?;
    if waiting.is_empty() || db::payments::list_users_of_account(tx, project, app, account).await?.len() != 1 {
        return Ok(());
    }
    for payment in &waiting {
        give(tx, said, payment, (lead, Attribution::StoreAccount), None, numbers).await?;
    }
    Ok(())
}

async fn give(
    tx: &mut Tx,
    said: &Said<'_>,
    payment: &Payment,
    (lead, attribution): (&Lead, Attribution),
    payload: Option<&str>,
    numbers: &EntryNumbers,
) -> Result<Option<Payment>> {
    let owner = NewOwner { user_channel: &lead.user.channel, user_key: &lead.user.key, attribution, payload };
    let given = db::payments::mark_owned(tx, said.project, &payment.payment_seq, owner, said.at).await?;
    if given.is_some() {
        let line = event(said.by, said.at, EventKind::Assign, Some(payment.status), payment.status);
        let line = with_reason(line, format!("{}: {} ({})", attribution, lead.user.key, lead.user.channel));
        db::payment_events::insert(tx, numbers.rows[2], said.project, &payment.payment_seq, &line).await?;
    }
    if let Some(owned) = &given
        && match_owned(tx, (said.project, said.by), owned, numbers.rows[3], said.at).await?
    {
        return db::payments::find(tx, said.project, &owned.payment_seq).await;
    }
    Ok(given)
}

/// The purchase was entered before the reservation it was for could be settled: the reservation is closed, and what the
/// developer wrote on it goes over.
async fn take_reservation(
    tx: &mut Tx,
    said: &Said<'_>,
    payment: &Payment,
    presenter: Option<Presenter<'_>>,
    numbers: &EntryNumbers,
) -> Result<Option<String>> {
    let Some(seq) = presenter.and_then(|presenter| presenter.reserved) else { return Ok(None) };
    let Some(reserved) = db::payments::find(tx, said.project, seq).await? else { return Ok(None) };
    if db::payments::mark_closed(tx, said.project, seq, said.at).await? {
        let line = event(said.by, said.at, EventKind::Close, Some(reserved.status), PaymentStatus::UserClose);
        let line = with_reason(line, format!("the purchase was entered before as payment {}", payment.payment_seq));
        db::payment_events::insert(tx, numbers.rows[3], said.project, seq, &line).await?;
    }
    Ok(reserved.payload)
}

async fn note_claim(tx: &mut Tx, said: &Said<'_>, payment: &Payment, user: &User, numbers: &EntryNumbers) -> Result<()> {
    let line = event(said.by, said.at, EventKind::Note, Some(payment.status), payment.status);
    let reason = format!("the store's account token names {} ({}); kept with the subscription's user", user.key, user.channel);
    db::payment_events::insert(tx, numbers.rows[2], said.project, &payment.payment_seq, &with_reason(line, reason)).await
}
