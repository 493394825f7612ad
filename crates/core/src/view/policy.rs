//! Policies: the declarations that guard the console, and what the simulator answers.

mod card;
mod guard;
mod shut_out;
mod simulation;

use serde::{Deserialize, Serialize};

pub use card::{NarrowingView, PolicyCard, canonical};
pub use guard::GuardRow;
pub use shut_out::{ShutFrom, ShutOut};
pub use simulation::{Answer, Ending, Simulation};

use crate::id::StaffId;
use crate::role::StaffRole;
use crate::view::staff::PostLine;

/// A range of addresses that staff may come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkLine {
    /// Its name.
    pub name: String,
    /// What kind of way in it is.
    pub kind: String,
    /// The range.
    pub range: String,
}

/// A member of staff to simulate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonChoice {
    /// Who.
    pub id: StaffId,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: StaffRole,
}

/// The Policies page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoliciesView {
    /// Where staff may come from.
    pub networks: Vec<NetworkLine>,
    /// The guard policies that come with the program.
    pub shipped: Vec<PolicyCard>,
    /// Those that are declared beside them.
    pub declared: Vec<PolicyCard>,
    /// The declaration of every action for every role asked about.
    pub guards: Vec<GuardRow>,
    /// What a session may be viewed as: each role, and each sub-role with its role.
    pub views: Vec<PostLine>,
}
