//! The nouns of the simulator: what its stores sold, what renews, the notifications on their way, and its page.

mod actions;
mod faults;
mod notification;
mod project;
mod sale;
mod shop;
mod subscription;
mod terms;
mod voided;

pub use actions::{LifecycleAction, RefundReason, SaleAction};
pub use faults::{ApiFaults, NotificationDamage, NotificationFaults, SimulatorFaults};
pub use notification::{SendAttempt, SendResult, SimulatedNotification};
pub use project::{
    ClockForm, DeliveredNotification, FaultsForm, NotificationForm, SaleForm, SimulatedPlan, SimulatedProject,
    SimulatedSubscriber, SubscriberForm,
};
pub use sale::{
    Revocation, RevocationKind, SaleDetails, SaleKind, SimulatedOffer, SimulatedPurchase, SimulatedSale, StoreEnvironment,
};
pub use shop::{ShopActor, ShopEnd, ShopGood, ShopPayment, ShopRun, ShopStep, ShopVisit};
pub use subscription::{Lifecycle, LifecycleStatus, Plan, PriceRise, RunningOffer, SimulatedSubscription};
pub use terms::{AddOn, Installments, SaleItem};
pub use voided::{RefundReview, SaleOrigin, SalePayment, VoidReason, VoidRecord, VoidSource};
