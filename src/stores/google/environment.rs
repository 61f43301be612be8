use crate::model::{Environment, RefusalCode};
use crate::stores::{Refusal, StoreApp};

/// Which environment a purchase counts in. Google sells real and test purchases from one place; a licence tester's says so.
pub(super) fn environment_of(app: &StoreApp, is_test: bool) -> Result<Environment, Refusal> {
    match (app.environment, is_test) {
        (Environment::Live, false) => Ok(Environment::Live),
        (Environment::Live, true) if app.accept_sandbox => Ok(Environment::Sandbox),
        (Environment::Sandbox, true) => Ok(Environment::Sandbox),
        (Environment::Simulator, _) => Ok(Environment::Simulator),
        (own, is_test) => {
            let bought = if is_test { "a licence tester's purchase" } else { "a real purchase" };
            Err(Refusal::new(RefusalCode::EnvironmentMismatch, format!("{bought} is not for a {own} app")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stores::simulated_app;

    #[test]
    fn tells_test_purchases_from_real_ones() {
        let of = |environment, accept_sandbox| StoreApp { environment, accept_sandbox, ..simulated_app() };
        let (live, review) = (of(Environment::Live, false), of(Environment::Live, true));
        let (sandbox, simulator) = (of(Environment::Sandbox, false), of(Environment::Simulator, false));
        for (app, is_test, expected) in [
            (&live, false, Some(Environment::Live)),
            (&live, true, None),
            (&review, false, Some(Environment::Live)),
            (&review, true, Some(Environment::Sandbox)),
            (&sandbox, true, Some(Environment::Sandbox)),
            (&sandbox, false, None),
            (&simulator, true, Some(Environment::Simulator)),
            (&simulator, false, Some(Environment::Simulator)),
        ] {
            let answer = environment_of(app, is_test);
            assert_eq!(answer.as_ref().ok(), expected.as_ref(), "{} {is_test}", app.environment);
            assert!(answer.is_ok_and(|_| true) || expected.is_none());
        }
        assert_eq!(environment_of(&live, true).unwrap_err().code, RefusalCode::EnvironmentMismatch);
    }
}
