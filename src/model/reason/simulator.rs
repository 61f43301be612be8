use serde::{Deserialize, Serialize};

/// What is wrong with what the simulator is told to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum SimulatorReason {
    #[error("is the present plan's")]
    PresentPlan,
    #[error("is not sold in the demo shop")]
    NotInShop,
    #[error("must be between nothing and five years; time does not go back")]
    ClockBack,
    #[error("would move the clock more than twenty years ahead, farther than its certificates hold")]
    ClockTooFar,
    #[error("must be a moment")]
    NotAMoment,
    #[error("must be in thousandths of a percent, more than 0 and less than {max}")]
    NotThousandths { max: i64 },
    #[error("must be a percentage of three places at most")]
    NotAPercentage,
    #[error("must be 0 to {max} days")]
    DaysAtMost { max: i64 },
    #[error("must be an http or https address of this machine")]
    NotThisMachine,
    #[error("too many addresses are kept already")]
    AddressesFull,
    #[error("must be an object")]
    NotAnObject,
    #[error("must be an ISO 8601 length with one number, such as {example}")]
    NotAPeriod { example: String },
    #[error("renews: subscriptions are bought at /simulator/control/subscriptions")]
    Renews,
    #[error("is not simulated yet; take AS or TEST")]
    NotSimulated,
    #[error("sells only: it has no subscriptions and no notifications")]
    SellsOnly,
}
