//! The nouns both server and browser know: plain data, parsed and formatted, no input or output.
//! Everything else may use these; they use nothing but each other.

mod ability;
mod audit;
mod catalog;
mod compared;
mod day;
mod evidence;
mod fault;
mod health;
mod ids;
mod json_text;
mod money;
mod nhn;
mod note;
mod notification;
mod operator;
mod page;
mod payment;
mod people;
mod product;
mod project;
mod purchase;
mod reason;
mod search;
mod sign_in;
mod signed_offer;
mod simulator;
mod statistics;
mod subscription;
mod text;
mod text_enum;
mod time;
mod watch;

pub use ability::Ability;
pub use audit::{AuditQuery, AuditRow};
pub use catalog::{CatalogChange, CatalogPreview, CatalogRow};
pub use compared::{Compared, ComparedField, latest_check};
pub use day::{Day, NamedZone};
pub use evidence::Evidence;
pub use fault::Fault;
pub use health::{AppHealth, Finding, FindingCode, HealthStatus};
pub use ids::{AccessSalt, AppSeq, NotificationNo, OperatorId, PaymentSeq, ProductSeq, ProjectId, SubscriptionId, Version};
pub use json_text::JsonText;
pub use money::{Money, MoneySum, group_digits};
pub use nhn::{NhnCallCount, NhnCalls, NhnDoor, NhnSettings};
pub use note::{NOTE_CHARS_MAX, NOTES_MAX, Note};
pub use notification::{
    Consent, ConsumptionPolicy, NotificationDetail, NotificationQuery, NotificationSource, NotificationStatus, StoreNotification,
    StorePolicy,
};
pub use operator::{Permission, Role, Viewer, ViewerProject};
pub use page::{Cursor, CursorKey, Page};
#[cfg(test)]
pub use payment::answer_samples;
pub use payment::{
    Actor, Answer, Attention, Attribution, Circumstances, ClosedBy, EventKind, Finish, NotGiven, Payment, PaymentDetail,
    PaymentEvent, PaymentQuery, PaymentSource, PaymentStatus, Period, RefundedBy, RefusalCode, SavedView, USER_CHANNEL_DEFAULT,
    Undelivered, Withheld, answer, deciding_events, reads_as_ledgers,
};
pub use people::{Account, Member};
pub use product::{
    CONSUMED_COLUMNS, ChangedRow, ImportCounts, ImportNote, ImportPreview, PRODUCT_COLUMNS, ProductType, PurchaseKind,
    RefusedImport, RefusedRow,
};
pub use project::{
    App, AppKey, AppSettings, Environment, IN_CHARGE_TOLERANCE_MILLIS, OUTAGE_HOURS_DEFAULT, OUTAGE_HOURS_MAX, Product, Project,
    SecretKey, StoreCode, TrustedRoot, UseStatus,
};
pub use purchase::{Purchase, RefundedPart, Renewal, Snapshot, StoreFinish, order_of};
pub use reason::{
    AccountReason, AppReason, CallReason, DeclaredReason, FileReason, Kept, ProductReason, Reason, ReceiptReason, SetUpReason,
    SimulatorReason, StartReason, Unit,
};
pub use search::{
    AskableId, AskedAmount, Found, Hit, KEY_CHARS, MatchField, MatchKind, Normal, SearchAnswer, SearchKey, Understood, Why,
};
pub use sign_in::{LinkHolder, LinkPurpose, OpenSession, QrPicture, SecondFactor, TotpDraft};
pub use signed_offer::{OfferForm, SignedOffer};
pub use simulator::{
    AddOn, ApiFaults, ClockForm, DeliveredNotification, FaultsForm, Installments, Lifecycle, LifecycleAction, LifecycleStatus,
    NotificationDamage, NotificationFaults, NotificationForm, Plan, PriceRise, RefundReason, RefundReview, Revocation,
    RevocationKind, RunningOffer, SaleAction, SaleDetails, SaleForm, SaleItem, SaleKind, SaleOrigin, SalePayment, SendAttempt,
    SendResult, ShopActor, ShopEnd, ShopGood, ShopPayment, ShopRun, ShopStep, ShopVisit, SimulatedNotification, SimulatedOffer,
    SimulatedPlan, SimulatedProject, SimulatedPurchase, SimulatedSale, SimulatedSubscriber, SimulatedSubscription,
    SimulatorFaults, StoreEnvironment, SubscriberForm, VoidReason, VoidRecord, VoidSource,
};
pub use statistics::{
    Amounts, AttentionCount, Breakdown, BreakdownRow, Cohort, Comparison, Converted, DailyRevenue, DaySpan, Dimension,
    EnvironmentNumbers, ExchangeRate, JobAlarm, ListTotals, Numbers, Overview, PaidKind, Point, Preset, SetupProgress,
    SpanNumbers, SpanUnit, Statistics, StatisticsInput, StatisticsQuery, StatisticsSettings, SubscriptionDay,
    SubscriptionNumbers, SubscriptionSummary, SumKey, Tally, UnconsumedAge, UnconsumedCount, UserTotal, WAITING_COUNTED_MAX,
};
pub use subscription::{
    DiscountType, EXTENSION_DAYS_MAX, ExpirationReason, ExtensionReason, Offer, OfferType, Ownership, PriceConsent, Subscription,
    SubscriptionDetail, SubscriptionQuery, SubscriptionState, SubscriptionTerms,
};
pub use text::{LINE_CHARS_MAX, Secret, TextKind, has_control, is_longer, shorten};
pub use text_enum::UnknownVariant;
pub use time::{Timestamp, ZoneOffset};
pub use watch::{AppWatch, RefusedGroup, UnappliedGroup, Watch};
