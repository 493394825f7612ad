//! A house with everything in it, and browsers that walk through it.

mod answer;
pub(crate) mod authenticator;
mod browser;
mod house;
mod staff;
mod steps;

pub(crate) use answer::{Answer, sentences};
pub(crate) use authenticator::{ATTESTED, Authenticator, Draft, base64url, cbor_bytes};
pub(crate) use browser::Browser;
pub(crate) use house::House;
pub(crate) use staff::{HOUR, WHY, moment};

pub(crate) const STAFF: &str = "https://admin.stagedoor.test";
const SUFFIX: &str = "app.stagedoor.test";

/// The demo's owner of Acme, and their password (spec 08).
pub(crate) const VAL: &str = "val@acme.com";
pub(crate) const PASSWORD: &str = "stagedoor-demo-val";

/// A tenant's origin.
pub(crate) fn tenant(slug: &str) -> String {
    format!("https://{slug}.{SUFFIX}")
}
