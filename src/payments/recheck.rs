//! A payment laid beside what the store says of it now. The store's word is entered as a notification's is; what stood before and
//! what the store said stay in the timeline, so that staff see both.

use serde_json::json;

use crate::audit::{self, By, Change};
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::ledger::{event, with_reason};
use crate::model::{
    Compared, ComparedField, EventKind, Evidence, Payment, PaymentEvent, PaymentSeq, PaymentStatus, ProjectId, Purchase,
    Timestamp,
};
use crate::notifications;
use crate::state::AppState;
use crate::users::User;

/// Asks the store for a payment's purchase, enters what it answers, and gives what was compared. Asks for the SUPPORT right at
/// the edge.
pub async fn recheck(state: &AppState, by: &By, project: &ProjectId, seq: &PaymentSeq) -> Result<Vec<Compared>> {
    let before = super::find(state, project, seq).await?;
    let order_id = before.store_order_id.as_deref();
    let order_id = order_id.ok_or_else(|| Error::conflict("NOT_BOUGHT", "no purchase in the store is known for this payment"))?;
    let purchase = notifications::refetch_purchase(state, by, project, before.app_seq, order_id).await?;
    let compared = compare(state, project, &before, &purchase);
    let after = super::find(state, project, seq).await?;
    let at = state.clock.now();
    let differing: Vec<&str> = compared.iter().filter(|line| line.differs()).map(|line| line.field.as_str()).collect();
    let words = match differing.is_empty() {
        true => "the store says the same".to_owned(),
        false => format!("the store differed in {}", differing.join(", ")),
    };
    let evidence = Evidence::from(json!({ "compared": compared, "transaction": purchase.evidence.read() }));
    state
        .db
        .write(async |tx| {
            let (kind, evidence) = (EventKind::Check, Some(evidence.clone()));
            let remark = Remark { by, kind, reason: &words, evidence, at };
            write_remark(tx, project, &after, remark).await?;
            let change = Change {
                action: "payment.recheck",
                project: Some(project),
                target: format!("payment:{seq}"),
                before: Some(json!({ "status": before.status })),
                after: Some(json!({ "status": after.status, "differed": differing })),
            };
            audit::record(tx, by, at, change).await
        })
        .await?;
    Ok(compared)
}

/// Ours beside the store's; what the store does not say of a purchase is left out.
fn compare(state: &AppState, project: &ProjectId, ours: &Payment, store: &Purchase) -> Vec<Compared> {
    let moment = |at: Option<Timestamp>| at.map(Timestamp::to_rfc3339);
    let status = if store.revoked_at.is_some() { PaymentStatus::Refund } else { PaymentStatus::Success };
    let line = |field, ours: Option<String>, store: Option<String>| Compared { field, ours, store };
    let text = |text: &str| Some(text.to_owned());
    let mut lines = vec![
        line(ComparedField::Status, text(ours.status.as_str()), text(status.as_str())),
        line(ComparedField::RefundedAt, moment(ours.refunded_at), moment(store.revoked_at)),
        line(ComparedField::Product, text(&ours.product_id), text(&store.product_id)),
        line(ComparedField::Quantity, Some(ours.quantity.to_string()), Some(store.quantity.to_string())),
    ];
    if let Some(price) = &store.price {
        let money = |money: &crate::model::Money| format!("{} {}", money.to_decimal(), money.currency);
        lines.push(line(ComparedField::Price, ours.price.as_ref().map(money), Some(money(price))));
    }
    if let Some(token) = &store.account_token {
        let user = User { channel: ours.user_channel.clone(), key: ours.user_key.clone() };
        let own = (!user.key.is_empty()).then(|| user.account_token(&state.keys.tokens, project));
        lines.push(line(ComparedField::User, own, text(token)));
    }
    lines.extend([
        line(ComparedField::PurchasedAt, moment(ours.purchased_at), moment(Some(store.purchased_at))),
        line(ComparedField::ExpiresAt, moment(ours.expires_at), moment(store.expires_at)),
        line(ComparedField::Chain, ours.original_order_id.clone(), text(&store.original_order_id)),
        line(ComparedField::Ownership, text(ours.ownership.as_str()), text(store.ownership.as_str())),
        line(ComparedField::Environment, text(ours.environment.as_str()), text(store.environment.as_str())),
    ]);
    lines
}

/// A line of a payment's timeline about something that leaves its status as it is.
pub(crate) struct Remark<'a> {
    pub by: &'a By,
    pub kind: EventKind,
    pub reason: &'a str,
    pub evidence: Option<Evidence>,
    pub at: Timestamp,
}

/// Writes it.
pub(crate) async fn write_remark(tx: &mut Tx, project: &ProjectId, payment: &Payment, remark: Remark<'_>) -> Result<()> {
    let line = event(remark.by, remark.at, remark.kind, Some(payment.status), payment.status);
    let line = PaymentEvent { evidence: remark.evidence, ..with_reason(line, remark.reason) };
    db::payment_events::insert(tx, project, &payment.payment_seq, &line).await
}
