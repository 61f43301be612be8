use super::*;

const ONE: NonZeroU32 = NonZeroU32::MIN;

fn limits(a_minute: u32) -> CallLimits {
    let rate = NonZeroU32::new(a_minute);
    let (app_key_purchases, address_purchases) = (NonZeroU32::new(a_minute * 2), rate);
    let rates = CallRates { app_key_purchases, address_purchases, callbacks: rate, ..CallRates::default() };
    CallLimits::new(rates)
}

fn address(text: &str) -> Option<IpAddr> {
    Some(text.parse().expect("an address"))
}

#[test]
fn counts_by_kind_key_and_address() {
    let limits = limits(3);
    let charge = |kind, key, from| limits.charge(&limits.counted(kind, Some(key), address(from)), ONE);
    for _ in 0..3 {
        charge(CallKind::Reserve, "a", "203.0.113.1").expect("within the limit");
    }
    let refused = charge(CallKind::Reserve, "a", "203.0.113.1").expect_err("one too many");
    assert!(matches!(refused, Error::TooManyRequests { retry_after_seconds: 1..=20 }), "{refused:?}");
    charge(CallKind::Verify, "a", "203.0.113.1").expect("another kind");
    charge(CallKind::Reserve, "b", "::ffff:203.0.113.1").expect_err("the same address, written otherwise");
    for from in ["203.0.113.2", "203.0.113.3", "203.0.113.4"] {
        charge(CallKind::Reserve, "a", from).expect("another address");
    }
    charge(CallKind::Reserve, "a", "203.0.113.5").expect_err("the key has had its six");
    charge(CallKind::Reserve, "b", "203.0.113.5").expect("another key");
}

#[test]
fn a_block_of_ipv6_is_one_address_and_many_calls_count_as_many() {
    let limits = limits(3);
    let charge = |from: &str, calls: u32| {
        let counted = limits.counted(CallKind::Callback, None, address(from));
        limits.charge(&counted, NonZeroU32::new(calls).expect("some"))
    };
    charge("2001:db8:0:1::1", 2).expect("within the limit");
    charge("2001:db8:0:1:ffff::2", 2).expect_err("the same block");
    charge("2001:db8:0:2::1", 3).expect("another block");
    charge("2001:db8:0:3::1", 4).expect_err("more at once than a minute has");
    assert!(limits.charge(&limits.counted(CallKind::Callback, None, None), NonZeroU32::MAX).is_ok(), "no address");
}

#[test]
fn many_addresses_take_no_more_memory() {
    let limits = limits(3);
    for number in 0..u32::try_from(COUNTED_MAX).expect("small") + 20_000 {
        drop(limits.charge(&limits.counted(CallKind::Callback, None, Some(IpAddr::V4(number.into()))), ONE));
    }
    limits.counters.run_pending_tasks();
    assert!(limits.counters.entry_count() <= COUNTED_MAX);
}
