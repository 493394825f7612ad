//! A provider that means us harm, over real HTTP: everything that it can say is tried, each refused for a reason of its own
//! that only the audit tells, and the honest one passes beside them.
//!
//! [`provider`] is what it answers, [`attempt`] one sign-in through it; [`table`] has a row for each lie about an identity,
//! [`logout`] for each about a sign-out; [`mixed`] answers that come to another's address; [`device`] what it says of devices; [`flood`] counts what a flood of them asks of the provider. [`proxy`] is the same of the
//! identity-aware proxies in front.

mod attempt;
mod device;
mod entrance;
mod flood;
mod logout;
mod mixed;
mod provider;
mod proxy;
mod table;
mod trust;
