//! The console's own icons: 20 × 20, one line weight, always beside words or in a named button.

use leptos::prelude::*;

/// Which icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IconName {
    Alert,
    Apps,
    Bell,
    Box,
    Card,
    Chart,
    Check,
    CheckCircle,
    ChevronDown,
    ChevronLeft,
    ChevronRight,
    Clock,
    Close,
    Copy,
    Download,
    External,
    Eye,
    Folder,
    Gear,
    Grid,
    Home,
    Info,
    Key,
    List,
    Lock,
    Menu,
    Plus,
    Refresh,
    Repeat,
    Search,
    Shield,
    SignOut,
    Store,
    Terminal,
    User,
    Users,
    Webhook,
}

impl IconName {
    /// The outline, drawn with a line and no fill.
    const fn outline(self) -> &'static str {
        match self {
            Self::Alert => "M10 3 2.5 16.5h15zM10 8.5v3.5M10 14.4v.1",
            Self::Apps => "M6 2.5h8a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1v-13a1 1 0 0 1 1-1zM8.8 15h2.4",
            Self::Bell => "M5 13.5V9a5 5 0 0 1 10 0v4.5l1.2 1.5H3.8zM8.5 17.5h3",
            Self::Box => "M10 2.5 16.5 6v8L10 17.5 3.5 14V6zM3.5 6 10 9.5 16.5 6M10 9.5v8",
            Self::Card => "M3.5 4.5h13a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-13a1 1 0 0 1-1-1v-9a1 1 0 0 1 1-1zM2.5 8.5h15M5.5 12.5h3",
            Self::Chart => "M3.5 3.5v13h13M7 13.5v-3M10.5 13.5V6.5M14 13.5V9",
            Self::Check => "m4.5 10.5 3.7 3.7 7.3-8",
            Self::CheckCircle => "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM6.8 10.3l2.2 2.2 4.2-4.7",
            Self::ChevronDown => "m6 8 4 4 4-4",
            Self::ChevronLeft => "m12 6-4 4 4 4",
            Self::ChevronRight => "m8 6 4 4-4 4",
            Self::Clock => "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM10 6v4.2l2.7 1.6",
            Self::Close => "m5.5 5.5 9 9M14.5 5.5l-9 9",
            Self::Copy => {
                "M7.5 7.5h8a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1h-8a1 1 0 0 1-1-1v-8a1 1 0 0 1 1-1zM13.5 7V3.5a1 1 0 0 0-1-1h-9a1 1 0 0 0-1 1v9a1 1 0 0 0 1 1H6"
            }
            Self::Download => "M10 3v9.5M6 9l4 4 4-4M3.5 16.5h13",
            Self::External => "M8 4H4a1 1 0 0 0-1 1v11a1 1 0 0 0 1 1h11a1 1 0 0 0 1-1v-4M11.5 3H17v5.5M17 3l-7.5 7.5",
            Self::Eye => {
                "M2 10s2.8-5.5 8-5.5S18 10 18 10s-2.8 5.5-8 5.5S2 10 2 10zM10 12.3a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6z"
            }
            Self::Folder => "M3.5 4h4.2l1.8 2h7a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1h-13a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1z",
            Self::Gear => {
                "M10 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM10 2.5v2M10 15.5v2M2.5 10h2M15.5 10h2M4.7 4.7l1.4 1.4M13.9 13.9l1.4 1.4M4.7 15.3l1.4-1.4M13.9 6.1l1.4-1.4"
            }
            Self::Grid => "M3 3h5.5v5.5H3zM11.5 3H17v5.5h-5.5zM3 11.5h5.5V17H3zM11.5 11.5H17V17h-5.5z",
            Self::Home => "M3 9.2 10 3l7 6.2V16a1 1 0 0 1-1 1h-3.8v-4.5H7.8V17H4a1 1 0 0 1-1-1z",
            Self::Info => "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM10 9v4.5M10 6.4v.1",
            Self::Key => "M6.5 17a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM9 11 16.5 3.5M13 7l2.5 2.5M15.3 4.7 17 6.4",
            Self::List => "M7 5h10M7 10h10M7 15h10M3.4 5h.1M3.4 10h.1M3.4 15h.1",
            Self::Lock => {
                "M5 9h10a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1v-6a1 1 0 0 1 1-1zM6.8 9V6.2a3.2 3.2 0 0 1 6.4 0V9"
            }
            Self::Menu => "M3 5.5h14M3 10h14M3 14.5h14",
            Self::Plus => "M10 4v12M4 10h12",
            Self::Refresh => "M16.5 9A6.7 6.7 0 0 0 4.6 6.2L3 8M3 3.8V8h4.2M3.5 11a6.7 6.7 0 0 0 11.9 2.8L17 12M17 16.2V12h-4.2",
            Self::Repeat => "M14 2.5 16.5 5 14 7.5M16.5 5H6a3 3 0 0 0-3 3v1M6 17.5 3.5 15 6 12.5M3.5 15H14a3 3 0 0 0 3-3v-1",
            Self::Search => "M9 14.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM13 13l4 4",
            Self::Shield => "M10 2.5 16 5v4.5c0 4-2.6 6.6-6 8-3.4-1.4-6-4-6-8V5z",
            Self::SignOut => "M8 3H4a1 1 0 0 0-1 1v12a1 1 0 0 0 1 1h4M8 10h9M13.5 6.5 17 10l-3.5 3.5",
            Self::Store => "M3 8 4.5 3.5h11L17 8M3 8a2.3 2.3 0 0 0 4.7 0 2.3 2.3 0 0 0 4.6 0A2.3 2.3 0 0 0 17 8M4.5 10.5v6h11v-6",
            Self::Terminal => {
                "M3.5 3.5h13a1 1 0 0 1 1 1v11a1 1 0 0 1-1 1h-13a1 1 0 0 1-1-1v-11a1 1 0 0 1 1-1zM6 8l2.3 2L6 12M10.5 12.5H14"
            }
            Self::User => "M10 10a3.3 3.3 0 1 0 0-6.6 3.3 3.3 0 0 0 0 6.6zM3.8 17a6.2 6.2 0 0 1 12.4 0",
            Self::Users => {
                "M7.5 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 16.5a5.5 5.5 0 0 1 11 0M12.5 3.7a3 3 0 0 1 0 5.6M15 11.6a5.5 5.5 0 0 1 3 4.9"
            }
            Self::Webhook => "M3 10h9M9 6.5l3.5 3.5L9 13.5M15 3.5h1a1 1 0 0 1 1 1v11a1 1 0 0 1-1 1h-1",
        }
    }
}

/// An icon in the size and colour of the text around it; says nothing to screen readers.
#[component]
pub fn Icon(name: IconName) -> AnyView {
    view! { <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d=name.outline()></path></svg> }
        .into_any()
}
