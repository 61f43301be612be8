use super::terms::RETRY_MILLIS_MAX;
use super::*;

const END: Timestamp = Timestamp(1_000 * Timestamp::DAY);

fn terms() -> SubscriptionTerms {
    SubscriptionTerms {
        period_end: END,
        grace_end: None,
        auto_renew: true,
        in_retry: false,
        is_paused: false,
        is_over: false,
        revoked_at: None,
        as_of: Timestamp(0),
    }
}

#[test]
fn time_passes_through_the_states() {
    use SubscriptionState::{Active, Canceled, Expired, InGracePeriod, OnHold, Paused, Revoked};
    let grace = SubscriptionTerms { grace_end: Some(END.plus_millis(Timestamp::DAY)), in_retry: true, ..terms() };
    let cases = [
        (terms(), [Active, Active, Expired, Expired]),
        (SubscriptionTerms { auto_renew: false, ..terms() }, [Canceled, Expired, Expired, Expired]),
        (SubscriptionTerms { in_retry: true, ..terms() }, [Active, OnHold, OnHold, Expired]),
        (grace, [Active, InGracePeriod, InGracePeriod, Expired]),
        (SubscriptionTerms { is_over: true, ..terms() }, [Active, Expired, Expired, Expired]),
        (SubscriptionTerms { is_paused: true, ..terms() }, [Active, Paused, Paused, Paused]),
        (SubscriptionTerms { revoked_at: Some(END), ..terms() }, [Revoked; 4]),
    ];
    for (terms, states) in cases {
        let moments = [-1, 0, Timestamp::HOUR, 61 * Timestamp::DAY].map(|millis| END.plus_millis(millis));
        assert_eq!(moments.map(|moment| terms.state_at(moment)), states, "{terms:?}");
    }
    assert_eq!(grace.state_at(END.plus_millis(2 * Timestamp::DAY)), OnHold);
}

#[test]
fn the_stores_word_is_never_from_the_future() {
    let terms = SubscriptionTerms { auto_renew: false, as_of: END.plus_millis(1), ..terms() };
    assert_eq!(terms.state_at(Timestamp(0)), SubscriptionState::Expired, "the store's clock is ahead of ours");
}

#[test]
fn knows_when_it_changes_next() {
    let grace_end = END.plus_millis(Timestamp::DAY);
    let terms = SubscriptionTerms { grace_end: Some(grace_end), in_retry: true, ..terms() };
    assert_eq!(terms.next_change(Timestamp(0)), Some(END));
    assert_eq!(terms.next_change(END), Some(grace_end));
    assert_eq!(terms.next_change(grace_end), Some(END.plus_millis(RETRY_MILLIS_MAX)));
    assert_eq!(terms.next_change(END.plus_millis(RETRY_MILLIS_MAX)), None);
    assert_eq!(SubscriptionTerms { revoked_at: Some(END), ..terms }.next_change(Timestamp(0)), None);
}
