//! The identity-aware proxy in front: whatever can be said in its name is tried, for each kind of proxy, and each lie is
//! refused for a reason of its own. The honest one passes beside them, and nobody is found by an address.
//!
//! [`scene`] is a house behind a proxy, [`table`] has the lies, [`life`] what follows from an honest assertion.

mod life;
mod scene;
mod table;
