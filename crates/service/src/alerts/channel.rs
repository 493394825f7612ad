//! The ways out of the house: what the installation set up. A way that it did not set up is said to be off, and nothing waits
//! for it.

use super::mail::Mail;
use super::webhook::Webhook;

/// How alerts leave the house.
#[derive(Clone, Default)]
pub struct Channels {
    /// Letters.
    pub mail: Option<Mail>,
    /// The installation's own receiver.
    pub webhook: Option<Webhook>,
}
