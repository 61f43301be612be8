use std::time::Duration;

/// How long and how often the store is asked. Tests shorten them.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For the connection alone.
    pub connect: Duration,
    /// For one request from sending to the last byte.
    pub attempt: Duration,
    /// For everything one question may take with all repeats, in both environments where a store has two: shorter than our own
    /// caller's patience.
    pub total: Duration,
    /// How often one environment is asked the same.
    pub attempts_max: u32,
    /// Before the second attempt; doubled for each further one, and shaken by half.
    pub backoff: Duration,
    /// A pause the store asks for is waited out up to here; a longer one is the caller's to wait.
    pub pause_waited_max: Duration,
    /// How long an app's question holds its place at least: with so few places it bounds how many a second strangers ask, so
    /// that they do not use up what the store allows us.
    pub client_held_min: Duration,
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
        client_held_min: Duration::from_millis(200),
    };
}

/// Requests of one app at the same time; Apple allows 50 a second, Google as many of each kind, and both answer in well under one.
pub const CONCURRENT_PER_APP: usize = 8;
/// How many of them a class (staff, game servers, our own jobs, apps) and those after it may use together: the rest is kept
/// for those before it.
pub const CONCURRENT_FROM: [usize; 4] = [CONCURRENT_PER_APP, 7, 6, 4];
/// How many questions of each class may wait for a place, per app.
pub const QUEUE_MAX: [usize; 4] = [64, 1_024, 256, 256];
/// The same for one caller of the class: an address for apps, a user for game servers. Staff and our own jobs are one caller.
pub const CALLER_QUEUE_MAX: [usize; 4] = [64, 64, 256, 32];
/// The largest answer: twenty transactions are 120 KiB, and twenty notifications of the largest size taken may be as much.
pub const ANSWER_BYTES_MAX: usize = 12 * 1024 * 1024;
/// Longest pause believed, in milliseconds: Apple counts its limits by the hour.
pub const PAUSE_MILLIS_MAX: i64 = 3_600_000;
/// The pause after a 429 that names none.
pub const PAUSE_MILLIS_DEFAULT: i64 = 10_000;
