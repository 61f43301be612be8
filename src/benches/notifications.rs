//! How long after a store's notification came in its effect can be seen in the database.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use purser::error::{Error, Result};
use purser::model::Timestamp;
use serde_json::{Value, json};
use tokio::sync::{Mutex, mpsc};

use crate::client::{Connection, post_head};
use crate::database::{Database, Kind, Look};
use crate::figure::Figure;
use crate::server::Server;
use crate::world::{BUNDLE, World};

pub const PER_SECOND: u32 = 200;
pub const NOTIFICATIONS: usize = 2_000;
const SENDERS: usize = 16;
/// How often it is looked; it counts as part of the time.
const LOOK_EVERY: Duration = Duration::from_millis(5);
/// A server that has not applied all by then is not keeping up at all.
const PATIENCE: Duration = Duration::from_secs(30);
const LIMIT: Duration = Duration::from_millis(250);
const CHAINS: usize = 250;
const PERIOD: i64 = 30 * Timestamp::DAY;

/// A notification's own number, and the bytes of its request.
pub type Signed = (String, Vec<u8>);

pub async fn measure(world: &World, kind: Kind) -> Result<Vec<Figure>> {
    let notifications = (0..NOTIFICATIONS).map(|index| sign(world, index)).collect::<Result<Vec<_>>>()?;
    let database = Database::create(world, kind, "notices").await?;
    let (state, _) = world.open(&database.url).await?;
    state.db.close().await;
    drop(state);
    let server = Server::start(world, &database).await?;
    let mut times = times(server.addr, &database, notifications).await?;
    drop(server);
    database.remove().await?;
    let title = format!("{}: from a store's notification to its effect, {PER_SECOND} notifications a second", kind.name());
    Ok(vec![Figure::p99(title, &mut times, LIMIT)])
}

/// How long each notification takes to its effect.
pub async fn times(addr: SocketAddr, database: &Database, notifications: Vec<Signed>) -> Result<Vec<Duration>> {
    let sending = tokio::spawn(send_all(addr, notifications));
    let seen = watch(database.look().await?).await?;
    let sent = sending.await.map_err(Error::internal)??;
    let took = |(id, at): &(String, Instant)| {
        seen.get(id).map(|seen| seen.duration_since(*at)).ok_or_else(|| Error::internal("a notification was not applied"))
    };
    sent.iter().map(took).collect()
}

/// By turns a purchase and the next period of one of the subscriptions.
fn sign(world: &World, index: usize) -> Result<Signed> {
    let now = world.now().0;
    let (kind, transaction, renewal) = if index.is_multiple_of(2) {
        ("ONE_TIME_CHARGE", world.transaction(1_000_000 + index as u64, index, None)?, None)
    } else {
        let (transaction, renewal) = period(index / 2 % CHAINS, (index / 2 / CHAINS) as i64, now);
        ("DID_RENEW", transaction, Some(renewal))
    };
    let id = format!("00000000-0000-4000-8000-{index:012}");
    let mut data = json!({ "environment": "Sandbox", "bundleId": BUNDLE, "bundleVersion": "1" });
    data["signedTransactionInfo"] = world.authority.sign_jws(&transaction)?.into();
    if let Some(renewal) = renewal {
        data["signedRenewalInfo"] = world.authority.sign_jws(&renewal)?.into();
    }
    let payload = json!({ "notificationType": kind, "notificationUUID": id, "version": "2.0", "signedDate": now, "data": data });
    let body = json!({ "signedPayload": world.authority.sign_jws(&payload)? }).to_string();
    let head = post_head(&format!("/callback/subscription/{BUNDLE}/AS/v2"), "", body.len());
    Ok((id, (head + &body).into_bytes()))
}

fn period(chain: usize, number: i64, now: i64) -> (Value, Value) {
    let (chain_id, start) = ((3_000_000_000_000_000 + chain).to_string(), now + number * PERIOD);
    let account = format!("705{chain:015}");
    let transaction = json!({
        "transactionId": format!("{chain_id}{number:03}"), "originalTransactionId": chain_id, "bundleId": BUNDLE,
        "productId": "vip", "subscriptionGroupIdentifier": "21000001", "purchaseDate": start, "originalPurchaseDate": now,
        "expiresDate": start + PERIOD, "quantity": 1, "type": "Auto-Renewable Subscription",
        "inAppOwnershipType": "PURCHASED", "signedDate": now + number, "environment": "Sandbox", "storefront": "KOR",
        "storefrontId": "143466", "transactionReason": "RENEWAL", "price": 9_900_000, "currency": "KRW",
        "appTransactionId": account,
    });
    let renewal = json!({
        "originalTransactionId": chain_id, "productId": "vip", "autoRenewProductId": "vip", "autoRenewStatus": 1,
        "isInBillingRetryPeriod": false, "renewalPrice": 9_900_000, "currency": "KRW", "signedDate": now + number,
        "environment": "Sandbox", "renewalDate": start + PERIOD, "appTransactionId": account,
    });
    (transaction, renewal)
}

/// Sends them at an even pace; when each was due to go. One that has to wait for a free sender has waited for the server.
async fn send_all(addr: SocketAddr, notifications: Vec<Signed>) -> Result<Vec<(String, Instant)>> {
    let (queue, due) = mpsc::channel::<Signed>(NOTIFICATIONS);
    let due = Arc::new(Mutex::new(due));
    let mut senders = Vec::new();
    for _ in 0..SENDERS {
        let (due, mut connection) = (due.clone(), Connection::open(addr).await?);
        senders.push(tokio::spawn(async move {
            loop {
                let next = due.lock().await.recv().await;
                let Some((_, bytes)) = next else { return Ok::<_, Error>(()) };
                connection.send(&bytes).await?.ok()?;
            }
        }));
    }
    let mut pace = tokio::time::interval(Duration::from_secs(1) / PER_SECOND);
    let mut sent = Vec::with_capacity(notifications.len());
    for notification in notifications {
        sent.push((notification.0.clone(), pace.tick().await.into_std()));
        queue.send(notification).await.map_err(Error::internal)?;
    }
    drop(queue);
    for sender in senders {
        sender.await.map_err(Error::internal)??;
    }
    Ok(sent)
}

/// When each notification was first seen applied, by its number.
async fn watch(mut look: Look) -> Result<HashMap<String, Instant>> {
    let started = Instant::now();
    let (mut seen, mut newest) = (HashMap::new(), 0_i64);
    let mut pace = tokio::time::interval(LOOK_EVERY);
    while seen.len() < NOTIFICATIONS {
        if started.elapsed() > PATIENCE {
            return Err(Error::internal(format!("{} of {NOTIFICATIONS} notifications were applied", seen.len())));
        }
        pace.tick().await;
        // By the index over status and time, from a second before the newest one seen.
        let sql = format!(
            "SELECT dedupe_key || ' ' || CAST(received_at AS TEXT) FROM store_notifications
             WHERE project_id = (SELECT id FROM projects) AND status = 'APPLIED' AND received_at >= {newest} - 1000"
        );
        let found = look.texts(&sql).await?;
        let now = Instant::now();
        for row in found {
            let Some((id, received_at)) = row.split_once(' ') else { continue };
            seen.entry(id.to_owned()).or_insert(now);
            newest = newest.max(received_at.parse().map_err(Error::internal)?);
        }
    }
    Ok(seen)
}
