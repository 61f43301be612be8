//! Sending the simulated App Store's notifications, with all that goes wrong on the way
//! (docs/stores/apple.md, Notifications V2: delivery, The simulator).

use std::collections::VecDeque;
use std::time::Duration;

use futures::StreamExt;
use reqwest::Client;
use serde_json::json;
use tokio::time::Instant;

use super::clock::now;
use super::reach::{may_be_told, new_client};
use super::settings::{Address, address_of, faults};
use crate::db::{self, queue::Lease, simulator::Sent};
use crate::error::Result;
use crate::keys::random_text;
use crate::model::{
    Environment, NotificationDamage, NotificationFaults, SendAttempt, SimulatedNotification, StoreCode, StoreEnvironment,
    Timestamp,
};
use crate::simulator::apple::Authority;
use crate::simulator::apple::payloads::{apple_id, random};
use crate::state::AppState;
use crate::stores::apple::api::AppleEnvironment;

/// Production tries again so many hours after the try before; the sandbox never does.
const RETRY_HOURS: [i64; 5] = [1, 12, 24, 48, 72];
const BATCH: i64 = 64;
const AT_ONCE: usize = 8;
const TIMEOUT: Duration = Duration::from_secs(10);
/// After this no more of a batch is sent: the rest is left to the next. With the two sends in hand it is less than the lease.
const BATCH_TIME_MAX: Duration = Duration::from_secs(60);
/// A sender that died leaves its notifications to others after this.
const LEASE_MILLIS: i64 = 2 * Timestamp::MINUTE;
const LEASE_BYTES: usize = 12;
/// Objects other than `data` that a notification may carry its addressee in.
const CARRIERS: [&str; 3] = ["summary", "appData", "externalPurchaseToken"];

/// Rouses the sender of this process.
pub(super) fn wake_sender(state: &AppState) {
    state.wakes.simulator.notify_one();
}

/// Sends the notifications that are due by the simulated clock, until none is; gives how many were sent or lost.
pub async fn send_due(state: &AppState) -> Result<usize> {
    let Some(authority) = state.simulator.as_deref() else { return Ok(0) };
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
        let sender = Sender { state, authority, client, faults: &faults, at };
        let (done, left) = sender.send_all(claimed).await?;
        sent += done.len();
        let write = state.db.write(async |tx| {
            for (notification, due_at, is_delivered) in done.iter().chain(&left) {
                let (due_at, is_delivered) = (*due_at, *is_delivered);
                db::simulator::mark_notification_sent(tx, &Sent { notification, due_at, is_delivered }, &lease.name).await?;
            }
            Ok(())
        });
        write.await?;
    }
}

struct Sender<'a> {
    state: &'a AppState,
    authority: &'a Authority,
    client: &'a Client,
    faults: &'a NotificationFaults,
    at: Timestamp,
}

/// A notification with its attempts, when it is sent next, whether it arrived.
type Done = (SimulatedNotification, Option<Timestamp>, bool);

impl Sender<'_> {
    /// Sends one after another as they are due; those of different customers that are due at the same moment go together. Gives
    /// what was sent and what was not: a try that is due again comes before what is due later.
    async fn send_all(&self, mut notifications: Vec<SimulatedNotification>) -> Result<(Vec<Done>, Vec<Done>)> {
        if self.faults.reordered {
            shuffle(&mut notifications)?;
            return Ok((self.send_together(notifications).await?, Vec::new()));
        }
        let started = Instant::now();
        let mut rest = VecDeque::from(notifications);
        let mut done: Vec<Done> = Vec::new();
        while let Some(next) = rest.front() {
            let again_at = done.iter().filter_map(|(_, due_at, _)| *due_at).min();
            let is_first = again_at.is_none_or(|again_at| next.due_at.is_some_and(|due_at| due_at <= again_at));
            if !done.is_empty() && (!is_first || started.elapsed() > BATCH_TIME_MAX) {
                break;
            }
            done.extend(self.send_together(take_group(&mut rest)).await?);
        }
        let as_it_was = |notification: SimulatedNotification| {
            let (due_at, is_delivered) = (notification.due_at, notification.is_delivered);
            (notification, due_at, is_delivered)
        };
        Ok((done, rest.into_iter().map(as_it_was).collect()))
    }

    async fn send_together(&self, notifications: Vec<SimulatedNotification>) -> Result<Vec<Done>> {
        let sending = futures::stream::iter(notifications).map(|notification| self.send(notification)).buffered(AT_ONCE);
        sending.collect::<Vec<_>>().await.into_iter().collect()
    }

    /// Sends one at the moment it was due: after a jump of the clock that is in the past.
    async fn send(&self, mut notification: SimulatedNotification) -> Result<Done> {
        let delay_millis = self.faults.delay_seconds * Timestamp::SECOND;
        let at = notification.due_at.map_or(self.at, |due_at| due_at.plus_millis(delay_millis).min(self.at));
        let result = if happens(self.faults.lost_percent)? { "TIMED_OUT" } else { self.post(&notification).await? };
        let is_delivered = result == "SUCCESS";
        if is_delivered && happens(self.faults.repeated_percent)? {
            self.post(&notification).await?;
        }
        notification.attempts.push(SendAttempt { attempt_date: at, send_attempt_result: result.to_owned() });
        let retry = RETRY_HOURS
            .get(notification.attempts.len() - 1)
            .filter(|_| notification.world == StoreEnvironment::Production && !is_delivered);
        let due_at = retry.map(|hours| at.plus_millis(hours * Timestamp::HOUR));
        Ok((notification, due_at, is_delivered))
    }

    /// Posts once; gives the App Store's word for how it went.
    async fn post(&self, notification: &SimulatedNotification) -> Result<&'static str> {
        let Some(url) = url_of(self.state, &notification.store_app_id).await? else { return Ok("NO_RESPONSE") };
        let payload = match self.faults.damage {
            None => sign(self.state, self.authority, notification).await?,
            Some(damage) => self.damage(notification, damage).await?,
        };
        let sent = self.client.post(url).json(&json!({ "signedPayload": payload })).send().await;
        Ok(match sent {
            Ok(response) if (200..=206).contains(&response.status().as_u16()) => "SUCCESS",
            Ok(_) => "UNSUCCESSFUL_HTTP_RESPONSE_CODE",
            Err(error) if error.is_timeout() => "TIMED_OUT",
            Err(error) if error.is_connect() => "NO_RESPONSE",
            Err(error) if error.is_redirect() => "CIRCULAR_REDIRECT",
            Err(_) => "SOCKET_ISSUE",
        })
    }

    async fn damage(&self, notification: &SimulatedNotification, damage: NotificationDamage) -> Result<String> {
        match damage {
            NotificationDamage::WrongRoot => {
                let stranger = Authority::generate(self.state.clock.now())?;
                sign(self.state, &stranger, notification).await
            }
            NotificationDamage::WrongBundle => {
                let other = SimulatedNotification {
                    store_app_id: format!("{}.other", notification.store_app_id),
                    ..notification.clone()
                };
                sign(self.state, self.authority, &other).await
            }
            NotificationDamage::BadSignature => {
                let token = sign(self.state, self.authority, notification).await?;
                let (signed, signature) = token.rsplit_once('.').unwrap_or((&token, ""));
                let turned: String = signature.chars().rev().collect();
                Ok(format!("{signed}.{turned}"))
            }
        }
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

/// Signs a notification and what is signed within it, as it is sent and as its history shows it.
pub(super) async fn sign(state: &AppState, authority: &Authority, notification: &SimulatedNotification) -> Result<String> {
    let mut payload = notification.payload.clone();
    let mut data = payload["data"].take();
    if let Some(members) = payload.as_object_mut() {
        members.remove("data");
    }
    let own_name = CARRIERS.into_iter().find(|name| !data[*name].is_null());
    let mut carrier = own_name.map_or_else(|| json!({}), |name| data[name].take());
    if own_name.is_none() {
        for (from, to) in [("transaction", "signedTransactionInfo"), ("renewal", "signedRenewalInfo")] {
            let inner = data[from].take();
            if !inner.is_null() {
                carrier[to] = authority.sign_jws(&inner)?.into();
            }
        }
        let others = data.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
        for (name, value) in others {
            carrier[name] = value.clone();
        }
        carrier["bundleVersion"] = "1".into();
    }
    carrier["bundleId"] = notification.store_app_id.as_str().into();
    if own_name != Some("externalPurchaseToken") {
        carrier["environment"] = notification.world.as_str().into();
    }
    if let Some(id) = apple_id_of(state, notification.world, &notification.store_app_id).await? {
        carrier["appAppleId"] = id.into();
    }
    payload[own_name.unwrap_or("data")] = carrier;
    authority.sign_jws(&payload)
}

/// The App Store's number of an app: what the app's settings say, else one made from its name, which the sandbox leaves out.
pub(super) async fn apple_id_of(state: &AppState, world: StoreEnvironment, store_app_id: &str) -> Result<Option<i64>> {
    let apps = db::apps::list_by_store_app(&mut state.db.read().await?, StoreCode::AppStore, store_app_id).await?;
    let of_simulator = apps.into_iter().map(|(_, stored)| stored.app).filter(|app| app.environment == Environment::Simulator);
    let said = of_simulator.filter_map(|app| app.settings.get("app_apple_id")?.parse().ok()).next();
    Ok(said.or((world == StoreEnvironment::Production).then(|| apple_id(store_app_id))))
}

/// Where an app's notifications go; none where it wants none, or while this server does not listen.
pub(super) async fn url_of(state: &AppState, store_app_id: &str) -> Result<Option<String>> {
    match address_of(state, store_app_id).await? {
        Some(Address::Url(url)) => Ok(Some(url).filter(|url| url.parse().is_ok_and(|url| may_be_told(&url)))),
        Some(Address::Nowhere) => Ok(None),
        None => {
            let base = state.stores.apple().hosts().base(Environment::Simulator, AppleEnvironment::Sandbox);
            let own = base.as_deref().and_then(|base| base.strip_suffix("/simulator"));
            let segment: String = url::form_urlencoded::byte_serialize(store_app_id.as_bytes()).collect();
            Ok(own.map(|own| format!("{own}/callback/subscription/{segment}/AS/v2")))
        }
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
