//! Whose a purchase is (docs/rules.md, Whose a purchase is): exactly one user. The account token comes first, then the subscription's owner, the
//! reservation, and last who presented the purchase first.

use crate::model::Attribution;
use crate::users::User;

/// A purchase's user, and what led to them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Owner {
    pub user: User,
    pub attribution: Attribution,
}

/// One purchase of a subscription, or one that stands alone, with everything that may say whose it is.
#[derive(Debug, Clone)]
pub(super) struct Period {
    /// Charged by the store on its own.
    pub is_renewal: bool,
    /// It carries an account token.
    pub has_token: bool,
    /// The user its account token was given to, if it was given to anybody here.
    pub token_user: Option<User>,
    /// Whose its payment is recorded as.
    pub recorded: Option<Owner>,
    /// Its goods were given, so that it stays whose it is.
    pub is_consumed: bool,
    /// Who brings it now, and with a reservation or without.
    pub claim: Option<Owner>,
}

/// Gives each period, oldest first, its owner. A period bought with a known token moves the subscription to the token's user from
/// then on; on a renewal the owner so far comes before a token that changed. Periods before the first known owner are the same
/// user's.
pub(super) fn resolve_owners(periods: &[Period]) -> Vec<Option<Owner>> {
    // Who only presents a purchase has it only if nothing else says whose it is.
    let presents = |period: &Period| period.claim.as_ref().is_some_and(|claim| claim.attribution == Attribution::Presenter);
    if let Some(place) = periods.iter().position(presents) {
        let unclaimed: Vec<Period> = periods.iter().map(|period| Period { claim: None, ..period.clone() }).collect();
        let owners = owners_of(&unclaimed);
        if owners[place].as_ref().is_some_and(|owner| !owner.attribution.is_weak()) {
            return owners;
        }
    }
    owners_of(periods)
}

fn owners_of(periods: &[Period]) -> Vec<Option<Owner>> {
    let mut present: Option<Owner> = None;
    let mut owners: Vec<Option<Owner>> = Vec::with_capacity(periods.len());
    for period in periods {
        present = owner_from(period, present);
        let stays = period.is_consumed.then(|| period.recorded.clone()).flatten();
        owners.push(stays.or_else(|| present.clone()));
    }
    let first = owners.iter().flatten().find(|owner| owner.attribution.strength() >= Attribution::Presenter.strength()).cloned();
    for owner in &mut owners {
        if owner.as_ref().is_none_or(|owner| owner.attribution.is_weak()) {
            *owner = first.clone().or_else(|| owner.take());
        } else {
            break;
        }
    }
    owners
}

/// The owner from this period on.
fn owner_from(period: &Period, before: Option<Owner>) -> Option<Owner> {
    let recorded = |attribution| period.recorded.clone().filter(|owner| owner.attribution == attribution);
    if let Some(assigned) = recorded(Attribution::Staff) {
        return Some(assigned);
    }
    let gives_way = before.as_ref().is_none_or(|owner| owner.attribution.gives_way());
    if let Some(user) = period.token_user.as_ref().filter(|_| gives_way || !period.is_renewal) {
        return Some(Owner { user: user.clone(), attribution: Attribution::Token });
    }
    if !gives_way {
        return before;
    }
    // By a token it does not carry it was given for want of anybody else: what the tokens say now counts.
    let by_other_token = |owner: &Owner| owner.attribution == Attribution::Token && !period.has_token;
    let recorded = period.recorded.clone().filter(|owner| !by_other_token(owner));
    let candidates = [before, recorded, period.claim.clone()];
    // Of equals the earlier stays.
    candidates.into_iter().flatten().fold(None, |best: Option<Owner>, next| match best {
        Some(best) if best.attribution.strength() >= next.attribution.strength() => Some(best),
        _ => Some(next),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(key: &str) -> User {
        User { channel: "GF".into(), key: key.into() }
    }

    fn owner(key: &str, attribution: Attribution) -> Option<Owner> {
        Some(Owner { user: user(key), attribution })
    }

    fn period(day: i64) -> Period {
        Period { is_renewal: day > 0, has_token: false, token_user: None, recorded: None, is_consumed: false, claim: None }
    }

    fn keys(periods: &[Period]) -> Vec<String> {
        let key = |owner: Option<Owner>| owner.map(|owner| owner.user.key).unwrap_or_default();
        resolve_owners(periods).into_iter().map(key).collect()
    }

    #[test]
    fn a_known_token_comes_before_who_presents() {
        let one = Period {
            token_user: Some(user("a")),
            claim: owner("b", Attribution::Reservation),
            recorded: owner("b", Attribution::Presenter),
            ..period(0)
        };
        assert_eq!(keys(std::slice::from_ref(&one)), ["a"]);
        assert_eq!(keys(&[Period { is_consumed: true, ..one }]), ["b"], "what was granted stays");
    }

    #[test]
    fn a_reservation_comes_before_who_presented_first_and_nobody_takes_from_an_equal() {
        let presented = Period { recorded: owner("a", Attribution::Presenter), ..period(0) };
        assert_eq!(keys(&[Period { claim: owner("b", Attribution::Presenter), ..presented.clone() }]), ["a"]);
        assert_eq!(keys(&[Period { claim: owner("b", Attribution::Reservation), ..presented }]), ["b"]);
        let reserved = Period { recorded: owner("a", Attribution::Reservation), ..period(0) };
        assert_eq!(keys(&[Period { claim: owner("b", Attribution::Reservation), ..reserved }]), ["a"]);
    }

    #[test]
    fn a_new_purchase_with_a_known_token_moves_the_subscription_from_then_on() {
        let first = Period { token_user: Some(user("a")), ..period(0) };
        let again = Period { token_user: Some(user("b")), is_renewal: false, ..period(90) };
        assert_eq!(keys(&[first.clone(), period(30), again.clone(), period(120)]), ["a", "a", "b", "b"]);
        let recorded = Period { recorded: owner("a", Attribution::Token), ..period(120) };
        assert_eq!(keys(&[first, again, recorded]), ["a", "b", "b"], "a renewal recorded before the purchase came");
    }

    #[test]
    fn a_token_that_changes_under_a_renewal_moves_nothing() {
        let first = Period { token_user: Some(user("a")), ..period(0) };
        let renewal = Period { token_user: Some(user("b")), ..period(30) };
        assert_eq!(keys(&[first, renewal.clone()]), ["a", "a"]);
        let presented = Period { recorded: owner("x", Attribution::Presenter), ..period(0) };
        assert_eq!(keys(&[presented, renewal]), ["x", "b"], "who presented first gives way");
    }

    #[test]
    fn a_subscription_without_a_user_is_whoevers_comes_first() {
        let claimed = Period { claim: owner("a", Attribution::Presenter), ..period(30) };
        assert_eq!(keys(&[period(0), claimed, period(60)]), ["a", "a", "a"]);
        assert_eq!(keys(&[period(0), period(30)]), ["", ""]);
        let presented = Period { claim: owner("x", Attribution::Presenter), ..period(0) };
        assert_eq!(keys(&[presented, Period { token_user: Some(user("a")), ..period(30) }]), ["a", "a"], "the owner comes first");
        let guessed = Period { recorded: owner("g", Attribution::StoreAccount), ..period(0) };
        assert_eq!(keys(&[guessed, Period { token_user: Some(user("a")), ..period(30) }]), ["a", "a"]);
    }

    #[test]
    fn what_was_given_for_want_of_anybody_else_follows_the_token() {
        let early = Period { recorded: owner("b", Attribution::Token), ..period(0) };
        let own = Period { token_user: Some(user("a")), ..period(30) };
        let later = Period { token_user: Some(user("b")), is_renewal: false, ..period(90) };
        assert_eq!(keys(&[early, own, later]), ["a", "a", "b"], "the last of them came first");
    }

    #[test]
    fn what_staff_assigned_stays_until_a_new_purchase() {
        let assigned = Period { recorded: owner("s", Attribution::Staff), ..period(0) };
        let renewal = Period { token_user: Some(user("a")), ..period(30) };
        assert_eq!(keys(&[assigned.clone(), renewal.clone()]), ["s", "s"]);
        assert_eq!(keys(&[assigned, Period { is_renewal: false, ..renewal }]), ["s", "a"]);
    }
}
