use super::*;
use crate::model::{AppSeq, Attribution, Environment, ProductSeq, StoreCode, SubscriptionId, SubscriptionState};

const NOW: Timestamp = Timestamp(1_795_424_400_000);
const HOUR: i64 = Timestamp::HOUR;

fn payment(status: PaymentStatus) -> Payment {
    let is_paid = matches!(status, PaymentStatus::Success | PaymentStatus::Refund);
    Payment {
        payment_seq: PaymentSeq("2026112300000001".into()),
        app_seq: AppSeq(1_000_000),
        store: StoreCode::AppStore,
        store_app_id: "com.example.game".into(),
        product_seq: ProductSeq(1_000_000),
        product_id: "gem_100".into(),
        product_name: "100 gems".into(),
        product_type: ProductType::Consumable,
        user_channel: "GF".into(),
        user_key: "player-1".into(),
        attribution: Attribution::Token,
        status,
        finish: Finish::None,
        environment: Environment::Live,
        store_order_id: is_paid.then(|| "order-2".into()),
        original_order_id: is_paid.then(|| "order-1".into()),
        store_account: None,
        purchase_token: None,
        quantity: 1,
        price: is_paid.then(|| won(4_400)),
        payload: None,
        refusal: None,
        source: PaymentSource::Reservation,
        offer: None,
        ownership: Ownership::Purchased,
        created_at: NOW,
        updated_at: NOW.plus_millis(HOUR),
        purchased_at: is_paid.then_some(NOW),
        verified_at: is_paid.then(|| NOW.plus_millis(400)),
        expires_at: None,
        superseded_at: None,
        refunded_at: (status == PaymentStatus::Refund).then(|| NOW.plus_millis(2 * HOUR)),
        refunded_by: (status == PaymentStatus::Refund).then_some(Actor::Store),
        refunded_micros: None,
        refunded_quantity: None,
        refund_type: None,
        refund_reason: None,
        consumed_at: None,
        is_before_charge: false,
        hand_corrected_at: None,
        provisional_since: None,
        handled_at: None,
        reopened_at: None,
        access_salt: None,
    }
}

fn won(units: i64) -> Money {
    Money { price_micros: units * 1_000_000, currency: "KRW".into() }
}

fn event(actor: Actor, kind: EventKind, from: PaymentStatus, to: PaymentStatus) -> PaymentEvent {
    let at = NOW.plus_millis(HOUR);
    PaymentEvent { at, actor, actor_name: None, kind, from: Some(from), to, reason: None, evidence: None }
}

fn verified() -> PaymentEvent {
    event(Actor::Client, EventKind::Verify, PaymentStatus::Reserved, PaymentStatus::Success)
}

fn consumed_by(actor: Actor) -> PaymentEvent {
    event(actor, EventKind::Consume, PaymentStatus::Success, PaymentStatus::Success)
}

fn known(events: &[PaymentEvent]) -> Circumstances<'_> {
    Circumstances { now: NOW, events, subscription: None }
}

fn plan(state: &str) -> Subscription {
    let end = NOW.plus_millis(HOUR);
    let (period_end, grace_end, in_retry, is_paused, auto_renew) = match state {
        "ACTIVE" => (end, None, false, false, true),
        "CANCELED" => (end, None, false, false, false),
        "GRACE" => (NOW.plus_millis(-HOUR), Some(end), true, false, true),
        "HOLD" => (NOW.plus_millis(-HOUR), None, true, false, true),
        "PAUSED" => (NOW.plus_millis(-HOUR), None, false, true, true),
        _ => (NOW.plus_millis(-HOUR), None, false, false, false),
    };
    let one = payment(PaymentStatus::Success);
    Subscription {
        subscription_id: SubscriptionId("1".into()),
        app_seq: one.app_seq,
        store: one.store,
        store_app_id: one.store_app_id,
        environment: one.environment,
        chain_id: "order-1".into(),
        group_id: None,
        product_seq: one.product_seq,
        product_id: one.product_id,
        product_name: one.product_name,
        product_type: ProductType::AutoSubscription,
        next_product_id: None,
        user_channel: one.user_channel,
        user_key: one.user_key,
        attribution: one.attribution,
        state: SubscriptionState::Active,
        order_id: "order-2".into(),
        started_at: NOW,
        period_start: NOW.plus_millis(-2 * HOUR),
        period_end,
        grace_end,
        auto_renew,
        in_retry,
        is_paused,
        next_price: None,
        expiration_reason: None,
        price_consent: None,
        offer: None,
        ownership: Ownership::Purchased,
        revoked_at: None,
        purchase_as_of: NOW.plus_millis(-HOUR),
        renewal_as_of: None,
        created_at: NOW,
        updated_at: NOW,
    }
}

/// A payment of each kind, with what answers it.
pub fn samples() -> Vec<(Payment, Answer)> {
    let mut all = unpaid_samples();
    all.extend(paid_samples());
    all.extend(period_samples());
    all.extend(refunded_samples());
    all
}

fn told(payment: Payment, events: &[PaymentEvent]) -> (Payment, Answer) {
    let said = answer(&payment, &known(events));
    (payment, said)
}

fn unpaid_samples() -> Vec<(Payment, Answer)> {
    use PaymentStatus::{Failure, Pending, Reserved, UserClose};
    let mut all = vec![told(payment(Reserved), &[]), told(payment(Pending), &[]), told(payment(Failure), &[])];
    let given_up = PaymentEvent {
        reason: Some("the purchase was given up before it was paid for".into()),
        ..event(Actor::System, EventKind::Refuse, Pending, Failure)
    };
    all.push(told(Payment { refusal: Some(RefusalCode::ProofInvalid), ..payment(Failure) }, &[given_up]));
    all.extend(RefusalCode::ALL.iter().map(|code| told(Payment { refusal: Some(*code), ..payment(Failure) }, &[])));
    let close = |actor| event(actor, EventKind::Close, Reserved, UserClose);
    all.extend([Actor::Client, Actor::Operator, Actor::System].map(|actor| told(payment(UserClose), &[close(actor)])));
    let entered = "the purchase it waited for was entered as payment 2026112300000009";
    all.push(told(payment(UserClose), &[PaymentEvent { reason: Some(entered.into()), ..close(Actor::Store) }]));
    all
}

fn paid_samples() -> Vec<(Payment, Answer)> {
    let paid = || payment(PaymentStatus::Success);
    let delivered = || Payment { consumed_at: Some(NOW.plus_millis(HOUR)), ..paid() };
    let mut all = vec![told(paid(), &[verified()]), told(Payment { source: PaymentSource::Notification, ..paid() }, &[])];
    all.push(told(delivered(), &[consumed_by(Actor::Server)]));
    all.push(told(delivered(), &[consumed_by(Actor::System)]));
    all.push(told(Payment { reopened_at: Some(NOW), ..paid() }, &[verified()]));
    let released = event(Actor::Operator, EventKind::Release, PaymentStatus::Success, PaymentStatus::Success);
    all.push(told(paid(), &[verified(), released]));
    all.push(told(Payment { user_key: String::new(), ..paid() }, &[]));
    for one in [paid(), delivered()] {
        all.push(told(Payment { provisional_since: Some(NOW), ..one.clone() }, &[]));
        all.push(told(Payment { finish: Finish::Failed, ..one.clone() }, &[]));
        let pieces = Payment { quantity: 3, refunded_quantity: Some(1), refunded_micros: Some(1_000_000), ..one.clone() };
        all.push(told(pieces, &[]));
        all.push(told(Payment { refunded_micros: Some(4_400_000_000), ..one }, &[]));
    }
    for ownership in [Ownership::Purchased, Ownership::FamilyShared] {
        all.push(told(Payment { product_type: ProductType::NonConsumable, ownership, ..paid() }, &[]));
    }
    all.push(told(Payment { is_before_charge: true, ..paid() }, &[]));
    all.push(told(Payment { superseded_at: Some(NOW), ..paid() }, &[]));
    all.push(told(Payment { ownership: Ownership::FamilyShared, ..paid() }, &[]));
    all
}

fn period_samples() -> Vec<(Payment, Answer)> {
    let period = |hours: i64| Payment {
        product_type: ProductType::AutoSubscription,
        expires_at: Some(NOW.plus_millis(hours * HOUR)),
        ..payment(PaymentStatus::Success)
    };
    let of = |payment: Payment, subscription: Option<&Subscription>| {
        let said = answer(&payment, &Circumstances { now: NOW, events: &[], subscription });
        (payment, said)
    };
    let mut all: Vec<_> =
        ["ACTIVE", "CANCELED", "GRACE", "HOLD", "PAUSED", "OVER"].map(|state| of(period(1), Some(&plan(state)))).into();
    let earlier = Payment { store_order_id: Some("order-1".into()), ..period(-2) };
    all.push(of(earlier, Some(&plan("ACTIVE"))));
    all.push(of(period(1), None));
    all.push(of(Payment { expires_at: None, ..period(1) }, None));
    all.push(of(Payment { superseded_at: Some(NOW), ..period(1) }, None));
    all
}

fn refunded_samples() -> Vec<(Payment, Answer)> {
    let back = || payment(PaymentStatus::Refund);
    let mut all = Vec::new();
    for consumed_at in [None, Some(NOW)] {
        for by in [Actor::Store, Actor::Operator, Actor::Server] {
            all.push(told(Payment { refunded_by: Some(by), consumed_at, ..back() }, &[]));
        }
        let unconfirmed = Payment { refunded_by: Some(Actor::System), provisional_since: Some(NOW), consumed_at, ..back() };
        all.push(told(unconfirmed, &[]));
    }
    all.push(told(Payment { refunded_micros: Some(2_200_000_000), ..back() }, &[]));
    all.push(told(Payment { ownership: Ownership::FamilyShared, ..back() }, &[]));
    all
}

fn answered(payment: Payment, events: &[PaymentEvent]) -> Answer {
    answer(&payment, &known(events))
}

#[test]
fn what_was_never_paid_says_why() {
    let at = NOW.plus_millis(HOUR);
    let all: Vec<Answer> = unpaid_samples().into_iter().map(|(_, answer)| answer).collect();
    assert_eq!(all[..3], [Answer::NeverPaid { at: NOW }, Answer::AwaitsMoney { at: NOW }, Answer::Failed { at }]);
    assert_eq!(all[3], Answer::GivenUp { at });
    let refused: Vec<&Answer> = all[4..4 + RefusalCode::ALL.len()].iter().collect();
    for (code, said) in RefusalCode::ALL.iter().zip(refused) {
        assert_eq!(*said, Answer::Refused { at, code: *code });
    }
    let closed = [ClosedBy::Player, ClosedBy::Staff, ClosedBy::Time, ClosedBy::Purchase(PaymentSeq("2026112300000009".into()))];
    assert_eq!(all[4 + RefusalCode::ALL.len()..], closed.map(|by| Answer::Closed { at, by }));
}

#[test]
fn what_was_paid_says_whether_it_was_delivered_and_why_not() {
    let paid = || payment(PaymentStatus::Success);
    let cause = |payment: Payment, events: &[PaymentEvent]| match answered(payment, events) {
        Answer::Undelivered { paid_at: NOW, verified_after: Some(400), cause } => cause,
        other => panic!("{other:?}"),
    };
    assert_eq!(cause(paid(), &[verified()]), Undelivered::NeverAsked);
    let told = event(Actor::Store, EventKind::Notification, PaymentStatus::Reserved, PaymentStatus::Success);
    assert_eq!(cause(paid(), &[told]), Undelivered::NeverBrought);
    assert_eq!(cause(Payment { reopened_at: Some(NOW), ..paid() }, &[verified()]), Undelivered::Reopened);
    let delivered = Payment { consumed_at: Some(NOW.plus_millis(HOUR)), ..paid() };
    let at = NOW.plus_millis(HOUR);
    assert_eq!(answered(delivered.clone(), &[consumed_by(Actor::Client)]), Answer::Delivered { paid_at: NOW, at });
    assert_eq!(answered(delivered, &[consumed_by(Actor::Operator)]), Answer::DeliveredElsewhere { paid_at: NOW, at });
    let nobody = Payment { user_key: String::new(), ..paid() };
    assert_eq!(answered(nobody, &[]), Answer::WithoutUser { paid_at: NOW });
    // What nobody will do anything about any more is not said first.
    let handled = Payment { finish: Finish::Failed, handled_at: Some(NOW), ..paid() };
    assert!(matches!(answered(handled, &[verified()]), Answer::Undelivered { .. }));
    let clock_ahead = Payment { verified_at: Some(NOW.plus_millis(-1)), ..paid() };
    assert!(matches!(answered(clock_ahead, &[verified()]), Answer::Undelivered { verified_after: None, .. }));
}

#[test]
fn what_was_given_back_says_how_much_and_by_whom() {
    let back = || payment(PaymentStatus::Refund);
    let at = NOW.plus_millis(2 * HOUR);
    let refunded = |by, part, is_delivered| Answer::Refunded { at, by, part, is_delivered };
    assert_eq!(answered(back(), &[]), refunded(RefundedBy::Store, None, false));
    let by_staff = Payment { refunded_by: Some(Actor::Operator), consumed_at: Some(NOW), ..back() };
    assert_eq!(answered(by_staff, &[]), refunded(RefundedBy::Staff, None, true));
    let half = Payment { refunded_micros: Some(2_200_000_000), ..back() };
    assert_eq!(answered(half, &[]), refunded(RefundedBy::Store, Some(won(2_200)), false));
    let shared = Payment { ownership: Ownership::FamilyShared, ..back() };
    assert_eq!(answered(shared, &[]), Answer::AccessRevoked { at });
    let denied = Payment { refunded_by: Some(Actor::System), provisional_since: Some(NOW), ..back() };
    assert_eq!(answered(denied, &[]), Answer::Unconfirmed { at, is_delivered: false });
    let paid = payment(PaymentStatus::Success);
    let pieces = Payment { quantity: 4, refunded_quantity: Some(1), refunded_micros: Some(1_100_000_000), ..paid.clone() };
    let said = answered(pieces, &[]);
    let expected = Some(won(1_100));
    assert!(matches!(said, Answer::PartlyRefunded { given_back, pieces: Some((1, 4)), .. } if given_back == expected));
    let kept = Payment { refunded_micros: Some(4_400_000_000), ..paid };
    assert!(matches!(answered(kept, &[]), Answer::RefundedAndKept { .. }));
}

#[test]
fn a_period_is_told_as_of_now() {
    let all: Vec<Period> = period_samples()
        .into_iter()
        .map(|(_, answer)| match answer {
            Answer::Period { period, .. } => period,
            other => panic!("{other:?}"),
        })
        .collect();
    let (until, past) = (NOW.plus_millis(HOUR), NOW.plus_millis(-2 * HOUR));
    assert_eq!(
        all,
        [
            Period::Running { until: Some(until), renews: Some(true) },
            Period::Running { until: Some(until), renews: Some(false) },
            Period::InGrace { until },
            Period::OnHold,
            Period::Paused,
            Period::Over { until, is_renewed: false },
            Period::Over { until: past, is_renewed: true },
            Period::Running { until: Some(until), renews: None },
            Period::Running { until: None, renews: None },
            Period::Superseded { at: NOW },
        ]
    );
}

#[test]
fn an_answer_rests_on_the_lines_that_decided() {
    let checked = event(Actor::Operator, EventKind::Check, PaymentStatus::Success, PaymentStatus::Success);
    let events = [verified(), checked.clone(), consumed_by(Actor::Server), checked];
    let delivered = Payment { consumed_at: Some(NOW), ..payment(PaymentStatus::Success) };
    assert_eq!(deciding_events(&delivered, &events), [2, 0]);
    assert_eq!(deciding_events(&payment(PaymentStatus::Success), &events[..2]), [0]);
}
