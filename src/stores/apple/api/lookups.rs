use std::slice;

use reqwest::Method;

use super::call::{Call, Fallback};
use super::client::Answered;
use super::failure::ApiFailure;
use super::hosts::AppleEnvironment;
use super::wire::{AppTransactionInfo, LastTransaction, OrderLookup, SignedPage, Statuses, TransactionInfo};
use crate::model::{RefusalCode, Timestamp};
use crate::stores::apple::AppleStore;
use crate::stores::apple::payloads::{AppTransaction, RenewalInfo, Signed, Transaction};
use crate::stores::{Asking, Refusal, StoreApp};

/// The id is of no transaction of this environment.
pub(super) const UNKNOWN_ID: Fallback = Fallback::On(&[4_040_010]);
/// The same where questions go by the chain's first id; customers' ids may meet either.
pub(super) const UNKNOWN_CHAIN: Fallback = Fallback::On(&[4_040_005, 4_040_010]);

/// Which part of a customer's history; everything empty asks for all of it from the start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HistoryQuery {
    /// Where the previous page, or the previous visit, ended; the rest must then be the same as before.
    pub revision: Option<String>,
    /// The environment the previous page came from.
    pub apple_environment: Option<AppleEnvironment>,
    /// Bought at or after.
    pub start_date: Option<Timestamp>,
    /// Bought before.
    pub end_date: Option<Timestamp>,
    pub product_ids: Vec<String>,
    /// `AUTO_RENEWABLE`, `NON_RENEWABLE`, `CONSUMABLE`, `NON_CONSUMABLE`.
    pub product_types: Vec<&'static str>,
    pub subscription_groups: Vec<String>,
    /// Only taken back ones, or only others.
    pub revoked: Option<bool>,
    /// Latest change first.
    pub is_descending: bool,
}

/// One page of a history, verified.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryPage {
    pub apple_environment: AppleEnvironment,
    /// Give it with the next question: it also brings what has changed since.
    pub revision: Option<String>,
    pub has_more: bool,
    pub transactions: Vec<Signed<Transaction>>,
}

/// Refunds come in the same pages.
pub type RefundPage = HistoryPage;

/// Where one subscription of a customer stands, verified.
#[derive(Debug, Clone, PartialEq)]
pub struct SubscriptionStatus {
    pub apple_environment: AppleEnvironment,
    pub group: Option<String>,
    /// 1 active, 2 expired, 3 billing retry, 4 billing grace period, 5 revoked.
    pub status: i64,
    pub transaction: Signed<Transaction>,
    pub renewal: Option<Signed<RenewalInfo>>,
}

impl AppleStore {
    /// Get Transaction Info: one transaction by its own id.
    pub async fn get_transaction(
        &self,
        app: &StoreApp,
        id: &str,
        asking: impl Into<Asking>,
    ) -> Result<Signed<Transaction>, ApiFailure> {
        let asking = asking.into();
        let call = Call::new("get_transaction", Method::GET, "inApps/v1/transactions/{}", &[id])?.fallback(UNKNOWN_ID);
        let told: Answered<TransactionInfo> = self.api.ask(app, AppleEnvironment::of(app), call, asking).await?;
        self.read_told(app, told.apple_environment, &told.answer.signed_transaction_info, asking.now)
    }

    /// Get Transaction History, one page of at most 20; `id` is any id of the customer.
    pub async fn list_history(
        &self,
        app: &StoreApp,
        id: &str,
        query: &HistoryQuery,
        asking: impl Into<Asking>,
    ) -> Result<HistoryPage, ApiFailure> {
        let mut call = Call::new("list_history", Method::GET, "inApps/v2/history/{}", &[id])?
            .fallback(UNKNOWN_CHAIN)
            .query("revision", query.revision.clone())
            .query("startDate", query.start_date.map(|at| at.0.to_string()))
            .query("endDate", query.end_date.map(|at| at.0.to_string()))
            .query("sort", query.is_descending.then(|| "DESCENDING".into()))
            .query("revoked", query.revoked.map(|revoked| revoked.to_string()));
        call.query.extend(query.product_ids.iter().map(|id| ("productId", id.clone())));
        call.query.extend(query.product_types.iter().map(|kind| ("productType", (*kind).to_owned())));
        call.query.extend(query.subscription_groups.iter().map(|group| ("subscriptionGroupIdentifier", group.clone())));
        self.ask_page(app, query.apple_environment.as_ref(), call, asking.into()).await
    }

    /// Get Refund History, one page of at most 20, oldest refund first; `id` is any id of the customer.
    pub async fn list_refunds(
        &self,
        app: &StoreApp,
        id: &str,
        previous: Option<&RefundPage>,
        now: Timestamp,
    ) -> Result<RefundPage, ApiFailure> {
        let call = Call::new("list_refunds", Method::GET, "inApps/v2/refund/lookup/{}", &[id])?
            .fallback(UNKNOWN_CHAIN)
            .query("revision", previous.and_then(|page| page.revision.clone()));
        self.ask_page(app, previous.map(|page| &page.apple_environment), call, now.into()).await
    }

    /// Get All Subscription Statuses: each subscription of the customer with its latest transaction; `id` is any of theirs.
    pub async fn get_statuses(
        &self,
        app: &StoreApp,
        id: &str,
        asking: impl Into<Asking>,
    ) -> Result<Vec<SubscriptionStatus>, ApiFailure> {
        let asking = asking.into();
        let call = Call::new("get_statuses", Method::GET, "inApps/v1/subscriptions/{}", &[id])?.fallback(UNKNOWN_CHAIN);
        let told: Answered<Statuses> = self.api.ask(app, AppleEnvironment::of(app), call, asking).await?;
        let apple_environment = told.apple_environment;
        let of_group = |group: super::wire::StatusGroup| {
            let name = group.subscription_group_identifier;
            group.last_transactions.into_iter().map(move |last| (name.clone(), last))
        };
        let all = told.answer.data.into_iter().flat_map(of_group);
        all.map(|(group, last)| self.read_status(app, apple_environment, group, &last, asking.now)).collect()
    }

    /// Look Up Order ID: the transactions of an order number from a customer's receipt; none when Apple does not know it.
    pub async fn lookup_order(
        &self,
        app: &StoreApp,
        order_id: &str,
        asking: impl Into<Asking>,
    ) -> Result<Vec<Signed<Transaction>>, ApiFailure> {
        let asking = asking.into();
        let call = Call::new("lookup_order", Method::GET, "inApps/v1/lookup/{}", &[order_id])?;
        let told: Answered<OrderLookup> = self.api.ask(app, &AppleEnvironment::of(app)[..1], call, asking).await?;
        if told.answer.status != 0 {
            return Ok(Vec::new());
        }
        self.read_all(app, told.apple_environment, &told.answer.signed_transactions, asking.now)
    }

    /// Get App Transaction Info: how the customer came by the app; `id` is any id of theirs.
    pub async fn get_app_transaction(
        &self,
        app: &StoreApp,
        id: &str,
        now: Timestamp,
    ) -> Result<Signed<AppTransaction>, ApiFailure> {
        let path = "inApps/v1/transactions/appTransactions/{}";
        let call = Call::new("get_app_transaction", Method::GET, path, &[id])?.fallback(UNKNOWN_ID);
        let told: Answered<AppTransactionInfo> = self.api.ask(app, AppleEnvironment::of(app), call, now).await?;
        let read = self.read_app_transaction(app, &told.answer.signed_app_transaction_info, now);
        let signed = read.map_err(ApiFailure::Untrusted)?;
        check_environment(told.apple_environment, signed.data.receipt_type.as_deref())?;
        Ok(signed)
    }

    async fn ask_page(
        &self,
        app: &StoreApp,
        apple_environment: Option<&AppleEnvironment>,
        call: Call,
        asking: Asking,
    ) -> Result<HistoryPage, ApiFailure> {
        let environments = apple_environment.map_or_else(|| AppleEnvironment::of(app), slice::from_ref);
        let Answered { apple_environment, answer }: Answered<SignedPage> = self.api.ask(app, environments, call, asking).await?;
        let transactions = self.read_all(app, apple_environment, &answer.signed_transactions, asking.now)?;
        Ok(HistoryPage { apple_environment, revision: answer.revision, has_more: answer.has_more, transactions })
    }

    fn read_status(
        &self,
        app: &StoreApp,
        apple_environment: AppleEnvironment,
        group: Option<String>,
        last: &LastTransaction,
        now: Timestamp,
    ) -> Result<SubscriptionStatus, ApiFailure> {
        let transaction = self.read_told(app, apple_environment, &last.signed_transaction_info, now)?;
        let read = |token: &String| self.read_renewal_info(app, token, &transaction.data, now).map_err(ApiFailure::Untrusted);
        let renewal = last.signed_renewal_info.as_ref().map(read).transpose()?;
        Ok(SubscriptionStatus { apple_environment, group, status: last.status, renewal, transaction })
    }

    fn read_all(
        &self,
        app: &StoreApp,
        apple_environment: AppleEnvironment,
        tokens: &[String],
        now: Timestamp,
    ) -> Result<Vec<Signed<Transaction>>, ApiFailure> {
        tokens.iter().map(|token| self.read_told(app, apple_environment, token, now)).collect()
    }

    fn read_told(
        &self,
        app: &StoreApp,
        apple_environment: AppleEnvironment,
        token: &str,
        now: Timestamp,
    ) -> Result<Signed<Transaction>, ApiFailure> {
        let signed = self.read_transaction(app, token, now).map_err(ApiFailure::Untrusted)?;
        check_environment(apple_environment, signed.data.environment.as_deref())?;
        Ok(signed)
    }
}

/// What an environment tells is marked as its own.
fn check_environment(apple_environment: AppleEnvironment, said: Option<&str>) -> Result<(), ApiFailure> {
    if said == Some(apple_environment.as_str()) {
        return Ok(());
    }
    let reason = format!("it is marked {:?}, but {} told it", said.unwrap_or_default(), apple_environment.as_str());
    Err(ApiFailure::Untrusted(Refusal::new(RefusalCode::EnvironmentMismatch, reason)))
}
