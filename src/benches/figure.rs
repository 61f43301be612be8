//! A figure: what was measured, the limit it is held against, and the ratio of the two.

use std::time::Duration;

use serde_json::{Value, json};

/// What the ratio of measured to limit must be.
#[derive(Clone, Copy)]
enum Target {
    AtLeast(f64),
    AtMost(f64),
}

pub struct Figure {
    title: String,
    measured: String,
    limit: String,
    ratio: f64,
    target: Option<Target>,
}

impl Figure {
    /// A rate that must reach a part of a limit measured in the same run.
    pub fn rate(title: impl Into<String>, per_second: f64, limit: (&str, f64), at_least: f64) -> Self {
        Self::of_rates(title, per_second, limit, Some(Target::AtLeast(at_least)))
    }

    /// A rate that is only told beside another.
    pub fn told_rate(title: impl Into<String>, per_second: f64, limit: (&str, f64)) -> Self {
        Self::of_rates(title, per_second, limit, None)
    }

    fn of_rates(title: impl Into<String>, per_second: f64, (name, limit): (&str, f64), target: Option<Target>) -> Self {
        let (measured, limit_text) = (rate(per_second), format!("{} {name}", rate(limit)));
        Self { title: title.into(), measured, limit: limit_text, ratio: per_second / limit, target }
    }

    /// A time that 99 of 100 must keep.
    pub fn p99(title: impl Into<String>, times: &mut [Duration], limit: Duration) -> Self {
        let (half, most) = (percentile(times, 0.50), percentile(times, 0.99));
        let measured = format!("p99 {} (p50 {})", millis(most), millis(half));
        Self::time(title, measured, most, limit)
    }

    /// A time that must be no more than so many times another.
    pub fn times_of(title: impl Into<String>, time: Duration, (name, limit): (&str, Duration), at_most: f64) -> Self {
        let ratio = time.as_secs_f64() / limit.as_secs_f64();
        let limit = format!("{} {name}", micros(limit));
        Self { title: title.into(), measured: micros(time), limit, ratio, target: Some(Target::AtMost(at_most)) }
    }

    /// A single time that must be kept.
    pub fn within(title: impl Into<String>, time: Duration, limit: Duration) -> Self {
        Self::time(title, millis(time), time, limit)
    }

    fn time(title: impl Into<String>, measured: String, time: Duration, limit: Duration) -> Self {
        let ratio = time.as_secs_f64() / limit.as_secs_f64();
        Self { title: title.into(), measured, limit: millis(limit), ratio, target: Some(Target::AtMost(1.0)) }
    }

    /// A size in MB that must be kept.
    pub fn megabytes(title: impl Into<String>, size: f64, limit: f64) -> Self {
        let target = Some(Target::AtMost(1.0));
        Self {
            title: title.into(),
            measured: format!("{size:.1} MB"),
            limit: format!("{limit:.0} MB"),
            ratio: size / limit,
            target,
        }
    }

    pub fn to_json(&self) -> Value {
        let (target, is_met) = match self.target {
            None => (String::new(), None),
            Some(Target::AtLeast(least)) => (format!("≥ {least:.2}"), Some(self.ratio >= least)),
            Some(Target::AtMost(most)) => (format!("≤ {most:.2}"), Some(self.ratio <= most)),
        };
        json!({
            "title": self.title, "measured": self.measured, "limit": self.limit, "ratio": format!("{:.2}", self.ratio),
            "target": target, "isMet": is_met,
        })
    }
}

/// The time that this part of all keep.
pub fn percentile(times: &mut [Duration], part: f64) -> Duration {
    times.sort_unstable();
    let index = (times.len() as f64 * part).ceil() as usize;
    times.get(index.saturating_sub(1)).copied().unwrap_or_default()
}

fn rate(per_second: f64) -> String {
    format!("{}/s", purser::model::group_digits(per_second.round() as u64))
}

fn micros(time: Duration) -> String {
    format!("{} µs", purser::model::group_digits(time.as_micros() as u64))
}

fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1e3)
}
