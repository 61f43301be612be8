//! Sending the simulated stores' notifications, with all that goes wrong on the way. Knows no store: each writes its own bodies.

use std::collections::VecDeque;
use std::time::Duration;

use futures::StreamExt;
use reqwest::Client;
use reqwest::header::AUTHORIZATION;
use tokio::time::Instant;

use super::clock::now;
use super::ids::random;
use super::reach::{is_own_machine, new_client};
use super::settings::{Address, address_of, faults};
use super::translate::notifier_of;
use crate::db::{self, queue::Lease};
use crate::error::Result;
use crate::keys::random_text;
use crate::model::{NotificationFaults, SendAttempt, SendResult, SimulatedNotification, StoreCode, Timestamp};
use crate::state::AppState;

const BATCH: i64 = 64;
const AT_ONCE: usize = 8;
const TIMEOUT: Duration = Duration::from_secs(10);
/// After this no more of a batch is sent: the rest is left to the next. With the two sends in hand it is less than the lease.
const BATCH_TIME_MAX: Duration = Duration::from_secs(60);
/// A sender that died leaves its notifications to others after this.
const LEASE_MILLIS: i64 = 2 * Timestamp::MINUTE;
const LEASE_BYTES: usize = 12;

/// Rouses the sender of this process.
pub(super) fn wake_sender(state: &AppState) {
    state.wakes.simulator.notify_one();
}

/// Sends the notifications that are due by the simulated clock, until none is; gives how many were sent or lost.
pub async fn send_due(state: &AppState) -> Result<usize> {
    if state.simulator.is_none() {
        return Ok(0);
    }
    let _turn = state.runtime.sending.lock().await;
    let mut sent = 0;
    let mut client = None;
    loop {
        let faults = faults(state).await?.notifications;
        let (at, real) = (now(state).await?, state.clock.now());
        let due_by = at.plus_millis(-faults.delay_seconds * Timestamp::SECOND);
        let next = db::simulator::next_notification_due(&mut state.db.read().await?).await?;
        if next.is_none_or(|next| next > due_by) {
            return Ok(sent);
        }
        let lease = Lease { due_by, ..Lease::new(random_text(LEASE_BYTES)?, real, real.plus_millis(LEASE_MILLIS)) };
        let claimed = state.db.write(async |tx| db::simulator::claim_notifications(tx, &lease, BATCH).await).await?;
        if claimed.is_empty() {
            return Ok(sent);
        }
        let client = match &client {
            Some(client) => client,
            None => client.insert(new_client(TIMEOUT)?),
        };
        let sender = Sender { state, client, faults: &faults, at };
        let (done, left) = sender.send_all(claimed).await?;
        sent += done.len();
        let write = state.db.write(async |tx| {
            for notification in done.iter().chain(&left) {
                db::simulator::mark_notification_sent(tx, notification, &lease.name).await?;
            }
            Ok(())
        });
        write.await?;
    }
}

struct Sender<'a> {
    state: &'a AppState,
    client: &'a Client,
    faults: &'a NotificationFaults,
    at: Timestamp,
}

impl Sender<'_> {
    /// Sends one after another as they are due; those of different customers that are due at the same moment go together. Gives
    /// what was sent and what was not: a try that is due again comes before what is due later.
    async fn send_all(
        &self,
        mut notifications: Vec<SimulatedNotification>,
    ) -> Result<(Vec<SimulatedNotification>, VecDeque<SimulatedNotification>)> {
        if self.faults.reordered {
            shuffle(&mut notifications)?;
            return Ok((self.send_together(notifications).await?, VecDeque::new()));
        }
        let started = Instant::now();
        let mut rest = VecDeque::from(notifications);
        let mut done: Vec<SimulatedNotification> = Vec::new();
        while let Some(next) = rest.front() {
            let again_at = done.iter().filter_map(|notification| notification.due_at).min();
            let is_first = again_at.is_none_or(|again_at| next.due_at.is_some_and(|due_at| due_at <= again_at));
            if !done.is_empty() && (!is_first || started.elapsed() > BATCH_TIME_MAX) {
                break;
            }
            done.extend(self.send_together(take_group(&mut rest)).await?);
        }
        Ok((done, rest))
    }

    async fn send_together(&self, notifications: Vec<SimulatedNotification>) -> Result<Vec<SimulatedNotification>> {
        let sending = futures::stream::iter(notifications).map(|notification| self.send(notification)).buffered(AT_ONCE);
        sending.collect::<Vec<_>>().await.into_iter().collect()
    }

    /// Sends one at the moment it was due: after a jump of the clock that is in the past.
    async fn send(&self, mut notification: SimulatedNotification) -> Result<SimulatedNotification> {
        let delay_millis = self.faults.delay_seconds * Timestamp::SECOND;
        let at = notification.due_at.map_or(self.at, |due_at| due_at.plus_millis(delay_millis).min(self.at));
        let result = if happens(self.faults.lost_percent)? { SendResult::TimedOut } else { self.post(&notification).await? };
        notification.is_delivered = result == SendResult::Success;
        if notification.is_delivered && happens(self.faults.repeated_percent)? {
            self.post(&notification).await?;
        }
        let notifier = notifier_of(notification.store)?;
        let next = notifier.retry_millis(notification.environment, notification.attempts.len());
        let is_over = notification.is_delivered || self.faults.lost_for_good;
        notification.due_at = next.filter(|_| !is_over).map(|millis| at.plus_millis(millis));
        notification.attempts.push(SendAttempt { at, result });
        Ok(notification)
    }

    /// Posts once.
    async fn post(&self, notification: &SimulatedNotification) -> Result<SendResult> {
        let Some(url) = url_of(self.state, notification.store, &notification.store_app_id).await? else {
            return Ok(SendResult::NoResponse);
        };
        let notifier = notifier_of(notification.store)?;
        let request = notifier.request(self.state, notification, self.faults.damage).await?;
        let mut post = self.client.post(url).json(&request.body);
        if let Some(authorization) = request.authorization {
            post = post.header(AUTHORIZATION, authorization);
        }
        Ok(match post.send().await {
            Ok(response) if notifier.is_taken(response.status().as_u16()) => SendResult::Success,
            Ok(_) => SendResult::BadStatus,
            Err(error) if error.is_timeout() => SendResult::TimedOut,
            Err(error) if error.is_connect() => SendResult::NoResponse,
            Err(error) if error.is_redirect() => SendResult::Redirected,
            Err(_) => SendResult::SocketIssue,
        })
    }
}

/// Those at the front that are due at the same moment, up to the second of a customer.
fn take_group(rest: &mut VecDeque<SimulatedNotification>) -> Vec<SimulatedNotification> {
    let mut group: Vec<SimulatedNotification> = Vec::new();
    while let Some(next) = rest.pop_front() {
        let is_with = group.iter().all(|one| {
            let is_another_customer = one.customer_id != next.customer_id || next.customer_id.is_empty();
            one.due_at == next.due_at && is_another_customer
        });
        if !is_with {
            rest.push_front(next);
            break;
        }
        group.push(next);
    }
    group
}

/// Where an app's notifications go; none where it wants none, or while this server does not listen.
pub(super) async fn url_of(state: &AppState, store: StoreCode, store_app_id: &str) -> Result<Option<String>> {
    match address_of(state, store_app_id).await? {
        Some(Address::Url(url)) => Ok(Some(url).filter(|url| url.parse().is_ok_and(|url| is_own_machine(&url)))),
        Some(Address::Nowhere) => Ok(None),
        None => Ok(notifier_of(store)?.callback_url(state, store_app_id)),
    }
}

fn happens(percent: u32) -> Result<bool> {
    Ok(percent > 0 && random()? % 100 < u64::from(percent))
}

fn shuffle(notifications: &mut [SimulatedNotification]) -> Result<()> {
    for at in (1..notifications.len()).rev() {
        let other = usize::try_from(random()? % (at as u64 + 1)).unwrap_or(0);
        notifications.swap(at, other);
    }
    Ok(())
}
