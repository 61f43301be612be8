use super::*;
use crate::serve::connection::counted_address;

fn limits(connections_max: usize, per_address_max: usize) -> ConnectionLimits {
    let timeout = Duration::from_secs(60);
    ConnectionLimits {
        // So that nobody counts as new.
        header_timeout: Duration::ZERO,
        body_timeout: timeout,
        idle_timeout: timeout,
        connections_max,
        per_address_max,
        is_behind_proxy: false,
    }
}

fn is_cut(place: &Place) -> bool {
    use futures::FutureExt;
    place.connection.cut.notified().now_or_never().is_some()
}

#[tokio::test]
async fn one_address_makes_room_for_itself_and_takes_none_from_others() {
    let open = Open::new(limits(100, 2));
    let (flood, other) = ("192.0.2.1".parse().ok(), "192.0.2.2".parse().ok());
    let first = open.enter(flood).expect("room");
    let second = open.enter(flood).expect("room");
    let honest = open.enter(other).expect("room");
    second.connection.enter(Phase::Handler);
    let third = open.enter(flood).expect("the first makes room");
    assert!(is_cut(&first) && !is_cut(&second) && !is_cut(&honest));
    drop(first);
    third.connection.enter(Phase::Handler);
    assert!(open.enter(flood).is_none(), "both are being answered");
    drop((second, third, honest));
    assert_eq!((open.len(), open.lock().by_address.len()), (0, 0));
}

#[tokio::test]
async fn a_full_house_cuts_who_sends_no_request_before_who_is_between_two() {
    let open = Open::new(limits(3, 3));
    let [idle, busy, silent] = [(); 3].map(|()| open.enter(None).expect("room"));
    idle.connection.enter(Phase::Idle);
    busy.connection.enter(Phase::Handler);
    assert!(open.cut_one(None) && is_cut(&silent) && !is_cut(&idle) && !is_cut(&busy));
    drop(silent);
    open.room().await;
    let again = open.enter(None).expect("room");
    again.connection.enter(Phase::Handler);
    assert!(open.cut_one(None) && is_cut(&idle) && !is_cut(&again));
}

#[tokio::test]
async fn who_has_just_come_is_never_asked_to_leave() {
    let open = Open::new(ConnectionLimits { header_timeout: Duration::from_secs(60), ..limits(3, 2) });
    let [idle, new, newer] = [(); 3].map(|()| open.enter(None).expect("room"));
    idle.connection.enter(Phase::Idle);
    assert!(open.cut_one(None) && is_cut(&idle) && !is_cut(&new) && !is_cut(&newer));
    drop(idle);
    assert!(!open.cut_one(None), "nobody has kept us waiting");
}

#[test]
fn addresses_are_counted_by_customer() {
    let count = |peer: &str, is_behind_proxy| {
        let limits = ConnectionLimits { is_behind_proxy, ..limits(1, 1) };
        counted_address(peer.parse().expect("an address"), &limits).map(|address| address.to_string())
    };
    assert_eq!(count("192.0.2.7", false).as_deref(), Some("192.0.2.7"));
    assert_eq!(count("::ffff:192.0.2.7", false).as_deref(), Some("192.0.2.7"));
    assert_eq!(count("2001:db8:1:2:3:4:5:6", false).as_deref(), Some("2001:db8:1:2::"));
    assert_eq!((count("127.0.0.1", false), count("::1", false), count("192.0.2.7", true)), (None, None, None));
}
