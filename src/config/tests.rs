use std::num::NonZeroU32;

use super::*;

fn with(name: &'static str, value: &'static str) -> Result<Config> {
    Config::from_lookup(move |asked| (asked == name).then(|| value.to_owned()))
}

#[test]
fn has_defaults_that_work() {
    let config = Config::from_lookup(|_| None).expect("defaults are valid");
    assert_eq!(config.addr.port(), 3000);
    assert_eq!(config.public("/login"), "http://127.0.0.1:3000/login");
    assert!(!config.simulator && !config.is_https());
    assert_eq!(config.call_rates.address_purchases, NonZeroU32::new(600));
    assert_eq!(config.retention.reservation_open_hours, Some(24));
    let off = with("PURSER_LIMIT_ADDRESS_PURCHASES", "off").expect("valid");
    assert_eq!((off.call_rates.address_purchases, off.call_rates.address_looks), (None, NonZeroU32::new(3_000)));
}

#[test]
fn names_the_variable_that_is_wrong() {
    for (name, value) in [
        ("PURSER_ADDR", "nowhere"),
        ("PURSER_PUBLIC_URL", "ftp://x"),
        ("PURSER_SIMULATOR", "maybe"),
        ("PURSER_TRUST_PROXY", "2"),
        ("PURSER_HEADER_TIMEOUT_SECONDS", "0"),
        ("PURSER_BODY_TIMEOUT_SECONDS", "soon"),
        ("PURSER_IDLE_TIMEOUT_SECONDS", "-1"),
        ("PURSER_CONNECTIONS_MAX", "0"),
        ("PURSER_CONNECTIONS_PER_ADDRESS_MAX", "1000001"),
        ("PURSER_DISK_FREE_MIN_MB", "1.5"),
        ("PURSER_LIMIT_NHN", "0"),
        ("PURSER_LIMIT_ADDRESS_LOOKS", "many"),
        ("PURSER_RESERVATION_OPEN_HOURS", "-1"),
        ("PURSER_RESERVATION_KEPT_DAYS", "1"),
        ("PURSER_NOTIFICATIONS_KEPT_DAYS", "30"),
    ] {
        let error = with(name, value).expect_err(name).to_string();
        assert!(error.contains(name), "{error}");
    }
}
