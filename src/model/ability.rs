/// Something only some stores offer, or this server can't ask of all of them; pages and jobs offer what the app's store can.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ability {
    /// Ask how a purchase or a subscription stands now.
    Fetch,
    /// Ask which purchase the number on a player's receipt is of.
    FindByReceiptNumber,
    /// Make a subscription's paid period longer.
    Extend,
    /// Sign a subscription offer for a player.
    SignOffer,
    /// List the notifications it sent.
    ListNotifications,
    /// List what it took back from a customer.
    ListRefunds,
    /// Sell in a sandbox to the testers of an app that sells to everybody.
    SandboxBesideLive,
}
