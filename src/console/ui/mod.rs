//! Pieces of interface that know no noun. They may use `model` values that are plain data (times, money, faults) and the
//! console's words; never a resource, a server function or a page. `tr!` gives the texts handed to them.

mod badge;
mod button;
mod card;
mod checklist;
mod choice;
mod copy;
mod details;
mod field;
mod filter;
mod form;
mod input;
mod loading;
mod notice;
mod overlay;
mod page;
mod pager;
mod raw;
mod stat;
mod table;
mod tabs;
mod text;
mod timeline;

pub use crate::console::islands::{Icon, IconName};
pub use badge::{Badge, StatusDot, Tone};
pub use button::{ButtonKind, ButtonLink, SubmitButton};
pub use card::Card;
pub use checklist::{Checklist, Step};
pub use choice::{CellSelect, Checkbox, Choice, RadioCards, SelectInput};
pub use copy::{CodeBlock, CopyButton, CopyReply, CopyText};
pub use details::{DescriptionList, Fact};
pub use field::{Field, FieldParts};
pub use filter::{FilterForm, SearchBox};
pub use form::{FieldNames, FormButtons, FormContext, FormErrors, HiddenInput, LookUpForm, PostForm};
pub use input::{FIND, FileInput, FindBox, TextArea, TextInput};
pub use loading::{FaultPanel, Loaded, loaded};
pub use notice::{Callout, EmptyState, ToastCorner};
pub use overlay::{ConfirmDialog, Menu};
pub use page::{Crumb, Page};
pub use pager::Pager;
pub use raw::DocumentTitle;
pub use stat::{Stat, Stats};
pub use table::{Column, Order, Row, Table};
pub use tabs::{Tab, Tabs};
pub use text::{Amount, Count, Moment, duration_words, grouped, moment_words};
pub use timeline::{Timeline, TimelineItem};
