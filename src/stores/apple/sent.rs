use super::AppleStore;
use super::api::{AppleEnvironment, NotificationHistoryRequest};
use crate::model::{Page, Timestamp};
use crate::stores::{Authenticated, Rejection, SentQuery, StoreApp, StoreError};

impl AppleStore {
    /// A page of the history of what Apple sent in one of its environments (docs/stores/apple.md, Notification history).
    pub(super) async fn list_sent_notifications(
        &self,
        app: &StoreApp,
        query: SentQuery<'_>,
        now: Timestamp,
    ) -> Result<Page<Result<Authenticated, Rejection>>, StoreError> {
        let environment = AppleEnvironment::counted_for(app).iter().find(|environment| environment.as_str() == query.list);
        let environment = environment.ok_or_else(|| StoreError::Rejected(format!("no list {:?} is kept", query.list)))?;
        let request = NotificationHistoryRequest {
            start_date: query.from,
            end_date: query.until,
            notification_type: None,
            notification_subtype: None,
            transaction_id: None,
            only_failures: false,
        };
        let page = self.list_notifications(app, *environment, &request, query.cursor, now).await?;
        let items = page.items.into_iter().map(|sent| self.authenticate_payload(app, sent.signed_payload, now)).collect();
        Ok(Page { items, next_cursor: page.pagination_token.filter(|_| page.has_more) })
    }
}
