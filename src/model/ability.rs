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
    /// List what it took back from anybody.
    ListVoided,
    /// Be told that a buyer has what was bought: purchases that nobody acknowledges are given back.
    Finish,
    /// Stop a subscription's renewal.
    Cancel,
    /// Take a cancellation back.
    Reactivate,
    /// End a subscription at once and give money back.
    Revoke,
    /// Give a purchase's money back.
    Refund,
    /// Move a subscription's next charge into the future.
    Defer,
    /// List the products of its own catalog.
    ListCatalog,
    /// Verify every purchase late, by its token: no reservation that nobody brought a proof for is corrected by hand.
    VerifyLate,
    /// Sell in a sandbox to the testers of an app that sells to everybody.
    SandboxBesideLive,
}
