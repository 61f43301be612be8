//! Purchases that are chosen and not paid for yet (cash, a parent's consent). They wait as PENDING payments under their purchase
//! token, for their order has no number yet, and end by what the store says: paid for, or given up.

use super::new_payment::NewPayment;
use super::record::ReportNumbers;
use super::report::{Claimant, StoreReport};
use super::timeline::{event, with_evidence, with_reason};
use crate::db::{self, Tx, payments::Verdict};
use crate::error::Result;
use crate::model::{Attribution, EventKind, Payment, PaymentStatus, RefusalCode};
use crate::state::AppState;
use crate::users::User;

/// Keeps a purchase that is not paid for as a PENDING payment of its user: whom its account token names, else the claimant. None
/// is made where one waits already, where nobody is known, and where the store gives no purchase token.
pub(crate) async fn record_pending(state: &AppState, report: &StoreReport<'_>, claimant: Option<Claimant<'_>>) -> Result<()> {
    let Some(token) = &report.purchase.purchase_token else { return Ok(()) };
    let numbers = ReportNumbers::take(state, report.at).await?;
    let write = state.db.write(async |tx| {
        let product = report.product.product_seq;
        // The report that it is paid for may have been quicker.
        if db::payments::is_paid_of_token(tx, report.scope(), report.purchase, product).await? {
            return Ok(());
        }
        if !db::payments::list_pending(tx, report.scope(), token, product).await?.is_empty() {
            return Ok(());
        }
        let Some((user, attribution)) = find_user(tx, report, claimant).await? else { return Ok(()) };
        let payment = pending_payment(report, &user, attribution, &numbers);
        let line = event(report.by, report.at, EventKind::Pend, None, PaymentStatus::Pending);
        let line = with_evidence(line, report.purchase.evidence.clone());
        if db::payments::insert(tx, report.project, &payment).await? {
            db::payment_events::insert(tx, report.project, &payment.payment_seq, &line).await?;
        }
        Ok(())
    });
    write.await
}

/// The purchase was given up before it was paid for: its payment is a FAILURE. Never money, so nothing is made where none waits.
pub(crate) async fn close_pending(state: &AppState, report: &StoreReport<'_>) -> Result<()> {
    let Some(token) = &report.purchase.purchase_token else { return Ok(()) };
    let (project, product, at) = (report.project, report.product.product_seq, report.at);
    let write = state.db.write(async |tx| {
        for payment in db::payments::list_pending(tx, report.scope(), token, product).await? {
            let verdict = Verdict::Refused(RefusalCode::ProofInvalid);
            if !payment.status.can_close() || !db::payments::mark_refused(tx, project, &payment.payment_seq, verdict, at).await? {
                continue;
            }
            let line = event(report.by, at, EventKind::Refuse, Some(payment.status), PaymentStatus::Failure);
            let line = with_reason(line, "the purchase was given up before it was paid for");
            db::payment_events::insert(tx, project, &payment.payment_seq, &line).await?;
        }
        Ok(())
    });
    write.await
}

async fn find_user(tx: &mut Tx, report: &StoreReport<'_>, claimant: Option<Claimant<'_>>) -> Result<Option<(User, Attribution)>> {
    let own = claimant.map(|claimant| (claimant.user.clone(), Attribution::Presenter));
    let Some(token) = &report.purchase.account_token else { return Ok(own) };
    if claimant.is_some_and(|claimant| claimant.account_token.eq_ignore_ascii_case(token)) {
        return Ok(own.map(|(user, _)| (user, Attribution::Token)));
    }
    let known = db::users::find_by_account_token(tx, report.project, &token.to_ascii_lowercase()).await?;
    Ok(known.map(|(channel, key)| (User { channel, key }, Attribution::Token)).or(own))
}

fn pending_payment(report: &StoreReport<'_>, user: &User, attribution: Attribution, numbers: &ReportNumbers) -> Payment {
    let blank = NewPayment {
        app: report.app,
        product: report.product,
        user: Some(user),
        attribution,
        source: report.source,
        payment_seq: numbers.payment.clone(),
        access_salt: numbers.access_salt,
        at: report.at,
    };
    Payment {
        status: PaymentStatus::Pending,
        environment: report.purchase.environment,
        quantity: i64::from(report.purchase.quantity),
        purchase_token: report.purchase.purchase_token.clone(),
        ..blank.into_payment()
    }
}
