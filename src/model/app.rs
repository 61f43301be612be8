use super::text_enum::text_enum;

text_enum! {
    /// The shop a purchase was made in.
    StoreCode {
        GooglePlay = "GG",
        AppStore = "AS",
        OneStore = "ONESTORE",
        Test = "TEST",
    }
}

text_enum! {
    /// Which world an app (or a payment) belongs to; never mixed without saying so.
    Environment {
        Live = "LIVE",
        Sandbox = "SANDBOX",
        Simulator = "SIMULATOR",
    }
}

text_enum! {
    /// Whether an app or product is offered. Nothing is ever deleted, only stopped.
    UseStatus {
        Use = "USE",
        Stop = "STOP",
    }
}
