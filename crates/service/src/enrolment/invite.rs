//! The operator's side: the first super admin, and the way back for one who lost everything. Both come from the command
//! line of the server, so that who owns the machine can always get in, and nobody else (spec 01 "Signing in" 4).

use std::fmt;

use stagedoor_core::audit::{AuditBatch, Event, Field, Target};
use stagedoor_core::id::{SessionId, StaffId};
use stagedoor_core::impersonation::VisitEnd;
use stagedoor_core::input::FieldError;
use stagedoor_core::role::{Scope, StaffRole};
use stagedoor_core::secret::{Reference, ReferenceDigest};
use stagedoor_core::session::SessionEnd;
use stagedoor_core::staff::{StaffState, TOKEN_TTL};
use stagedoor_core::time::Timestamp;
use stagedoor_store::db::Executor;
use stagedoor_store::staff::{self, NewStaff, Staff};
use stagedoor_store::{WriteTx, code, passkey, session, sign_in};

use crate::error::ServiceError;
use crate::impersonation::end_told_visits;
use crate::op::person;
use crate::recorder::{Acting, Story};
use crate::retry::again;
use crate::staff::input::{checked_email, checked_name};
use crate::state::Service;
use crate::system::{fresh_id, fresh_reference};
use crate::visitor::Visitor;

/// Who is to be the first super admin.
#[derive(Debug, Clone)]
pub struct Admin {
    /// Their address at the identity provider.
    pub email: String,
    /// Their name.
    pub name: String,
}

/// A token that was just made. It is shown once, and cannot be had again.
pub struct Issued {
    token: Reference,
    /// When it stops to hold.
    pub until: Timestamp,
    /// Whom it is for.
    pub email: String,
}

impl fmt::Debug for Issued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issued")
            .field("until", &self.until)
            .finish_non_exhaustive()
    }
}

impl Issued {
    /// A token that was just made.
    pub(crate) const fn new(token: Reference, until: Timestamp, email: String) -> Self {
        Self { token, until, email }
    }

    /// What is kept of it.
    pub(crate) fn digest(&self) -> ReferenceDigest {
        self.token.digest()
    }

    /// The token itself.
    #[must_use]
    pub fn expose(&self) -> String {
        self.token.expose()
    }
}

const ENROLLED: &str = "A super admin is enrolled already: further ones are invited in the console. Who lost everything comes back with `stagedoor recover`.";

/// What an invitation from the command line changes.
#[derive(Clone)]
struct Change {
    staff: Staff,
    fresh: bool,
    token: ReferenceDigest,
    until: Timestamp,
    sessions: Vec<SessionId>,
    batch: AuditBatch,
    now: Timestamp,
}

impl Service {
    /// Invites the first super admin. One who is still pending is replaced, token and all.
    ///
    /// # Errors
    /// Conflict when a super admin is enrolled already; invalid with the field `email` or `name`.
    pub async fn bootstrap(&self, admin: &Admin) -> Result<Issued, ServiceError> {
        let (email, name) = checked(admin)?;
        let ex = &mut self.db().reader();
        let pending = staff::pending_super_admins(ex, self.now())
            .await?
            .into_iter()
            .next();
        let fresh = pending.is_none();
        let staff = Staff {
            id: pending.map_or_else(|| fresh_id(self.rng(), self.now()), |pending| pending.id),
            email,
            name,
            role: StaffRole::SuperAdmin,
            state: StaffState::Invited,
            identity: None,
            scope: Scope::All,
            account_until: None,
            acknowledged: None,
            sub_role: None,
            lapses: staff::Lapses::default(),
        };
        again(|| self.issue(Event::StaffBootstrap, &staff, fresh)).await
    }

    /// Lets a super admin who lost everything enrol again: passkeys, identity and sessions go.
    ///
    /// # Errors
    /// Invalid with the field `staff` for anybody else.
    pub async fn recover(&self, email: &str) -> Result<Issued, ServiceError> {
        let ex = &mut self.db().reader();
        let found = staff::find_by_address(ex, email, self.now()).await?;
        let Some(staff) = found.filter(|staff| staff.role == StaffRole::SuperAdmin) else {
            return Err(field("staff", "No super admin has this address."));
        };
        if staff.state.invite_again().is_err() {
            return Err(field("staff", "This account was deactivated, which is for ever."));
        }
        again(|| self.issue(Event::StaffRecover, &staff, false)).await
    }

    /// Makes a fresh token for somebody who is invited and has not come yet; the former one is void.
    ///
    /// # Errors
    /// Conflict unless they are invited.
    pub async fn reissue(&self, id: StaffId) -> Result<Issued, ServiceError> {
        let found = staff::find(&mut self.db().reader(), id, self.now()).await?;
        let staff = found.ok_or(ServiceError::NotFound)?;
        if staff.state != StaffState::Invited {
            return Err(ServiceError::Conflict(
                "Only somebody who is invited has an enrollment token.",
            ));
        }
        again(|| self.issue(Event::StaffReissue, &staff, false)).await
    }

    async fn issue(&self, event: Event, staff: &Staff, fresh: bool) -> Result<Issued, ServiceError> {
        let now = self.now();
        let sessions = open_sessions(&mut self.db().reader(), staff.id).await?;
        let token = fresh_reference(self.rng());
        let until = now.plus(TOKEN_TTL);
        let email = staff.email.clone();
        let change = Change {
            batch: self.tell(event, staff, &sessions).await?,
            token: token.digest(),
            staff: staff.clone(),
            fresh,
            until,
            sessions,
            now,
        };
        self.db()
            .write(move |mut tx| {
                let change = change.clone();
                Box::pin(async move {
                    apply(&mut tx, event, &change).await?;
                    Ok::<_, ServiceError>(tx.commit(change.batch, ()).await?)
                })
            })
            .await?;
        Ok(Issued { token, until, email })
    }

    /// The entries: one of the invitation, and one for each visit that ends with a session.
    async fn tell(
        &self,
        event: Event,
        staff: &Staff,
        sessions: &[SessionId],
    ) -> Result<AuditBatch, ServiceError> {
        let now = self.now();
        let visitor = Visitor::new(fresh_id(self.rng(), now), None, "");
        let acting = Acting::itself();
        let mut story = Story::new(event);
        story.target = Some(Target::Staff(staff.id));
        story.target_person = Some(person(staff));
        story.facts.insert(Field::Source, "command line".to_owned());
        story
            .facts
            .insert(Field::SessionsEnded, sessions.len().to_string());
        let mut batch = self.record(&visitor, &acting, story, now).await?;
        for session in sessions {
            let ends = self
                .visit_ends_of_session(&visitor, &acting, *session, now)
                .await?;
            batch = ends.into_iter().fold(batch, AuditBatch::and_all);
        }
        Ok(batch)
    }
}

async fn apply(tx: &mut WriteTx, event: Event, change: &Change) -> Result<(), ServiceError> {
    let Change {
        staff,
        token,
        until,
        now,
        ..
    } = change;
    // Asked where nothing can come between: of two bootstraps at once, or one beside an enrolment, one is refused.
    if event == Event::StaffBootstrap && staff::count_super_admins(tx).await? > 0 {
        return Err(ServiceError::Conflict(ENROLLED));
    }
    if change.fresh {
        if !staff::pending_super_admins(tx, *now).await?.is_empty() {
            return Err(ServiceError::Conflict(
                "Somebody else is doing the same. Look again.",
            ));
        }
        let justification = "The first super admin, from the command line".to_owned();
        let new = NewStaff {
            staff: staff.clone(),
            justification,
        };
        staff::insert(tx, &new, *now).await?;
    }
    if !staff::invite(tx, staff.id, token, *until).await? {
        return Err(ServiceError::Conflict("This account was deactivated meanwhile."));
    }
    if event == Event::StaffBootstrap {
        staff::rename(tx, staff.id, &staff.email, &staff.name).await?;
    }
    passkey::revoke_all(tx, staff.id, *now).await?;
    code::void(tx, staff.id).await?;
    sign_in::delete_of_staff(tx, staff.id).await?;
    // Exactly what the entries tell of ends: a session that began in between would live again once its person has enrolled.
    if open_sessions(tx, staff.id).await? != change.sessions {
        return Err(ServiceError::Moved);
    }
    for session in &change.sessions {
        if !session::end(tx, *session, *now, SessionEnd::Revoked).await? {
            return Err(ServiceError::Moved);
        }
    }
    end_told_visits(tx, &change.batch, *now, VisitEnd::SessionEnded).await
}

/// What somebody is signed in with.
async fn open_sessions(ex: &mut impl Executor, id: StaffId) -> Result<Vec<SessionId>, ServiceError> {
    let open = session::list_of_staff(ex, id).await?;
    Ok(open.into_iter().map(|session| session.id).collect())
}

fn field(name: &'static str, words: &str) -> ServiceError {
    ServiceError::field(FieldError::new(name, words.to_owned()))
}

fn checked(admin: &Admin) -> Result<(String, String), ServiceError> {
    Ok((checked_email(&admin.email)?, checked_name(&admin.name)?))
}
