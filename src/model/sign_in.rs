use super::text_enum::text_enum;

text_enum! {
    /// What a one-time link is for.
    LinkPurpose { SetUp = "SET_UP", Invitation = "INVITATION", PasswordReset = "PASSWORD_RESET", SecondFactorReset = "SECOND_FACTOR_RESET" }
}
