//! The audit entry: its catalogue of events, its shape, its canonical bytes, and the sentence people read.
//!
//! An entry is drafted by a use case, sealed at commit (when its time is known), and stored for ever as the very
//! bytes that were sealed. Nothing here updates or deletes an entry, and nothing re-encodes one.

pub mod canonical;
pub mod checkpoint;
pub mod cosignature;
pub mod entry;
pub mod event;
pub mod export;
pub mod field;
pub mod key;
pub mod leaf;
pub mod note;
pub mod proof;
pub mod receipt;
pub mod record;
pub mod seal;
pub mod sentence;
mod vkey;
pub mod witness;

pub use entry::{
    AuditBatch, Change, Entry, Flag, LogScope, Outcome, Personal, Read, SealedEntry, Slot, Target,
};
pub use event::{Criticality, Emission, Event, EventScope, Noun, Retention, Undeclared};
pub use field::Field;
pub use record::Record;
