//! All routes on one screen.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{FlatRoutes, Route, Router};
use leptos_router::{SsrMode, path};

use super::frame::Frame;
use super::i18n::tr;
use super::pages;
use super::reader::provide_viewer;
use super::ui::{DocumentTitle, ToastCorner};

/// Pages are sent whole: their status and redirects are known before the first byte, and they need no script to be seen.
const WHOLE: SsrMode = SsrMode::Async;

/// A page's view with its type forgotten, so that the route table stays small.
fn page<V: IntoView + 'static>(view: fn() -> V) -> impl Fn() -> AnyView + Clone + Send + 'static {
    move || view().into_any()
}

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <DocumentTitle text=tr!("app.name")/>
        <Router>
            {provide_viewer()}
            <Frame>
                <FlatRoutes fallback=page(pages::NotFound)>
                    <Route path=path!("/") view=page(pages::Projects) ssr=WHOLE/>
                    <Route path=path!("/projects/new") view=page(pages::ProjectNew) ssr=WHOLE/>
                    <Route path=path!("/projects/:project") view=page(pages::Overview) ssr=WHOLE/>
                    <Route path=path!("/projects/:project/apps") view=page(pages::Apps) ssr=WHOLE/>
                    <Route path=path!("/projects/:project/apps/new") view=page(pages::AppNew) ssr=WHOLE/>
                    <Route path=path!("/projects/:project/apps/:app") view=page(pages::AppDetail) ssr=WHOLE/>
                    <Route path=path!("/projects/:project/apps/:app/consumed-orders") view=page(pages::ConsumedOrders) ssr=WHOLE/>
                    <Route path=path!("/projects/:project/apps/:app/catalog") view=page(pages::CatalogImport) ssr=WHOLE/>
                    <Route path=path!("/projects/:project/products") view=page(pages::Products) ssr=WHOLE/>
                    <Route path=path!("/projects/:project/products/new") view=page(pages::ProductNew) ssr=WHOLE/>
                    <Route path=path!("/projects/:project/products/import") view=page(pages::ProductImport) ssr=WHOLE/>
                    <Route path=path!("/projects/:project/products/:product") view=page(pages::ProductDetail) ssr=WHOLE/>
                    <Route path=path!("/projects/:project/audit") view=page(pages::ProjectAudit) ssr=WHOLE/>
                    <Route path=path!("/projects/:project/members") view=page(pages::Members) ssr=WHOLE/>
                    <Route path=path!("/projects/:project/members/new") view=page(pages::MemberNew) ssr=WHOLE/>
                    <Route path=path!("/projects/:project/members/:operator") view=page(pages::MemberDetail) ssr=WHOLE/>
                    <Route path=path!("/projects/:project/products/:product/offer") view=page(pages::ProductOffer) ssr=WHOLE/>
                    <Route path=path!("/projects/:project/statistics") view=page(pages::Statistics) ssr=WHOLE/>
                    <Route path=path!("/projects/:project/settings") view=page(pages::Settings) ssr=WHOLE/>
                    <Route path=path!("/projects/:project/settings/nhn") view=page(pages::NhnPageView) ssr=WHOLE/>
                    <Route path=path!("/projects/:project/health") view=page(pages::Watch) ssr=WHOLE/>
                    <Route path=path!("/projects/:project/payments") view=page(pages::Payments) ssr=WHOLE/>
                    <Route path=path!("/projects/:project/payments/:payment") view=page(pages::PaymentDetailPage) ssr=WHOLE/>
                    <Route path=path!("/projects/:project/search") view=page(pages::ProjectSearch) ssr=WHOLE/>
                    <Route path=path!("/projects/:project/search/store") view=page(pages::StoreSearch) ssr=WHOLE/>
                    <Route path=path!("/projects/:project/unassigned") view=page(pages::Unassigned) ssr=WHOLE/>
                    <Route path=path!("/projects/:project/subscriptions") view=page(pages::Subscriptions) ssr=WHOLE/>
                    <Route path=path!("/projects/:project/subscriptions/:subscription") view=page(pages::SubscriptionDetailPage) ssr=WHOLE/>
                    <Route path=path!("/projects/:project/notifications") view=page(pages::Notifications) ssr=WHOLE/>
                    <Route path=path!("/projects/:project/notifications/:notification") view=page(pages::NotificationDetailPage) ssr=WHOLE/>
                    <Route path=path!("/projects/:project/users/:user") view=page(pages::UserDetail) ssr=WHOLE/>
                    <Route path=path!("/search") view=page(pages::Search) ssr=WHOLE/>
                    <Route path=path!("/simulator") view=page(pages::Simulator) ssr=WHOLE/>
                    <Route path=path!("/account") view=page(pages::AccountDetail) ssr=WHOLE/>
                    <Route path=path!("/account/second-factor") view=page(pages::SecondFactorDetail) ssr=WHOLE/>
                    <Route path=path!("/operators") view=page(pages::Operators) ssr=WHOLE/>
                    <Route path=path!("/operators/new") view=page(pages::OperatorNew) ssr=WHOLE/>
                    <Route path=path!("/operators/:operator") view=page(pages::OperatorDetail) ssr=WHOLE/>
                    <Route path=path!("/audit") view=page(pages::Audit) ssr=WHOLE/>
                    <Route path=path!("/login") view=page(pages::Login) ssr=WHOLE/>
                    <Route path=path!("/login/code") view=page(pages::LoginCode) ssr=WHOLE/>
                    <Route path=path!("/invitation") view=page(pages::Invitation) ssr=WHOLE/>
                    <Route path=path!("/setup") view=page(pages::Setup) ssr=WHOLE/>
                </FlatRoutes>
            </Frame>
        </Router>
        <ToastCorner/>
    }
}
