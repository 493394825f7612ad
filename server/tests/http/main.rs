//! The program behind its hosts, called as a browser would: real provider, real passkeys (in software), real database,
//! a clock that the tests move. Files mirror the addresses they try.

#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping it")]

mod support;

mod alerts;
mod api_document;
mod assignments;
mod audit_logs;
mod clock;
mod codes;
mod codes_equal;
mod consent;
mod database_gone;
mod doors;
mod enrollment;
mod equal;
mod exports;
mod faults;
mod floor;
mod fuzz;
mod handoff;
mod hostile;
mod hosts;
mod identity_providers;
mod impersonate;
mod limits;
mod malformed;
mod monotone;
mod named;
mod narrowed;
mod network;
mod passkeys;
mod policies;
mod policy_changes;
mod processes;
mod provider_trials;
mod receipts;
mod reset;
mod responsibilities;
mod risk;
mod rooms;
mod running;
mod session_console;
mod sign_in;
mod sign_out;
mod slow;
mod staff;
mod staff_sessions;
mod step_up;
mod strangers;
mod sub_roles;
mod support_access;
mod surfaces;
mod tenant_export;
mod tenant_sessions;
mod tenant_sign_in;
mod trials;
mod users;
mod visit;
mod visit_ends;
mod webauthn;
mod whoami;
