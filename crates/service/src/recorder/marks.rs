//! What every entry of a member of staff bears, whatever it tells of: that what they hold is temporary, the sub-role that narrows
//! them, what their session is narrowed to, and the proof that allowed the call. It goes with who acts, so that nothing that is
//! recorded of them can forget it.

use std::collections::BTreeMap;

use stagedoor_core::audit::{Field, Flag};
use stagedoor_core::id::StepUpId;
use stagedoor_core::narrowed::Narrowed;
use stagedoor_core::time::Timestamp;
use stagedoor_store::staff::Staff;

use super::Story;
use crate::narrow;

/// The marks of who acts.
#[derive(Debug, Clone)]
pub(crate) struct Marks {
    flags: Vec<Flag>,
    facts: BTreeMap<Field, String>,
}

impl Marks {
    /// Those of whoever is no member of staff, and of the program itself.
    pub(crate) const fn none() -> Self {
        Self {
            flags: Vec::new(),
            facts: BTreeMap::new(),
        }
    }

    /// Those of a member of staff at a moment.
    pub(crate) fn of(staff: &Staff, now: Timestamp) -> Self {
        let mut marks = Self::none();
        marks
            .flags
            .extend(staff.is_temporary(now).then_some(Flag::Temporary));
        if let Some(name) = &staff.sub_role {
            marks.facts.insert(Field::SubRole, name.to_string());
        }
        marks
    }

    /// The same in a session, which may be narrowed.
    pub(crate) fn in_session(mut self, narrowed: &Narrowed) -> Self {
        narrow::mark(&mut self.facts, narrowed);
        self
    }

    /// The same in a call that brought a fresh proof.
    pub(crate) fn with_proof(mut self, proof: Option<StepUpId>) -> Self {
        let proof = proof.map(|proof| (Field::StepUp, proof.to_string()));
        self.facts.extend(proof);
        self
    }

    /// A story with these marks; what it says itself stays.
    pub(super) fn put(&self, mut story: Story) -> Story {
        for flag in &self.flags {
            if !story.flags.contains(flag) {
                story.flags.push(*flag);
            }
        }
        for (field, said) in &self.facts {
            story.facts.entry(*field).or_insert_with(|| said.clone());
        }
        story
    }
}
