use std::slice;

use reqwest::Method;

use super::call::Call;
use super::failure::ApiFailure;
use super::hosts::AppleEnvironment;
use super::wire::{NotificationHistoryRequest, NotificationHistoryResponse, TestNotification, TestNotificationAnswer};
use crate::model::Timestamp;
use crate::stores::StoreApp;
use crate::stores::apple::AppleStore;

impl AppleStore {
    /// Get Notification History, one page of at most 20. `apple_environment` is one of `AppleEnvironment::counted_for`. The payloads are to be
    /// verified as pushed ones are, each for itself, so that a bad one does not hide the others.
    pub async fn list_notifications(
        &self,
        app: &StoreApp,
        apple_environment: AppleEnvironment,
        query: &NotificationHistoryRequest,
        pagination_token: Option<&str>,
        now: Timestamp,
    ) -> Result<NotificationHistoryResponse, ApiFailure> {
        let call = Call::new("list_notifications", Method::POST, "inApps/v1/notifications/history", &[])?
            .body(query)?
            .query("paginationToken", pagination_token.map(str::to_owned));
        Ok(self.api.ask(app, slice::from_ref(&apple_environment), call, now).await?.answer)
    }

    /// Request a Test Notification: Apple sends one of type TEST to the address set for the environment; gives its token.
    pub async fn request_test_notification(
        &self,
        app: &StoreApp,
        apple_environment: AppleEnvironment,
        now: Timestamp,
    ) -> Result<String, ApiFailure> {
        let call = Call::new("request_test_notification", Method::POST, "inApps/v1/notifications/test", &[])?;
        let answer: TestNotificationAnswer = self.api.ask(app, slice::from_ref(&apple_environment), call, now).await?.answer;
        Ok(answer.test_notification_token)
    }

    /// Get Test Notification Status: how its sending went. Not found (4040008) also before it was sent: ask again.
    pub async fn get_test_notification(
        &self,
        app: &StoreApp,
        apple_environment: AppleEnvironment,
        token: &str,
        now: Timestamp,
    ) -> Result<TestNotification, ApiFailure> {
        let call = Call::new("get_test_notification", Method::GET, "inApps/v1/notifications/test/{}", &[token])?;
        Ok(self.api.ask(app, slice::from_ref(&apple_environment), call, now).await?.answer)
    }
}
