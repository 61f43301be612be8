//! Notices of Apple's deprecated first form. Nobody signs them, so they are never the truth: one makes us look, and what the
//! store then signs is entered. `receive_unsigned` keeps it, once; the worker looks.

use serde_json::Value;

use super::apply::close;
use super::look::Look;
use super::receive::{Refused, refused};
use crate::audit::By;
use crate::db;
use crate::db::notifications::{Claimed, NewNotice};
use crate::error::{Error, Result};
use crate::model::{NoticeNo, NoticeSource, NoticeStatus, PaymentSource, ProjectId, StoreCode};
use crate::projects::to_store_app;
use crate::state::AppState;
use crate::stores::StoreApp;
use crate::stores::apple::{UnsignedNotice, read_kept_notice, read_unsigned_notice, takes_unsigned_notices};

/// Subscriptions one notice has asked for; a customer of more is looked after by later notices.
const CHAINS_MAX: usize = 5;
/// Purchases one notice has asked for, of those the books lack.
const PURCHASES_MAX: usize = 20;

/// Takes an App Store notice of version 1: its sender must know the shared secret of an app of that bundle id whose setting
/// takes such notices. It is kept once for each such app, without the secret, and the rest is left to `apply_due`.
pub async fn receive_unsigned(state: &AppState, bundle_id: &str, body: &Value) -> Result<Result<(), Refused>> {
    let apps = db::apps::list_by_store_app(&mut state.db.read().await?, StoreCode::AppStore, bundle_id).await?;
    if apps.is_empty() {
        return Ok(Err(Refused::UnknownApp));
    }
    let (mut refusals, mut taken) = (Vec::new(), Vec::new());
    for (project, stored) in apps {
        let app = to_store_app(state, stored)?;
        if !takes_unsigned_notices(&app) {
            continue;
        }
        match read_unsigned_notice(&app, body) {
            Ok(notice) => taken.push((state.numbers.next_row().await?, project, app, notice)),
            Err(refusal) => refusals.push(refusal),
        }
    }
    if taken.is_empty() {
        return Ok(Err(if refusals.is_empty() { Refused::Off } else { refused(refusals) }));
    }
    let kept = state
        .db
        .write(async |tx| {
            let mut kept = 0;
            for (no, project, app, notice) in &taken {
                kept += u64::from(db::notifications::insert(tx, &new_notice(state, *no, (project, app), notice)).await?);
            }
            Ok(kept)
        })
        .await?;
    metrics::counter!("purser_notices_received_total", "store" => "AS").increment(kept);
    state.wakes.notices.notify_one();
    Ok(Ok(()))
}

fn new_notice<'a>(
    state: &AppState,
    no: i64,
    (project, app): (&'a ProjectId, &StoreApp),
    notice: &'a UnsignedNotice,
) -> NewNotice<'a> {
    let at = state.clock.now();
    NewNotice {
        no,
        project,
        app: app.app_seq,
        store: app.store,
        environment: notice.environment,
        dedupe_key: &notice.id,
        kind: &notice.kind,
        subtype: None,
        order_id: notice.purchases.first().map(|named| named.order_id.as_str()),
        chain_id: notice.chains.first().map(String::as_str),
        source: NoticeSource::Received,
        payload: &notice.payload,
        signed_at: at,
        at,
    }
}

/// Asks the store about what a kept notice names and enters the answers. What fails hides none of the others; a try after it
/// finds the rest in the books.
pub(super) async fn look_at_named(
    state: &AppState,
    (project, app): (&ProjectId, &StoreApp),
    claimed: &Claimed,
    lease: &str,
) -> Result<()> {
    let notice = read_kept_notice(app, &claimed.payload)?;
    let occasion = format!("{} (V1)", notice.kind);
    let look = Look { project, app, by: &By::Store, source: PaymentSource::Notice, occasion: &occasion };
    let mut first_failure = None;
    for chain in notice.chains.iter().take(CHAINS_MAX) {
        go_on_after(look.at_chain(state, chain).await, &mut first_failure)?;
    }
    let mut asked = 0;
    for named in &notice.purchases {
        if asked < PURCHASES_MAX && look.is_news(state, &named.order_id, named.is_taken_back).await? {
            asked += 1;
            go_on_after(look.at_purchase(state, &named.order_id).await, &mut first_failure)?;
        }
    }
    if let Some(failure) = first_failure {
        return Err(failure);
    }
    let outcome = match notice.chains.is_empty() && notice.purchases.is_empty() {
        true => (NoticeStatus::WithoutEffect, "NOTHING_NAMED"),
        false => (NoticeStatus::Applied, "LOOKED_UP"),
    };
    let at = state.clock.now();
    state.db.write(async |tx| close(tx, NoticeNo(claimed.notice_no), lease, outcome, at).await).await
}

/// Keeps the first failure of one purchase; a store that can't be asked at all ends the round.
fn go_on_after<T>(result: Result<T>, first_failure: &mut Option<Error>) -> Result<()> {
    match result {
        Ok(_) => Ok(()),
        Err(Error::Refused { code, reason }) if code.is_transient() => Err(Error::Refused { code, reason }),
        Err(failure) => {
            first_failure.get_or_insert(failure);
            Ok(())
        }
    }
}
