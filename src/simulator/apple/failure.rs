//! Failures with Apple's numbers and words.

use crate::error::Error;
use crate::model::Timestamp;

/// What an endpoint comes to.
pub type ApiResult<T = serde_json::Value> = Result<T, ApiFailure>;

/// A failure as the App Store answers it.
#[derive(Debug)]
pub enum ApiFailure {
    /// The token is no good: 401 without a body.
    Unauthorized,
    /// Apple's number and words; the number's first three digits are the status.
    Numbered(i64, &'static str),
    /// Too many calls: 429, and the moment to come back.
    Limited(Timestamp),
    /// Another status, as faults have it, without Apple's form.
    Bare(u16),
    /// Our own fault.
    Internal(Error),
}

impl From<Error> for ApiFailure {
    fn from(error: Error) -> Self {
        Self::Internal(error)
    }
}

macro_rules! failures {
    ($($name:ident = $code:literal, $message:literal;)+) => {
        impl ApiFailure {
            $(pub const $name: Self = Self::Numbered($code, $message);)+

            /// Apple's words for a number.
            pub fn words(code: i64) -> &'static str {
                match code { $($code => $message,)+ _ => "An unknown error occurred." }
            }
        }
    };
}

failures! {
    BAD_REQUEST = 4_000_000, "Bad request.";
    INVALID_APP = 4_000_002, "Invalid request app identifier.";
    INVALID_LIMIT = 4_000_004, "Invalid request limit.";
    INVALID_REVISION = 4_000_005, "Invalid request revision.";
    INVALID_TRANSACTION_ID = 4_000_006, "Invalid transaction id.";
    INVALID_ORIGINAL_ID = 4_000_008, "Invalid original transaction id.";
    INVALID_EXTEND_BY_DAYS = 4_000_009, "Invalid extend by days value.";
    INVALID_EXTEND_REASON = 4_000_010, "Invalid extend reason code.";
    INVALID_REQUEST_ID = 4_000_011, "Invalid request identifier.";
    START_TOO_OLD = 4_000_012, "Start date is too far in the past.";
    START_AFTER_END = 4_000_013, "The end date precedes the start date, or they are equal.";
    INVALID_PAGE_TOKEN = 4_000_014, "Invalid pagination token.";
    INVALID_START = 4_000_015, "Invalid start date.";
    INVALID_END = 4_000_016, "Invalid end date.";
    EXPIRED_PAGE_TOKEN = 4_000_017, "The pagination token has expired.";
    INVALID_NOTIFICATION_TYPE = 4_000_018, "Invalid notification type or subtype.";
    TWO_FILTERS = 4_000_019, "Request contains both a transaction id and a notification type.";
    INVALID_TEST_TOKEN = 4_000_020, "Invalid test notification token.";
    INVALID_SORT = 4_000_021, "Invalid sort.";
    INVALID_PRODUCT_TYPE = 4_000_022, "Invalid product type.";
    INVALID_PRODUCT_ID = 4_000_023, "Invalid product id.";
    INVALID_GROUP = 4_000_024, "Invalid subscription group identifier.";
    INVALID_EXCLUDE_REVOKED = 4_000_025, "Invalid exclude revoked value.";
    INVALID_OWNERSHIP = 4_000_026, "Invalid in-app ownership type.";
    EMPTY_STOREFRONTS = 4_000_027, "The storefront country code list is empty.";
    INVALID_STOREFRONT = 4_000_028, "Invalid storefront country code.";
    INVALID_REVOKED = 4_000_030, "Invalid revoked value.";
    INVALID_STATUS = 4_000_031, "Invalid status.";
    INVALID_TENURE = 4_000_032, "Invalid account tenure.";
    INVALID_CONSUMPTION_TOKEN = 4_000_033, "Invalid app account token.";
    INVALID_CONSUMPTION_STATUS = 4_000_034, "Invalid consumption status.";
    INVALID_CONSENT = 4_000_035, "Invalid customer consented value.";
    INVALID_DELIVERY = 4_000_036, "Invalid delivery status.";
    INVALID_PURCHASED_SUM = 4_000_037, "Invalid lifetime dollars purchased.";
    INVALID_REFUNDED_SUM = 4_000_038, "Invalid lifetime dollars refunded.";
    INVALID_PLATFORM = 4_000_039, "Invalid platform.";
    INVALID_PLAY_TIME = 4_000_040, "Invalid play time.";
    INVALID_SAMPLE = 4_000_041, "Invalid sample content provided value.";
    INVALID_USER_STATUS = 4_000_042, "Invalid user status.";
    NOT_CONSUMABLE = 4_000_043, "The transaction is not a consumable.";
    INVALID_PREFERENCE = 4_000_044, "Invalid refund preference.";
    INVALID_PERCENTAGE = 4_000_045, "Invalid consumption percentage.";
    UNSUPPORTED_TYPE = 4_000_047, "The product type is not supported.";
    APP_TRANSACTION_ID = 4_000_048, "App transaction ids are not supported by this endpoint.";
    INVALID_ACCOUNT_TOKEN = 4_000_183, "The app account token is not a UUID.";
    FAMILY_SHARED = 4_000_185, "The transaction is family shared.";
    NOT_ORIGINAL = 4_000_187, "The transaction id is not an original transaction id.";
    PERCENTAGE_OF_RENEWABLE = 4_000_209, "The consumption percentage is not for auto-renewable subscriptions.";
    INVALID_GROUP_ID = 4_000_225, "Invalid group id.";
    ASSIGNED = 4_000_227, "The transaction is assigned by an organization or a group.";
    EXTENSION_INELIGIBLE = 4_030_004, "The subscription is not in a state to be extended.";
    EXTENSION_TOO_OFTEN = 4_030_005, "The subscription was extended as often as is allowed.";
    EXTENSION_FAMILY = 4_030_007, "A family member's subscription can not be extended.";
    EXTENSION_ASSIGNED = 4_030_028, "An assigned subscription can not be extended.";
    ORIGINAL_NOT_FOUND = 4_040_005, "Original transaction id not found.";
    NO_NOTIFICATION_URL = 4_040_007, "No App Store Server Notifications URL is set for the app.";
    TEST_NOT_FOUND = 4_040_008, "Test notification not found, or not sent yet.";
    EXTENSION_NOT_FOUND = 4_040_009, "No such request to extend renewal dates.";
    TRANSACTION_NOT_FOUND = 4_040_010, "Transaction id not found.";
    NO_APP_TRANSACTION = 4_040_019, "No app transaction exists for the customer.";
    GROUP_NOT_FOUND = 4_040_022, "Group not found.";
    RATE_LIMIT = 4_290_000, "Rate limit exceeded.";
    INTERNAL = 5_000_000, "An unknown error occurred.";
    INTERNAL_RETRY = 5_000_001, "An unknown error occurred. Please try again.";
}
