/// Google's own limit for the account id an app sets.
const CHARS_MAX: usize = 64;

/// The account token a purchase carries, lower case; text the app can not have set names nobody.
pub(super) fn read_account_token(id: Option<&str>) -> Option<String> {
    let id = id.filter(|id| !id.is_empty() && id.chars().count() <= CHARS_MAX && !id.chars().any(char::is_control))?;
    Some(id.to_lowercase())
}
