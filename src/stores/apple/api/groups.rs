//! Customer groups (API 1.22), of which only the sandbox has any so far. Membership gives nobody access: that is told by the
//! ownership of their transactions.

use reqwest::Method;

use super::call::Call;
use super::failure::ApiFailure;
use super::hosts::AppleEnvironment;
use super::wire::{CustomerGroup, CustomerGroups, GroupMembers};
use crate::stores::apple::AppleStore;
use crate::stores::{Asking, StoreApp};

const ENVIRONMENT: [AppleEnvironment; 1] = [AppleEnvironment::Sandbox];

impl AppleStore {
    /// Get Customer Groups: the organisations and groups a customer is in; `id` is any id of theirs.
    pub async fn list_customer_groups(
        &self,
        app: &StoreApp,
        id: &str,
        asking: impl Into<Asking>,
    ) -> Result<Vec<CustomerGroup>, ApiFailure> {
        let call = Call::new("list_customer_groups", Method::GET, "groups/v1/currentGroups/{}", &[id])?;
        let answer: CustomerGroups = self.api.ask(app, &ENVIRONMENT, call, asking).await?.answer;
        Ok(answer.groups)
    }

    /// Get Group Members, one page of at most 100; `after` is the previous page's token.
    pub async fn list_group_members(
        &self,
        app: &StoreApp,
        group_id: &str,
        after: Option<&str>,
        asking: impl Into<Asking>,
    ) -> Result<GroupMembers, ApiFailure> {
        let call = Call::new("list_group_members", Method::GET, "groups/v1/group/{}", &[group_id])?
            .query("paginationToken", after.map(str::to_owned));
        Ok(self.api.ask(app, &ENVIRONMENT, call, asking).await?.answer)
    }
}
