//! A subscription's state, as a pure function of the newest snapshots of its periods and its renewal: the order in which they came
//! does not matter, nor how often (docs/stores/apple.md, Subscription states).

use crate::model::{
    Environment, ExpirationReason, Money, Offer, Ownership, PriceConsent, Purchase, Renewal, SubscriptionTerms, Timestamp,
};

/// A subscription's state, apart from the time.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Derived {
    pub product_id: String,
    /// Set when the next renewal changes the plan.
    pub next_product_id: Option<String>,
    pub order_id: String,
    pub group_id: Option<String>,
    pub environment: Environment,
    pub started_at: Timestamp,
    pub period_start: Timestamp,
    /// What decides whether it gives access.
    pub terms: SubscriptionTerms,
    pub next_price: Option<Money>,
    pub expiration_reason: Option<ExpirationReason>,
    pub price_consent: Option<PriceConsent>,
    pub offer: Option<Offer>,
    pub ownership: Ownership,
    pub purchase_as_of: Timestamp,
    pub renewal_as_of: Option<Timestamp>,
    /// Periods another plan took the place of, and when.
    pub superseded: Vec<(String, Timestamp)>,
}

/// Derives a subscription's state; none without any period.
pub(super) fn derive(purchases: &[Purchase], renewal: Option<&Renewal>) -> Option<Derived> {
    let superseded = superseded(purchases);
    let latest = latest(purchases, &superseded)?;
    let renewal = renewal.and_then(|renewal| in_force(renewal, latest));
    let renewal = renewal.as_ref();
    // Under a later token the subscription goes on; it began with its first.
    let started = purchases.iter().flat_map(|purchase| [purchase.started_at, Some(purchase.purchased_at)]).flatten().min();
    let next_product_id = renewal.and_then(|renewal| renewal.next_product_id.as_deref());
    Some(Derived {
        product_id: latest.product_id.clone(),
        next_product_id: next_product_id.filter(|next| *next != latest.product_id).map(str::to_owned),
        order_id: latest.order_id.clone(),
        group_id: latest.group_id.clone(),
        environment: latest.environment,
        started_at: started.unwrap_or(latest.purchased_at),
        period_start: latest.purchased_at,
        terms: terms(latest, renewal),
        next_price: renewal.and_then(|renewal| renewal.next_price.clone()),
        expiration_reason: renewal.and_then(|renewal| renewal.expiration_reason),
        price_consent: renewal.and_then(|renewal| renewal.price_consent),
        offer: latest.offer.clone(),
        ownership: latest.ownership,
        purchase_as_of: latest.as_of,
        renewal_as_of: renewal.map(|renewal| renewal.as_of),
        superseded,
    })
}

/// Before the end of a period the store charges for the next one up to this long.
const CHARGED_BEFORE_MILLIS: i64 = Timestamp::DAY;

/// What the store said of the renewal, as far as it holds in the latest period. What it said before the period began is about
/// how an earlier one ended (billing retry, grace, expiration); whether it renews, and to what, still holds where the store
/// charged for this period on its own soon after (docs/rules.md, Subscription states).
fn in_force(renewal: &Renewal, latest: &Purchase) -> Option<Renewal> {
    if renewal.as_of >= latest.purchased_at {
        return Some(renewal.clone());
    }
    let still_holds = latest.is_renewal && renewal.as_of >= latest.purchased_at.plus_millis(-CHARGED_BEFORE_MILLIS);
    still_holds.then(|| Renewal {
        in_retry: false,
        is_paused: false,
        grace_end: None,
        expiration_reason: None,
        renews_at: None,
        ..renewal.clone()
    })
}

fn terms(latest: &Purchase, renewal: Option<&Renewal>) -> SubscriptionTerms {
    let in_retry = renewal.is_some_and(|renewal| renewal.in_retry);
    SubscriptionTerms {
        period_end: latest.expires_at.unwrap_or(latest.purchased_at),
        grace_end: renewal.and_then(|renewal| renewal.grace_end),
        auto_renew: renewal.is_none_or(|renewal| renewal.auto_renew),
        in_retry,
        is_paused: renewal.is_some_and(|renewal| renewal.is_paused),
        is_over: renewal.is_some_and(|renewal| renewal.expiration_reason.is_some()) && !in_retry,
        revoked_at: latest.revoked_at,
        as_of: renewal.map_or(latest.as_of, |renewal| renewal.as_of.max(latest.as_of)),
    }
}

/// The period that decides: the newest that no other plan took the place of. Ids of equal date are told apart by number.
fn latest<'a>(purchases: &'a [Purchase], superseded: &[(String, Timestamp)]) -> Option<&'a Purchase> {
    let newest = |purchase: &&Purchase| {
        // Further products of one order (add-ons) have its id with their own behind a colon; the first is the plan.
        let is_plan = !purchase.order_id.contains(':');
        (purchase.purchased_at, purchase.expires_at, is_plan, purchase.order_id.len(), purchase.order_id.clone())
    };
    let is_replaced = |purchase: &Purchase| superseded.iter().any(|(order_id, _)| *order_id == purchase.order_id);
    let in_force = purchases.iter().filter(|purchase| !is_replaced(purchase)).max_by_key(newest);
    in_force.or_else(|| purchases.iter().max_by_key(newest))
}

/// The store says so of a period, or a plan bought in the middle of it does.
fn superseded(purchases: &[Purchase]) -> Vec<(String, Timestamp)> {
    let by = |old: &Purchase| {
        let took_place = |new: &&Purchase| {
            // A token that names the one before may be given in the moment that one was.
            let is_linked = old.purchase_token.is_some() && new.previous_chain_id == old.purchase_token;
            let is_later = new.purchased_at > old.purchased_at || is_linked && new.purchased_at == old.purchased_at;
            let within = is_later && old.expires_at.is_some_and(|end| new.purchased_at < end);
            // An add-on is bought under the token of its plan; another token takes its place, for the same plan too.
            let is_replaced = match (&old.purchase_token, &new.purchase_token) {
                (Some(old), Some(new)) => old != new,
                _ => new.product_id != old.product_id,
            };
            within && is_replaced && !new.is_renewal
        };
        let bought = purchases.iter().filter(took_place).map(|new| new.purchased_at).min();
        bought.or(old.is_superseded.then_some(old.expires_at.unwrap_or(old.purchased_at)))
    };
    let mut found: Vec<_> = purchases.iter().filter_map(|old| Some((old.order_id.clone(), by(old)?))).collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SubscriptionState;
    use crate::model::{Evidence, PurchaseKind};

    const DAY: i64 = Timestamp::DAY;
    const MONTH: i64 = 30 * DAY;

    fn period(order: &str, start: i64) -> Purchase {
        Purchase {
            order_id: order.into(),
            other_id: None,
            period_id: None,
            purchase_token: None,
            finish: Default::default(),
            original_order_id: "1".into(),
            previous_chain_id: None,
            refund: None,
            product_id: "vip".into(),
            quantity: 1,
            account_token: None,
            environment: Environment::Simulator,
            purchased_at: Timestamp(start),
            started_at: None,
            expires_at: Some(Timestamp(start + MONTH)),
            pending: false,
            never_paid: false,
            revoked_at: None,
            price: None,
            kind: Some(PurchaseKind::AutoRenewable),
            is_renewal: start > 0,
            is_superseded: false,
            ownership: Ownership::Purchased,
            offer: None,
            group_id: None,
            store_account: None,
            is_provisional: false,
            as_of: Timestamp(start),
            evidence: Evidence::default(),
        }
    }

    fn renewal(signed: i64) -> Renewal {
        Renewal {
            chain_id: "1".into(),
            next_product_id: Some("vip".into()),
            auto_renew: true,
            in_retry: false,
            is_paused: false,
            grace_end: None,
            expiration_reason: None,
            price_consent: None,
            next_price: None,
            renews_at: None,
            as_of: Timestamp(signed),
        }
    }

    fn state(purchases: &[Purchase], renewal: Option<&Renewal>, now: i64) -> SubscriptionState {
        derive(purchases, renewal).unwrap().terms.state_at(Timestamp(now))
    }

    #[test]
    fn a_refund_of_an_older_period_does_not_end_the_present_one() {
        let old = Purchase { revoked_at: Some(Timestamp(MONTH + 1)), ..period("1", 0) };
        let both = [old, period("2", MONTH)];
        assert_eq!(state(&both, None, MONTH + DAY), SubscriptionState::Active);
        let revoked = [period("1", 0), Purchase { revoked_at: Some(Timestamp(MONTH + 1)), ..period("2", MONTH) }];
        assert_eq!(state(&revoked, None, MONTH + DAY), SubscriptionState::Revoked);
    }

    #[test]
    fn an_upgrade_supersedes_whichever_word_comes() {
        let bought = Purchase { product_id: "gold".into(), is_renewal: false, ..period("2", 10 * DAY) };
        for upgraded in [true, false] {
            let old = Purchase { is_superseded: upgraded, ..period("1", 0) };
            let derived = derive(&[old, bought.clone()], None).unwrap();
            assert_eq!(derived.superseded, [("1".to_owned(), Timestamp(10 * DAY))]);
            assert_eq!((derived.product_id.as_str(), derived.order_id.as_str()), ("gold", "2"));
        }
    }

    #[test]
    fn another_token_takes_a_periods_place_for_the_same_plan_too() {
        let of = |token: &str, period: Purchase| Purchase { purchase_token: Some(token.into()), ..period };
        let again = Purchase { is_renewal: false, ..period("2", 10 * DAY) };
        let topped = derive(&[of("a", period("1", 0)), of("b", again.clone())], None).unwrap();
        assert_eq!(topped.superseded, [("1".to_owned(), Timestamp(10 * DAY))]);
        let add_on = Purchase { product_id: "extra".into(), ..again };
        let beside = derive(&[of("a", period("1", 0)), of("a", add_on)], None).unwrap();
        assert!(beside.superseded.is_empty(), "an add-on is bought under the token of its plan");
    }

    #[test]
    fn a_token_that_names_another_of_the_same_moment_takes_its_place() {
        let first = Purchase { purchase_token: Some("a".into()), ..period("9", 0) };
        let again = Purchase {
            purchase_token: Some("b".into()),
            previous_chain_id: Some("a".into()),
            product_id: "gold".into(),
            ..period("1", 0)
        };
        let derived = derive(&[first.clone(), again], None).unwrap();
        assert_eq!((derived.product_id.as_str(), derived.superseded), ("gold", vec![("9".to_owned(), Timestamp(0))]));
        let unlinked = Purchase { purchase_token: Some("b".into()), ..period("1", 0) };
        assert!(derive(&[first, unlinked], None).unwrap().superseded.is_empty());
    }

    #[test]
    fn a_downgrade_waits_for_the_renewal() {
        let next = Renewal { next_product_id: Some("basic".into()), ..renewal(DAY) };
        let derived = derive(&[period("1", 0)], Some(&next)).unwrap();
        assert_eq!((derived.next_product_id.as_deref(), derived.product_id.as_str()), (Some("basic"), "vip"));
        assert!(derived.superseded.is_empty());
    }

    #[test]
    fn old_words_on_the_renewal_do_not_outlive_a_resubscription() {
        let over = Renewal { auto_renew: false, expiration_reason: Some(ExpirationReason::Canceled), ..renewal(MONTH + 1) };
        let again = Purchase { is_renewal: false, ..period("2", 2 * MONTH) };
        assert_eq!(state(&[period("1", 0)], Some(&over), MONTH + 2), SubscriptionState::Expired);
        assert_eq!(state(&[period("1", 0), again], Some(&over), 2 * MONTH + 1), SubscriptionState::Active);
    }

    #[test]
    fn renewal_switched_off_just_before_a_period_stays_off() {
        let off = Renewal { auto_renew: false, in_retry: true, ..renewal(MONTH - 33_000) };
        let periods = [period("1", 0), period("2", MONTH)];
        assert_eq!(state(&periods, Some(&off), MONTH + DAY), SubscriptionState::Canceled);
        let long_before = Renewal { as_of: Timestamp(MONTH - 2 * DAY), ..off };
        assert_eq!(state(&periods, Some(&long_before), MONTH + DAY), SubscriptionState::Active, "it was switched on again");
    }

    #[test]
    fn grace_and_retry_follow_the_dates() {
        let failing = Renewal { in_retry: true, grace_end: Some(Timestamp(MONTH + 3 * DAY)), ..renewal(MONTH) };
        let periods = [period("1", 0)];
        assert_eq!(state(&periods, Some(&failing), MONTH + DAY), SubscriptionState::InGracePeriod);
        assert_eq!(state(&periods, Some(&failing), MONTH + 4 * DAY), SubscriptionState::OnHold);
        let over = Renewal { in_retry: false, expiration_reason: Some(ExpirationReason::BillingError), ..renewal(2 * MONTH) };
        assert_eq!(state(&periods, Some(&over), 2 * MONTH), SubscriptionState::Expired);
    }

    #[test]
    fn nothing_is_derived_of_nothing() {
        assert_eq!(derive(&[], Some(&renewal(1))), None);
    }
}
