//! How many notifications without a signature are taken: anybody can send them, and each is kept and makes us ask.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::model::{AppSeq, Timestamp};

/// More subscriptions of one app do not change in a minute; what is too much ONE store sends again.
const A_MINUTE_MAX: u32 = 600;
const APPS_MAX: usize = 10_000;

/// Counts the unsigned notifications of each app, minute by minute.
#[derive(Default)]
pub struct UnsignedCount {
    minutes: Mutex<HashMap<AppSeq, (i64, u32)>>,
}

impl UnsignedCount {
    /// Counts one; false when the app has had its share of this minute.
    pub fn admit(&self, app: AppSeq, now: Timestamp) -> bool {
        let minute = now.0.div_euclid(Timestamp::MINUTE);
        let mut minutes = self.minutes.lock().unwrap_or_else(PoisonError::into_inner);
        if minutes.len() > APPS_MAX {
            minutes.clear();
        }
        let counted = minutes.entry(app).or_insert((minute, 0));
        if counted.0 != minute {
            *counted = (minute, 0);
        }
        counted.1 += 1;
        counted.1 <= A_MINUTE_MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_app_has_its_own_share_of_each_minute() {
        let count = UnsignedCount::default();
        let admitted = |app: i64, at: i64| (0..700).filter(|_| count.admit(AppSeq(app), Timestamp(at))).count();
        assert_eq!([admitted(1, 0), admitted(2, 0), admitted(1, 59_999), admitted(1, 60_000)], [600, 600, 0, 600]);
    }
}
