//! When a period of a subscription began. ONE store says when the subscription began, and of its latest purchase only the number,
//! which begins with the time of the purchase in Korea: `22071411443210116308` (docs/stores/onestore.md, Periods).

use crate::model::{Evidence, Purchase, StoreFinish, Timestamp};
use crate::stores::NamedOrder;

const NUMBER_DIGITS: usize = 20;
/// ONE store may charge for the first period a little before or after it counts the subscription as begun.
const FIRST_MILLIS: i64 = Timestamp::HOUR;
/// How far a number's time may lie outside of what can be.
const SLACK_MILLIS: i64 = Timestamp::DAY;

/// How a period came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Begin {
    pub purchased_at: Timestamp,
    pub is_renewal: bool,
}

/// When the latest period was bought: by its number's time where that can be, else when the subscription began. Sandbox numbers have
/// no time.
pub(super) fn begin_of(number: Option<&str>, started_at: Timestamp, now: Timestamp) -> Begin {
    let bought = number.and_then(time_in);
    let bought = bought.filter(|at| at.0 >= started_at.0 - SLACK_MILLIS && at.0 <= now.0 + SLACK_MILLIS);
    match bought {
        Some(at) if at.0 > started_at.0 + FIRST_MILLIS => Begin { purchased_at: at, is_renewal: true },
        _ => Begin { purchased_at: started_at, is_renewal: false },
    }
}

/// A period before the latest one, as its payment notification has it. Where it ended nobody says: it is known to be over.
pub(super) fn earlier_period(latest: &Purchase, order: &NamedOrder) -> Option<Purchase> {
    let started_at = latest.started_at.unwrap_or(latest.purchased_at);
    let bought_at = time_in(&order.order_id).or(order.paid_at)?;
    let is_renewal = bought_at.0 > started_at.0 + FIRST_MILLIS;
    let purchased_at = if is_renewal { bought_at } else { started_at };
    let is_earlier = latest.is_subscription() && !latest.pending && purchased_at < latest.purchased_at;
    is_earlier.then(|| Purchase {
        order_id: order.order_id.clone(),
        purchased_at,
        expires_at: None,
        is_renewal,
        is_superseded: false,
        revoked_at: None,
        refund: None,
        price: order.price.clone(),
        offer: None,
        finish: if latest.finish == StoreFinish::Acknowledged { StoreFinish::Acknowledged } else { StoreFinish::NotAsked },
        // Whatever ONE store answered about it is newer.
        as_of: purchased_at,
        evidence: Evidence::default(),
        ..latest.clone()
    })
}

fn time_in(number: &str) -> Option<Timestamp> {
    if number.len() != NUMBER_DIGITS || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize| &number[from..from + 2];
    let [year, month, day, hour, minute, second] = [0, 2, 4, 6, 8, 10].map(part);
    Timestamp::parse_rfc3339(&format!("20{year}-{month}-{day}T{hour}:{minute}:{second}+09:00"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_tells_when_its_period_was_bought() {
        // ONE store's own example: the number of 2022-07-11 14:04:00 in Korea, the subscription begun a second later.
        let started = Timestamp(1_657_515_841_000);
        let now = started.plus_millis(40 * Timestamp::DAY);
        let first = begin_of(Some("22071114040010115614"), started, now);
        assert_eq!(first, Begin { purchased_at: started, is_renewal: false });
        let renewed = begin_of(Some("22081110000010116308"), started, now);
        assert_eq!(renewed, Begin { purchased_at: Timestamp(1_660_179_600_000), is_renewal: true });
    }

    #[test]
    fn a_number_without_a_time_that_can_be_tells_nothing() {
        let started = Timestamp(1_657_515_841_000);
        let now = started.plus_millis(40 * Timestamp::DAY);
        for number in [
            None,
            Some("SANDBOX3000002616574"),
            Some("2207111404001011561"),
            Some("99999999999999999999"),
            Some("21071114040010115614"),
            Some("32071114040010115614"),
        ] {
            assert_eq!(begin_of(number, started, now), Begin { purchased_at: started, is_renewal: false }, "{number:?}");
        }
    }
}
