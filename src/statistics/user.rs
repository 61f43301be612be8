use crate::db;
use crate::error::Result;
use crate::model::{ProjectId, UserTotal};
use crate::state::AppState;
use crate::users::User;

/// What a user paid and got back, by environment and currency.
pub async fn sum_of_user(state: &AppState, project: &ProjectId, user: &User) -> Result<Vec<UserTotal>> {
    db::statistics::sum_of_user(&mut state.db.read().await?, project, &user.channel, &user.key).await
}
