use crate::model::{Environment, RefusalCode};
use crate::stores::{Refusal, StoreApp};

/// How ONE store begins the tokens and numbers of sandbox purchases.
const SANDBOX_MARK: &str = "SANDBOX";

/// One of ONE store's environments: each has its host, its purchases and its access tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum World {
    Commercial,
    Sandbox,
    Simulator,
}

impl World {
    /// As metrics and findings name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Commercial => "COMMERCIAL",
            Self::Sandbox => "SANDBOX",
            Self::Simulator => "SIMULATOR",
        }
    }

    /// The environment a purchase found there counts in.
    pub const fn environment(self) -> Environment {
        match self {
            Self::Commercial => Environment::Live,
            Self::Sandbox => Environment::Sandbox,
            Self::Simulator => Environment::Simulator,
        }
    }
}

/// Where an app's purchases are made.
pub fn worlds_of(app: &StoreApp) -> &'static [World] {
    match app.environment {
        Environment::Live if app.accept_sandbox => &[World::Commercial, World::Sandbox],
        Environment::Live => &[World::Commercial],
        Environment::Sandbox => &[World::Sandbox],
        Environment::Simulator => &[World::Simulator],
    }
}

/// Where a purchase is looked for, in turn. A token that says that it is of the sandbox is not looked for elsewhere.
pub fn worlds_for(app: &StoreApp, purchase_token: &str) -> Result<&'static [World], Refusal> {
    if !purchase_token.starts_with(SANDBOX_MARK) || app.environment != Environment::Live {
        return Ok(worlds_of(app));
    }
    if app.accept_sandbox {
        return Ok(&[World::Sandbox]);
    }
    Err(Refusal::new(RefusalCode::EnvironmentMismatch, "a sandbox purchase is not for a LIVE app"))
}

/// Which environment a notification counts in, or why it is for no such app.
pub fn environment_of_notification(app: &StoreApp, is_sandbox: bool) -> Result<Environment, Refusal> {
    match (app.environment, is_sandbox) {
        (Environment::Live, false) => Ok(Environment::Live),
        (Environment::Live, true) if app.accept_sandbox => Ok(Environment::Sandbox),
        (Environment::Sandbox, true) => Ok(Environment::Sandbox),
        (Environment::Simulator, true) => Ok(Environment::Simulator),
        (own, is_sandbox) => {
            let sent = if is_sandbox { "sandbox" } else { "commercial environment" };
            Err(Refusal::new(
                RefusalCode::EnvironmentMismatch,
                format!("a notification of ONE store's {sent} is not for a {own} app"),
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stores::simulated_app;

    fn of(environment: Environment, accept_sandbox: bool) -> StoreApp {
        StoreApp { environment, accept_sandbox, ..simulated_app() }
    }

    #[test]
    fn a_token_is_looked_for_where_it_can_be() {
        use World::{Commercial, Sandbox, Simulator};
        let (real, test) = ("260918043551SGP40543", "SANDBOX3000002616574");
        for (app, token, expected) in [
            (of(Environment::Live, false), real, Some(&[Commercial][..])),
            (of(Environment::Live, false), test, None),
            (of(Environment::Live, true), real, Some(&[Commercial, Sandbox][..])),
            (of(Environment::Live, true), test, Some(&[Sandbox][..])),
            (of(Environment::Sandbox, false), real, Some(&[Sandbox][..])),
            (of(Environment::Simulator, false), test, Some(&[Simulator][..])),
        ] {
            let found = worlds_for(&app, token);
            assert_eq!(found.as_ref().ok().copied(), expected, "{} {token}", app.environment);
            if let Err(refusal) = found {
                assert_eq!(refusal.code, RefusalCode::EnvironmentMismatch);
            }
        }
    }

    #[test]
    fn a_notification_is_for_apps_of_its_environment() {
        for (app, is_sandbox, expected) in [
            (of(Environment::Live, false), false, Some(Environment::Live)),
            (of(Environment::Live, false), true, None),
            (of(Environment::Live, true), true, Some(Environment::Sandbox)),
            (of(Environment::Sandbox, false), false, None),
            (of(Environment::Sandbox, false), true, Some(Environment::Sandbox)),
            (of(Environment::Simulator, false), true, Some(Environment::Simulator)),
            (of(Environment::Simulator, false), false, None),
        ] {
            assert_eq!(environment_of_notification(&app, is_sandbox).ok(), expected, "{} {is_sandbox}", app.environment);
        }
    }
}
