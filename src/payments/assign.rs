use serde_json::json;

use super::refund::required_reason;
use crate::audit::{self, By, Change};
use crate::db::payments::NewOwner;
use crate::db::{self, Tx};
use crate::error::{Error, Result};
use crate::keys::random_salt;
use crate::ledger::{event, finish_assigned, match_owned, with_reason};
use crate::model::{Attribution, EventKind, Payment, PaymentSeq, ProjectId, Reason};
use crate::state::AppState;
use crate::users::{self, User};

/// More periods of one chain than a player leaves behind without a user.
const PERIODS_MAX: u32 = 200;

/// Whose a purchase is, as staff say.
#[derive(Debug, Clone, Copy)]
pub struct Assignment<'a> {
    pub user: &'a User,
    /// Staff know that this server knows no such player yet.
    pub is_new: bool,
    /// For the timeline and the audit log.
    pub reason: &'a str,
}

/// Staff give a purchase without a sure user to a player; the whole chain goes with it. It is on the player's unconsumed
/// list from then on. What staff gave to another player goes the same way as long as none of its goods were given. Asks for the
/// SUPPORT right at the edge.
pub async fn assign_user(
    state: &AppState,
    by: &By,
    project: &ProjectId,
    seq: &PaymentSeq,
    input: Assignment<'_>,
) -> Result<Payment> {
    let (user, reason) = (input.user, required_reason(input.reason)?);
    if !input.is_new && users::find_activity(state, project, user).await?.is_none() {
        return Err(Error::invalid("isNew", Reason::NoSuchPlayer));
    }
    let (token, access_salt) = (user.account_token(&state.keys.tokens, project), random_salt()?);
    let at = state.clock.now();
    let write = state.db.write(async |tx| {
        let found = db::payments::find(tx, project, seq).await?.ok_or(Error::NotFound("payment"))?;
        if !found.can_assign() {
            return Err(has_user());
        }
        db::payments::hold_users(tx, std::iter::once((project, user.channel.as_str(), user.key.as_str()))).await?;
        db::users::insert(tx, project, &user.channel, &user.key, &token, at).await?;
        let waiting = hold_chain_of(tx, project, &found, user).await?;
        let from_staff = found.attribution == Attribution::Staff;
        let attribution = Attribution::Staff;
        let owner = NewOwner { user_channel: &user.channel, user_key: &user.key, attribution, from_staff, access_salt };
        let mut assigned = None;
        for payment in waiting {
            let Some(changed) = db::payments::mark_owned(tx, project, &payment.payment_seq, owner, at).await? else {
                continue;
            };
            let line = event(by, at, EventKind::Assign, Some(payment.status), payment.status);
            let line = with_reason(line, words(&payment, user, reason));
            db::payment_events::insert(tx, project, &payment.payment_seq, &line).await?;
            match_owned(tx, project, by, &changed, at).await?;
            finish_assigned(tx, project, &changed, at).await?;
            assigned = assigned.or(Some(changed).filter(|changed| changed.payment_seq == *seq));
        }
        let assigned = assigned.ok_or_else(has_user)?;
        let change = Change {
            action: "payment.assign_user",
            project: Some(project),
            target: format!("payment:{seq}"),
            before: Some(json!({ "userKey": found.user_key, "userChannel": found.user_channel })),
            after: Some(json!({ "userKey": user.key, "userChannel": user.channel, "reason": reason })),
        };
        audit::record(tx, by, at, change).await?;
        Ok(assigned)
    });
    write.await
}

fn has_user() -> Error {
    Error::conflict("HAS_USER", "the purchase has a user already, or its goods were given")
}

/// For the timeline: from whom, to whom, why.
fn words(before: &Payment, user: &User, reason: &str) -> String {
    let to = format!("to {} ({}): {reason}", user.key, user.channel);
    match before.user_key.is_empty() {
        true => to,
        false => format!("from {} ({}) {to}", before.user_key, before.user_channel),
    }
}

/// Gives the payment's chain to the user, and tells which payments go with it: those of the chain without a sure user, or with the
/// one staff gave them to.
async fn hold_chain_of(tx: &mut Tx, project: &ProjectId, found: &Payment, user: &User) -> Result<Vec<Payment>> {
    let chain_id = found.original_order_id.as_ref().filter(|_| found.product_type.is_subscription());
    let chain = match chain_id {
        Some(chain_id) => db::subscriptions::find_by_chain(tx, project, found.app_seq, chain_id).await?,
        None => None,
    };
    let Some(chain) = chain else { return Ok(vec![found.clone()]) };
    let from_staff = found.attribution == Attribution::Staff;
    let periods = db::payments::list_of_chain(tx, project, chain.app_seq, &chain.chain_id, PERIODS_MAX).await?;
    let stays = |period: &Payment| period.attribution == Attribution::Staff && period.was_delivered();
    if from_staff && periods.iter().any(stays) {
        return Err(has_user());
    }
    let names = (user.channel.as_str(), user.key.as_str());
    db::subscriptions::set_owner(tx, project, &chain.subscription_id, names, Attribution::Staff).await?;
    db::payments::list_unsure_of_chain(tx, project, chain.app_seq, &chain.chain_id, from_staff, PERIODS_MAX).await
}
