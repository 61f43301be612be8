use serde::{Deserialize, Serialize};

/// What is wrong with a value about an account or its sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum AccountReason {
    #[error("has an account already")]
    HasAccount,
    #[error("has no account")]
    NoAccount,
    #[error("is a member already")]
    MemberAlready,
    #[error("must be an e-mail address")]
    NotAnEmail,
    #[error("is wrong")]
    Wrong,
    #[error("is wrong, or there is no such account")]
    WrongSignIn,
    #[error("is wrong or was used before")]
    WrongCode,
    #[error("must not be the e-mail address")]
    PasswordIsEmail,
}
