use std::time::Duration;

/// How long and how often the store is asked. Tests shorten them.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For the connection alone.
    pub connect: Duration,
    /// For one request from sending to the last byte.
    pub attempt: Duration,
    /// For everything one question may take, both worlds and all repeats: shorter than our own caller's patience.
    pub total: Duration,
    /// How often one world is asked the same.
    pub attempts_max: u32,
    /// Before the second attempt; doubled for each further one, and shaken by half.
    pub backoff: Duration,
    /// A pause the store asks for is waited out up to here; a longer one is the caller's to wait.
    pub pause_waited_max: Duration,
}

impl Limits {
    /// What production runs with.
    pub const DEFAULT: Self = Self {
        connect: Duration::from_secs(4),
        attempt: Duration::from_secs(9),
        total: Duration::from_secs(24),
        attempts_max: 3,
        backoff: Duration::from_millis(200),
        pause_waited_max: Duration::from_secs(2),
    };
}

/// Requests of one app at the same time; Apple allows 50 a second, and answers in well under one.
pub const CONCURRENT_PER_APP: usize = 8;
/// The largest answer: twenty transactions are 120 KiB.
pub const ANSWER_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Longest pause believed, in milliseconds: Apple counts its limits by the hour.
pub const PAUSE_MILLIS_MAX: i64 = 3_600_000;
/// The pause after a 429 that names none.
pub const PAUSE_MILLIS_DEFAULT: i64 = 10_000;
