//! Reasons of refused input in the reader's language. Each `match` is exhaustive, so that a new reason needs words to compile.

mod set_up;

use super::i18n::tr;
use super::labels::product_type_name;
use crate::model::{FileReason, Kept, ProductReason, Reason, ReceiptReason, SimulatorReason, Unit};
use set_up::{account_text, app_text, set_up_text};

/// A sentence for people about the field that is wrong.
pub fn reason_text(reason: &Reason) -> String {
    match reason {
        Reason::Length { of, min, max } => length_text(*of, *min, *max),
        Reason::CharactersAtMost { max } => tr!("reasons.characters_at_most", max = max),
        Reason::BytesAtMost { max } => tr!("reasons.bytes_at_most", max = max),
        Reason::Range { min, max } => tr!("reasons.range", min = min, max = max),
        Reason::CountAtMost { max } => tr!("reasons.count_at_most", max = max),
        Reason::OneOf(values) => tr!("reasons.one_of", values = values.replace(" or ", ", ")),
        Reason::UnknownValue(value) => tr!("reasons.unknown_value", value = value),
        Reason::Empty => tr!("reasons.empty"),
        Reason::NotChosen => tr!("reasons.not_chosen"),
        Reason::ControlOrSpaces => tr!("reasons.control_or_spaces"),
        Reason::Control => tr!("reasons.control"),
        Reason::DotUserKey => tr!("reasons.dot_user_key"),
        Reason::NotACursor => tr!("reasons.not_a_cursor"),
        Reason::NotAUuid => tr!("reasons.not_a_uuid"),
        Reason::NotAWholeNumber => tr!("reasons.not_a_whole_number"),
        Reason::NotAPrice => tr!("reasons.not_a_price"),
        Reason::NotACurrency => tr!("reasons.not_a_currency"),
        Reason::NoCurrencyBesidePrice => tr!("reasons.no_currency_beside_price"),
        Reason::NotATime => tr!("reasons.not_a_time"),
        Reason::NoSuchPlayer => tr!("reasons.no_such_player"),
        Reason::NotADay => tr!("reasons.not_a_day"),
        Reason::DaysReversed => tr!("reasons.days_reversed"),
        Reason::DaysAtMost { max } => tr!("reasons.days_at_most", max = max),
        Reason::NotATimeZone => tr!("reasons.not_a_time_zone"),
        Reason::NotARate => tr!("reasons.not_a_rate"),
        Reason::InUse => tr!("reasons.in_use"),
        Reason::OfAnotherProject => tr!("reasons.of_another_project"),
        Reason::OneTooMany { of, max } => limit_text(*of, *max),
        Reason::Unreadable(cause) => tr!("reasons.unreadable", cause = cause),
        Reason::Account(reason) => account_text(reason),
        Reason::App(reason) => app_text(reason),
        Reason::SetUp(reason) => set_up_text(reason),
        Reason::Product(reason) => product_text(reason),
        Reason::File(reason) => file_text(reason),
        Reason::Receipt(reason) => receipt_text(reason),
        Reason::Simulator(reason) => simulator_text(reason),
        // No page shows these: they are answers to calls of the API and to commands, in English.
        Reason::Call(_) | Reason::Declared(_) | Reason::Start(_) => reason.to_string(),
    }
}

fn length_text(of: Unit, min: usize, max: usize) -> String {
    match of {
        Unit::Characters => tr!("reasons.length.characters", min = min, max = max),
        Unit::VisibleCharacters => tr!("reasons.length.visible_characters", min = min, max = max),
        Unit::VisibleAscii => tr!("reasons.length.visible_ascii", min = min, max = max),
        Unit::KeyCharacters => tr!("reasons.length.key_characters", min = min, max = max),
        Unit::Bytes => tr!("reasons.length.bytes", min = min, max = max),
        Unit::Rows => tr!("reasons.length.rows", min = min, max = max),
    }
}

fn limit_text(of: Kept, max: i64) -> String {
    match of {
        Kept::Members => tr!("reasons.one_too_many.members", max = max),
        Kept::Apps => tr!("reasons.one_too_many.apps", max = max),
        Kept::SecretKeys => tr!("reasons.one_too_many.secret_keys", max = max),
        Kept::Accounts => tr!("reasons.one_too_many.accounts", max = max),
        Kept::SavedViews => tr!("reasons.one_too_many.saved_views", max = max),
        Kept::Notes => tr!("reasons.one_too_many.notes", max = max),
        Kept::Projects => tr!("reasons.one_too_many.projects", max = max),
        Kept::Rates => tr!("reasons.one_too_many.rates", max = max),
    }
}

fn product_text(reason: &ProductReason) -> String {
    match reason {
        ProductReason::NoSuchProduct => tr!("reasons.product.no_such_product"),
        ProductReason::StoreProductIdTaken => tr!("reasons.product.store_product_id_taken"),
        ProductReason::NotAStoreProductId { max } => tr!("reasons.product.not_a_store_product_id", max = max),
        ProductReason::NotConfigured(product_id) => tr!("reasons.product.not_configured", product_id = product_id),
        ProductReason::SoldAsAnotherType { product_id, product_type } => {
            let product_type = product_type_name(*product_type);
            tr!("reasons.product.sold_as_another_type", product_id = product_id, product_type = product_type)
        }
        ProductReason::OfAnotherType(product_type) => {
            tr!("reasons.product.of_another_type", product_type = product_type_name(*product_type))
        }
        ProductReason::TypeFixed(product_type) => {
            tr!("reasons.product.type_fixed", product_type = product_type_name(*product_type))
        }
        ProductReason::OfUnknownType => tr!("reasons.product.of_unknown_type"),
        ProductReason::ListedTwice => tr!("reasons.product.listed_twice"),
        ProductReason::NoPurchase => tr!("reasons.product.no_purchase"),
        ProductReason::NotASubscription => tr!("reasons.product.not_a_subscription"),
        ProductReason::NeededForForm => tr!("reasons.product.needed_for_form"),
        ProductReason::NotATransactionId => tr!("reasons.product.not_a_transaction_id"),
    }
}

fn file_text(reason: &FileReason) -> String {
    match reason {
        FileReason::NotUtf8 => tr!("reasons.file.not_utf8"),
        FileReason::NotCsv => tr!("reasons.file.not_csv"),
        FileReason::RowsAtMost { max } => tr!("reasons.file.rows_at_most", max = max),
        FileReason::UnknownColumn(column) => tr!("reasons.file.unknown_column", column = column),
        FileReason::ColumnTwice(column) => tr!("reasons.file.column_twice", column = column),
        FileReason::NoColumn(column) => tr!("reasons.file.no_column", column = column),
        FileReason::Twice => tr!("reasons.file.twice"),
        FileReason::NoProducts => tr!("reasons.file.no_products"),
        FileReason::NoOrders => tr!("reasons.file.no_orders"),
        FileReason::OrderOfAnother => tr!("reasons.file.order_of_another"),
    }
}

fn receipt_text(reason: &ReceiptReason) -> String {
    match reason {
        ReceiptReason::Unknown => tr!("reasons.receipt.unknown"),
        ReceiptReason::NotAskable => tr!("reasons.receipt.not_askable"),
        ReceiptReason::OfAnotherPlayer => tr!("reasons.receipt.of_another_player"),
        ReceiptReason::OfAnotherProduct(product_id) => tr!("reasons.receipt.of_another_product", product_id = product_id),
        ReceiptReason::OfAnotherPayment => tr!("reasons.receipt.of_another_payment"),
        ReceiptReason::TakenBack => tr!("reasons.receipt.taken_back"),
        ReceiptReason::BeforeCharge => tr!("reasons.receipt.before_charge"),
        ReceiptReason::Recorded(payment) => tr!("reasons.receipt.recorded", payment = payment),
        ReceiptReason::MaybeRecorded(payment) => tr!("reasons.receipt.maybe_recorded", payment = payment),
        ReceiptReason::Refused(cause) => tr!("reasons.receipt.refused", cause = cause),
    }
}

fn simulator_text(reason: &SimulatorReason) -> String {
    match reason {
        SimulatorReason::PresentPlan => tr!("reasons.simulator.present_plan"),
        SimulatorReason::NotInShop => tr!("reasons.simulator.not_in_shop"),
        SimulatorReason::ClockBack => tr!("reasons.simulator.clock_back"),
        SimulatorReason::ClockTooFar => tr!("reasons.simulator.clock_too_far"),
        SimulatorReason::NotAMoment => tr!("reasons.simulator.not_a_moment"),
        SimulatorReason::NotThousandths { .. } => tr!("reasons.simulator.not_thousandths"),
        SimulatorReason::NotAPercentage => tr!("reasons.simulator.not_a_percentage"),
        SimulatorReason::DaysAtMost { max } => tr!("reasons.simulator.days_at_most", max = max),
        SimulatorReason::NotThisMachine => tr!("reasons.simulator.not_this_machine"),
        SimulatorReason::AddressesFull => tr!("reasons.simulator.addresses_full"),
        SimulatorReason::NotAnObject => tr!("reasons.simulator.not_an_object"),
        SimulatorReason::NotAPeriod { example } => tr!("reasons.simulator.not_a_period", example = example),
        SimulatorReason::Renews => tr!("reasons.simulator.renews"),
        SimulatorReason::NotSimulated => tr!("reasons.simulator.not_simulated"),
        SimulatorReason::SellsOnly => tr!("reasons.simulator.sells_only"),
    }
}
