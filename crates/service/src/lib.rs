//! The use cases of Stagedoor: the only place where policy, storage, cryptography and time meet.
//!
//! A use case asks the core, does its work in one transaction, and commits it with its audit entries. This crate knows
//! neither HTTP nor pages; its errors become public ones in one place ([`error::ServiceError::public`]).
// The futures of the use cases nest deeply: each call, its transaction, its retries.
#![recursion_limit = "256"]

pub mod alerts;
pub mod audit;
mod back_channel;
mod ceremony;
pub mod codes;
pub mod crypto;
pub mod cursor;
pub mod declared;
mod device;
pub mod directory;
pub mod duties;
pub mod enrolment;
pub mod erasure;
pub mod error;
pub mod export;
pub mod flash;
pub mod frame;
pub mod identity_providers;
pub mod impersonation;
mod in_force;
pub mod jobs;
pub mod log;
pub mod metrics;
pub mod named;
pub mod narrow;
pub mod network;
pub mod op;
pub mod overview;
pub mod passkeys;
mod people;
pub mod person;
pub mod personal;
pub mod policies;
pub mod portal;
pub mod proxy;
pub mod query;
mod readiness;
mod recent;
mod recorder;
pub mod refusals;
mod retry;
pub mod risk;
pub mod roles;
pub mod seed;
pub mod session;
pub mod sessions;
pub mod settings;
pub mod sign_in;
pub mod staff;
pub mod state;
pub mod status;
mod steady;
pub mod step_up;
pub mod support_access;
pub mod system;
pub mod tenant_op;
pub mod tenant_session;
pub mod tenant_sign_in;
pub mod tenants;
#[cfg(feature = "testing")]
pub mod testing;
pub mod token;
mod touch;
pub mod trend;
pub mod trial;
pub mod visitor;
mod ways_in;
pub mod whoami;

pub use ceremony::Fault;
pub use error::{ServiceError, SignInFailure};
pub use log::LogParts;
pub use op::StaffOp;
pub use proxy::ProxySettings;
pub use settings::{Origins, Settings};
pub use state::{Parts, Service};
pub use tenant_op::{TenantCaller, TenantCookies, TenantOp};
pub use visitor::{Attention, Visitor, Way};
