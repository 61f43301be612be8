use super::*;

fn money(price_micros: i64, currency: &str) -> Money {
    Money { price_micros, currency: currency.into() }
}

#[test]
fn writes_decimals_without_loss() {
    assert_eq!(money(4_400_000_000, "KRW").to_decimal(), "4400.00");
    assert_eq!(money(9_990_000, "USD").to_decimal(), "9.99");
    assert_eq!(money(12_500, "USD").to_decimal(), "0.0125");
    assert_eq!(money(-1_500_000, "USD").to_decimal(), "-1.50");
}

#[test]
fn reads_back_what_it_writes() {
    for micros in [0, 1, 10, 4_400_000_000, -12_345_678] {
        assert_eq!(Money::parse_micros(&money(micros, "USD").to_decimal()), Some(micros));
    }
    for bad in ["", ".5", "1.2.3", "1e3", "1.0000001", "99999999999999999999"] {
        assert_eq!(Money::parse_micros(bad), None, "{bad}");
    }
}

#[test]
fn speaks_to_people() {
    assert_eq!(money(4_400_000_000, "KRW").for_people(), "4,400 KRW");
    assert_eq!(money(1_234_990_000, "USD").for_people(), "1,234.99 USD");
    assert_eq!(money(1_500_000, "KRW").for_people(), "1.5 KRW");
    let sum = MoneySum { micros: 123_456_789_012_345_678_901_234_567, currency: "KRW".into() };
    assert_eq!(sum.for_people(), "123,456,789,012,345,678,901.234567 KRW");
}

#[test]
fn a_price_is_bounded() {
    assert_eq!(Money::parse_price("1000000000000"), Some(Money::MICROS_MAX));
    for bad in ["1000000000000.000001", "1000000000001", "-1", "9223372036854.775807", "99999999999999999999999999"] {
        assert_eq!(Money::parse_price(bad), None, "{bad}");
    }
}
