//! What is asked for, as it stands in the address.

use crate::console::pages::list::{Address, ENVIRONMENT, FROM, TO};
use crate::model::{Day, Preset, StatisticsInput};

pub const PRESET: &str = "preset";
pub const COMPARE: &str = "compare";
pub const UNIT: &str = "unit";
pub const CURRENCY: &str = "currency";
pub const ALL: [&str; 7] = [PRESET, FROM, TO, ENVIRONMENT, COMPARE, UNIT, CURRENCY];

/// The days and what else an address asks for; days that are given win over a preset.
pub fn read(address: &Address) -> StatisticsInput {
    let day = |name| address.text(name).and_then(|text| Day::parse(&text));
    let (from, to) = (day(FROM), day(TO));
    let preset = if from.or(to).is_some() { Some(Preset::Custom) } else { address.parsed(PRESET) };
    StatisticsInput {
        preset,
        from,
        to,
        environment: address.parsed(ENVIRONMENT),
        compare: address.parsed(COMPARE),
        unit: address.parsed(UNIT),
    }
}
