//! An alert in words, made when it leaves: a letter with names, for people; a call with ids alone, for programs.

use serde::Serialize;
use stagedoor_core::audit::sentence::Part;
use stagedoor_core::id::{AlertId, StaffId};
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::audit::AuditLine;
use stagedoor_store::alert::{self, Alert};
use stagedoor_store::staff::Staff;

use super::inbox::cause;
use super::mail::Letter;
use crate::state::Service;

/// The longest subject, in characters.
const SUBJECT_MAX: usize = 150;

/// What the webhook is told. No name and no address leaves: who wants them asks with the ids.
#[derive(Serialize)]
struct Call<'a> {
    r#type: &'static str,
    id: AlertId,
    installation: &'a str,
    event: &'a str,
    severity: &'a str,
    entry_id: String,
    about_id: Option<StaffId>,
    raised_at: Timestamp,
    due_at: Timestamp,
    url: String,
}

impl Service {
    fn alert_address(&self, id: AlertId) -> String {
        format!("{}/alerts/{id}", self.settings().origins.staff)
    }

    /// What the webhook is told of an alert.
    pub(super) fn call_of(&self, one: &Alert) -> Result<String, serde_json::Error> {
        serde_json::to_string(&Call {
            r#type: "alert.raised",
            id: one.id,
            installation: &self.settings().installation,
            event: &one.event,
            severity: &one.severity,
            entry_id: one.entry.to_string(),
            about_id: one.about,
            raised_at: one.raised,
            due_at: one.due,
            url: self.alert_address(one.id),
        })
    }

    /// The letter about an alert to somebody. `recipient` is whether they have it in their inbox, or it was done to them.
    pub(super) fn letter_of(&self, one: &Alert, line: Option<&AuditLine>, to: &Staff, why: Why) -> Letter {
        let words: Vec<String> = cause(one, line)
            .iter()
            .map(|part: &Part| part.as_str().to_owned())
            .collect();
        let sentence = words.join(" ");
        let installation = &self.settings().installation;
        let subject = format!("[{installation}] {}: {sentence}", heading(one));
        let about = alert::event(one).map_or("", |event| event.about());
        let ask = match why {
            Why::SuperAdmin => format!(
                "Look at it and acknowledge it by {}:\n{}\n\nYou are told because you are a super admin of {installation}.",
                one.due,
                self.alert_address(one.id)
            ),
            Why::Concerned => format!("You are told because it was done to your account at {installation}."),
        };
        let text = format!(
            "{sentence}\n\n{about}\nWhen: {}\nEvent: {}\nAlert: {}\n\n{ask}\n\
             If nobody was expected to do this, speak to a super admin at once, by another way than this letter.\n",
            one.raised, one.event, one.id
        );
        Letter {
            id: format!("{}.{}", one.id, to.id),
            at: self.now(),
            to: to.email.clone(),
            subject: subject.chars().take(SUBJECT_MAX).collect(),
            text,
        }
    }
}

/// Why somebody gets a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// It is theirs to acknowledge.
    SuperAdmin,
    /// It was done to them.
    Concerned,
}

fn heading(one: &Alert) -> &'static str {
    match one.severity.as_str() {
        "critical" => "Critical alert",
        "routine" => "Test alert",
        _ => "Alert",
    }
}
