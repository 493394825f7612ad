//! Identity providers: the list, one of them, and what super admins may do: add one, change it, test its connection, trust it
//! or not (spec 01 "Workforce", "Signing in" 1).
//!
//! Nobody gets in through a provider that is not trusted, and one is trusted only after its connection was tested with the
//! settings that it has. What people sign in by changes as a trial, and stays only once somebody has shown that they can still
//! sign in (ADR 0025). Nobody takes the trust from the provider that they are signed in through themselves.

mod change;
mod list;
mod patch;
mod people;
mod preview;
mod test;
mod tried;

pub use change::{NewProvider, change, create};
pub use list::{list, may_write, one};
pub use patch::{LeftOut, ProviderPatch};
pub use people::people;
pub use preview::{SAMPLE_MAX, preview};
pub use test::test;
pub(crate) use tried::{TriedProvider, missing, providers_of, same_world, settle};

use stagedoor_core::action::kind::IdpWrite;
use stagedoor_core::audit::{Event, Outcome, Target};
use stagedoor_core::id::ProviderId;
use stagedoor_core::input::Justification;
use stagedoor_core::resource::Platform;
use stagedoor_store::provider::{self, Listed, Provider};

use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::recorder::Story;

/// What stands against a change that takes the last way in.
const LAST_WAY: &str =
    "No super admin could sign in any more. Leave a trusted provider that lets a permanent super admin in.";

/// What is told of a provider in an entry.
fn about(event: Event, provider: Option<&Provider>) -> Story {
    let mut story = Story::new(event);
    story.target = provider.map(|provider| Target::Other("identity_provider", provider.name.clone()));
    story
}

/// Asks for the right to change providers, with a reason.
async fn permitted(op: &StaffOp, mut story: Story, reason: &str) -> Result<Story, ServiceError> {
    let typed: String = reason.trim().chars().take(500).collect();
    story.reason = Some(typed).filter(|text| !text.is_empty());
    let granted = op.require_about::<IdpWrite>(&Platform, story.clone()).await?;
    let reason = Justification::parse(reason).map_err(ServiceError::field)?;
    let permit = granted.discharge(reason);
    story.reason = Some(permit.owed().as_str().to_owned());
    story.verdicts = Some(permit.decision().verdicts);
    Ok(story)
}

/// Finds a provider once it is clear that the caller may change some.
async fn asked(
    op: &StaffOp,
    id: ProviderId,
    event: Event,
    reason: &str,
) -> Result<(Listed, Story), ServiceError> {
    let found = provider::find_listed(&mut op.service().db().reader(), id).await?;
    let story = about(event, found.as_ref().map(|found| &found.provider));
    let story = permitted(op, story, reason).await?;
    match found {
        Some(found) => Ok((found, story)),
        None => Err(op.nothing_there(event, None).await),
    }
}

/// Writes down that it does not go, then gives the error to return.
async fn refused(op: &StaffOp, mut story: Story, code: &'static str, error: ServiceError) -> ServiceError {
    story.outcome = Outcome::Failed(code);
    op.refused_with(story, error).await
}
