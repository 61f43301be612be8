//! App Store Server Notifications V2. One that Apple signed for this app is taken whatever it is: what is new to us in it is
//! let be, and what it carries and we can't read is left out, with the reason.

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::{Map, Value};

use super::addressee::{Carrier, check_addressee, is_known_environment};
use super::effect::{Carried, REFUND_QUESTION, effect_of};
use super::jws::{Jws, Payload};
use super::renewal::read_renewal;
use super::roots::TrustSet;
use super::store::AppleStore;
use super::transaction::{VALUE_CHARS_MAX, environment_of, read_purchase};
use crate::model::{CallReason, Purchase, RefusalCode, Renewal, Snapshot, TextKind, Timestamp, has_control};
use crate::stores::fields::Fields;
use crate::stores::{Authenticated, Effect, Notification, RawNotification, Refusal, Rejection, Store, StoreApp};

/// `data.status` while Apple tries to charge again.
const STATUS_BILLING_RETRY: i64 = 3;
/// How long Apple waits for the answer to a CONSUMPTION_REQUEST.
const QUESTION_MILLIS: i64 = 12 * Timestamp::HOUR;
/// What else Apple signs, by members only it has: whoever hands one in for a notification is told what it is.
const OTHERS_SIGNED: [(&str, &str); 5] = [
    ("transactionId", "a signed transaction"),
    ("autoRenewStatus", "a signed renewal info"),
    ("renewalDate", "a signed renewal info"),
    ("receiptType", "a signed app transaction"),
    ("receiptCreationDate", "a signed app transaction"),
];
const MEMBER: &str = "signedPayload";

/// The JWS of `{"signedPayload": "…"}`, which is what is kept; members beside it are not looked at.
pub(super) fn signed_payload(body: &Value) -> Result<&str, Rejection> {
    let malformed = || Rejection::Malformed(MEMBER, CallReason::NoSignedPayload.into());
    body.get(MEMBER).and_then(Value::as_str).ok_or_else(malformed)
}

impl AppleStore {
    /// Reads what came in now, signed or of a known sender, with all its checks.
    pub(super) fn authenticate_payload(
        &self,
        app: &StoreApp,
        payload: String,
        now: Timestamp,
    ) -> Result<Authenticated, Rejection> {
        let raw = RawNotification { payload, received_at: now };
        let notification = self.parse(app, &raw)?;
        Ok(Authenticated { raw, notification })
    }

    /// Reads a `signedPayload` and everything signed within it: the certificates lead to a root this app trusts, and it is for
    /// this app and its environment. An app whose roots or environment changed since does not take it any more.
    pub(super) fn read_signed(
        &self,
        app: &StoreApp,
        signed_payload: &str,
        received_at: Timestamp,
    ) -> Result<Notification, Refusal> {
        Reader { store: self, app, roots: self.roots.of(app), received_at }.read(signed_payload)
    }
}

/// Reads a notification and what it carries.
struct Reader<'a> {
    store: &'a AppleStore,
    app: &'a StoreApp,
    roots: TrustSet<'a>,
    /// When it came in: it stands for the dates that are not there.
    received_at: Timestamp,
}

impl Reader<'_> {
    fn open(&self, jws: &Jws<'_>) -> Result<Payload, Refusal> {
        self.store.signed_data.verify_notification(jws, &self.roots, self.received_at)
    }

    fn read(&self, signed_payload: &str) -> Result<Notification, Refusal> {
        let payload = self.open(&Jws::split_notification(MEMBER, signed_payload)?)?;
        let kind = read_kind(&payload.members)?;
        let carrier = Carrier::find(&payload.members);
        check_addressee(self.app, &payload.members, &carrier)?;
        let fields = Fields::new("notification", &payload.members);
        let mut read = Notification {
            id: read_id(&payload.members, &payload.text),
            kind,
            subtype: payload.members.get("subtype").and_then(read_line),
            environment: self.app.environment,
            sent_at: fields.moment("signedDate").ok().flatten().unwrap_or(self.received_at),
            snapshot: None,
            chains: Vec::new(),
            purchases: Vec::new(),
            tokens: Vec::new(),
            effect: Effect::Ignore("UNREADABLE"),
            refund_question_until: None,
            refund_question_token: None,
            unread: None,
        };
        match carrier.environment() {
            Some(said) if !is_known_environment(said) => {
                read.unread = Some(format!("{}.environment is {said:?}, which is new to us", carrier.name));
                return Ok(read);
            }
            Some(said) => read.environment = environment_of(self.app, said)?,
            None => {}
        }
        self.read_parts(&carrier, &mut read)?;
        Ok(read)
    }

    /// What a notification carries. A part of another form than we know is left out; one that is forged or another app's
    /// refuses the whole.
    fn read_parts(&self, carrier: &Carrier<'_>, read: &mut Notification) -> Result<(), Refusal> {
        let (mut purchase, mut renewal) = (None, None);
        let mut unread = Vec::new();
        match self.read_transaction_part(carrier)? {
            Part::Absent => {}
            Part::Unread(reason) => unread.push(reason),
            Part::Read(found) => purchase = Some(*found),
        }
        match self.read_renewal_part(carrier, read.sent_at)? {
            Part::Absent => {}
            Part::Unread(reason) => unread.push(reason),
            Part::Read(found) => renewal = Some(*found),
        }
        if let (Some(purchase), Some(found)) = (&purchase, &renewal)
            && purchase.original_order_id != found.chain_id
        {
            unread.push("the renewal info is not of the transaction's chain".into());
            renewal = None;
        }
        if carrier.environment().is_none() {
            read.environment = purchase.as_ref().map_or(self.app.environment, |purchase| purchase.environment);
        }
        let carried = Carried { purchase: purchase.is_some(), renewal: renewal.is_some(), unread: !unread.is_empty() };
        read.effect = effect_of(&read.kind, read.subtype.as_deref(), &carried);
        read.unread = carried.unread.then(|| unread.join("; "));
        let is_question = purchase.is_some() && read.kind == REFUND_QUESTION;
        read.refund_question_until = is_question.then(|| read.sent_at.plus_millis(QUESTION_MILLIS));
        match (purchase, renewal) {
            (Some(purchase), renewal) => read.snapshot = Some(Snapshot::of(purchase, renewal)),
            (None, Some(renewal)) => read.chains.push(renewal.chain_id),
            (None, None) => {}
        }
        Ok(())
    }

    fn read_transaction_part(&self, carrier: &Carrier<'_>) -> Result<Part<Purchase>, Refusal> {
        let payload = match self.open_part(carrier, "signedTransactionInfo")? {
            Part::Read(payload) => *payload,
            Part::Unread(reason) => return Ok(Part::Unread(reason)),
            Part::Absent => return Ok(Part::Absent),
        };
        let is_new = is_of_new_environment(&payload.members);
        Part::of(read_purchase(self.app, payload), is_new)
    }

    fn read_renewal_part(&self, carrier: &Carrier<'_>, sent_at: Timestamp) -> Result<Part<Renewal>, Refusal> {
        let payload = match self.open_part(carrier, "signedRenewalInfo")? {
            Part::Read(payload) => *payload,
            Part::Unread(reason) => return Ok(Part::Unread(reason)),
            Part::Absent => return Ok(Part::Absent),
        };
        let is_new = is_of_new_environment(&payload.members);
        let mut part = Part::of(read_renewal(self.app, &payload.members, sent_at), is_new)?;
        if let Part::Read(renewal) = &mut part {
            // The flag was seen false in grace; the status beside it was right.
            renewal.in_retry |= carrier.number("status") == Some(STATUS_BILLING_RETRY);
        }
        Ok(part)
    }

    /// The payload of a signed part. That it is of a form we do not know is no forgery.
    fn open_part(&self, carrier: &Carrier<'_>, name: &'static str) -> Result<Part<Payload>, Refusal> {
        let token = match carrier.find_member(name) {
            None => return Ok(Part::Absent),
            Some(Value::String(token)) if token.is_empty() => return Ok(Part::Absent),
            Some(Value::String(token)) => token,
            Some(_) => return Ok(Part::Unread(format!("{}.{name} must be text", carrier.name))),
        };
        let jws = match Jws::split_notification(name, token) {
            Ok(jws) => jws,
            Err(refusal) => return Ok(Part::Unread(refusal.reason)),
        };
        let refusal = match self.open(&jws) {
            Ok(payload) => return Ok(Part::Read(Box::new(payload))),
            Err(refusal) => refusal,
        };
        match jws.payload().and_then(|_| jws.certificates()) {
            Err(form) => Ok(Part::Unread(form.reason)),
            Ok(_) => Err(refusal),
        }
    }
}

/// One of the signed parts of a notification.
enum Part<T> {
    Absent,
    Read(Box<T>),
    /// Why it could not be read.
    Unread(String),
}

impl<T> Part<T> {
    /// A part whose signature is good: members of another form, or an environment that is new to us, leave it unread.
    fn of(read: Result<T, Refusal>, is_of_new_environment: bool) -> Result<Self, Refusal> {
        match read {
            Ok(read) => Ok(Self::Read(Box::new(read))),
            Err(refusal) if refusal.code == RefusalCode::ProofInvalid => Ok(Self::Unread(refusal.reason)),
            Err(refusal) if refusal.code == RefusalCode::EnvironmentMismatch && is_of_new_environment => {
                Ok(Self::Unread(refusal.reason))
            }
            Err(refusal) => Err(refusal),
        }
    }
}

fn is_of_new_environment(members: &Map<String, Value>) -> bool {
    members.get("environment").and_then(Value::as_str).is_some_and(|said| !is_known_environment(said))
}

/// The notification's type. What has none is no notification, and is refused by what it is.
fn read_kind(members: &Map<String, Value>) -> Result<String, Refusal> {
    if let Some(kind) = members.get("notificationType").and_then(read_line) {
        return Ok(kind);
    }
    let other = OTHERS_SIGNED.iter().find(|(name, _)| members.contains_key(*name));
    let what = other.map_or_else(
        || "it is something else that is signed".to_owned(),
        |(name, what)| format!("it has {name}: it is {what}, not a notification"),
    );
    Err(Refusal::proof(format!("signedPayload.notificationType is missing; {what}")))
}

/// A word in one line, whatever its form; none when it says nothing.
fn read_line(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Bool(_) => value.to_string(),
        _ => return None,
    };
    let is_shown = |letter: &char| !has_control(letter.encode_utf8(&mut [0; 4]), TextKind::Line);
    let line: String = text.trim().chars().filter(is_shown).take(VALUE_CHARS_MAX).collect();
    (!line.is_empty()).then_some(line)
}

/// The notification's own id; where it has none, one made from all it says, so that a repeat has the same.
fn read_id(members: &Map<String, Value>, text: &str) -> String {
    let is_id = |id: &&str| !id.is_empty() && id.len() <= VALUE_CHARS_MAX && id.bytes().all(|byte| byte.is_ascii_graphic());
    let id = members.get("notificationUUID").and_then(Value::as_str).filter(is_id);
    id.map_or_else(|| make_id(text), str::to_lowercase)
}

/// A UUID made from a text.
pub(super) fn make_id(text: &str) -> String {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest(&SHA256, text.as_bytes()).as_ref()[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

/// A stored `signedPayload` for people to read, with what is signed within it in place. Checks no signature: what is
/// stored was checked before. An unsigned one is as it came.
pub(super) fn decode_notification(signed_payload: &str) -> Value {
    if signed_payload.starts_with('{') {
        return serde_json::from_str(signed_payload).unwrap_or_default();
    }
    let mut decoded = decode(signed_payload).unwrap_or_default();
    let carriers = decoded.as_object_mut().into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut);
    for (name, member) in carriers.flatten() {
        let inner = member.as_str().filter(|_| name.starts_with("signed")).and_then(decode);
        if let Some(inner) = inner {
            *member = inner;
        }
    }
    decoded
}

fn decode(token: &str) -> Option<Value> {
    let jws = Jws::split_notification("signedPayload", token).ok()?;
    jws.payload().ok().map(|payload| Value::Object(payload.members))
}
