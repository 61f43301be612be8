//! What every adapter's HTTP client shares: how long and how often a store is asked (`limits`), how many of an app's questions run
//! at a time and who waits for whom (`limiter`, `queue`), when it is asked again (`repeat`), the access tokens it is asked with
//! (`access_tokens`), and one request's transport (`transport`). It names no store.

mod access_tokens;
#[cfg(test)]
pub mod fake;
mod limiter;
mod limits;
mod queue;
mod repeat;
mod transport;

pub use access_tokens::{AccessTokens, CredentialName, Issued, REFUSAL_MILLIS, credential_name, is_access_token};
pub use limiter::{Bucket, Gates};
#[cfg(test)]
pub use limits::{CONCURRENT_PER_APP, QUEUE_MAX};
pub use limits::{Limits, PAUSE_MILLIS_DEFAULT, PAUSE_MILLIS_MAX};
pub use repeat::{Attempt, Question, Repeated, Stop};
pub use transport::{BodyFault, Clients, Queued, describe, read_body, retry_at, said_at, simulator_base};
