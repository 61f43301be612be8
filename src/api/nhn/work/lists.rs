//! A user's payments and subscriptions, of some stores or all.

use super::OTHER_MARKETS;
use crate::api::nhn::code::Fail;
use crate::model::{Payment, ProjectId, StoreCode};
use crate::nhn::{self, Period};
use crate::state::AppState;
use crate::subscriptions::States;
use crate::users::User;

/// The stores a body asks for: none of ours is an answer of its own.
pub enum Stores {
    All,
    These(Vec<StoreCode>),
}

impl Stores {
    /// Reads NHN's store codes; one that NHN does not know either is refused.
    pub fn parse<'a>(codes: impl IntoIterator<Item = &'a str>) -> Result<Self, Fail> {
        let mut stores = Vec::new();
        let mut is_all = true;
        for code in codes {
            is_all = false;
            match code.parse() {
                Ok(store) => stores.push(store),
                Err(_) if OTHER_MARKETS.contains(&code) => {}
                Err(_) => return Err(Fail::invalid("marketId", "is no store code")),
            }
        }
        Ok(if is_all { Self::All } else { Self::These(stores) })
    }

    /// As our lists take them; none when nothing can be found.
    pub fn wanted(&self) -> Option<&[StoreCode]> {
        match self {
            Self::All => Some(&[]),
            Self::These(stores) if stores.is_empty() => None,
            Self::These(stores) => Some(stores),
        }
    }
}

/// A user's unconsumed payments with their tokens, by payment number.
pub async fn list_consumables(
    state: &AppState,
    project: &ProjectId,
    user: &User,
    stores: &Stores,
) -> Result<Vec<(Payment, String)>, Fail> {
    match stores.wanted() {
        Some(stores) => Ok(nhn::list_consumables(state, project, user, stores, None).await?),
        None => Ok(Vec::new()),
    }
}

/// A user's subscriptions in one app, by payment number.
pub async fn list_subscriptions(
    state: &AppState,
    project: &ProjectId,
    user: &User,
    stores: &Stores,
    package: &str,
    states: States,
) -> Result<Vec<Period>, Fail> {
    let Some(stores) = stores.wanted() else { return Ok(Vec::new()) };
    Ok(nhn::list_periods(state, project, user, stores, package, states).await?)
}
