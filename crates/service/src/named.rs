//! Administrators whom the configuration file names, by their subject at a provider that it declares, the proxy in front among
//! them: an account for each who
//! has none, made at start, which they enrol in with that identity and a passkey, without a token (decision 3).
//!
//! Nobody is found by address here: an address that is somebody else's stops the start. Who was deactivated stays so.

use stagedoor_core::audit::{Event, Field, Target};
use stagedoor_core::input::FieldError;
use stagedoor_core::provider::ProviderKind;
use stagedoor_core::role::{Scope, StaffRole};
use stagedoor_core::staff::{CLAIM_TTL, StaffState};
use stagedoor_store::code;
use stagedoor_store::provider::{self, Provider};
use stagedoor_store::staff::{self, NewStaff, Staff};

use crate::error::ServiceError;
use crate::op::person;
use crate::recorder::Story;
use crate::staff::input::{checked_email, checked_name};
use crate::state::Service;
use crate::system::fresh_id;

/// Where the file names those of a provider. A subject means somebody at one provider, never at another.
const fn key(kind: ProviderKind) -> &'static str {
    match kind {
        ProviderKind::Oidc => "identity_provider.administrators",
        ProviderKind::Proxy(_) => "proxy.administrators",
    }
}

const WHY: &str = "Named by the configuration file";

/// An administrator as the file names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclaredAdministrator {
    /// Their subject at the provider.
    pub subject: String,
    /// Their name.
    pub name: String,
    /// Their address, to write to; they are never found by it.
    pub email: String,
}

impl Service {
    /// Makes an account for each administrator that has none. Whoever has one keeps it as it is.
    ///
    /// # Errors
    /// Invalid, with the configuration's key, when the provider is unknown or an address is somebody else's; when the database
    /// cannot be used.
    pub async fn declare_administrators(
        &self,
        issuer: &str,
        named: &[DeclaredAdministrator],
    ) -> Result<(), ServiceError> {
        let known = provider::list(&mut self.db().reader()).await?;
        let Some(provider) = known.into_iter().find(|known| known.issuer == issuer) else {
            let words = format!("{issuer} is no identity provider that is known here.");
            return Err(wrong(ProviderKind::Oidc, words));
        };
        for one in named {
            if self.is_new(&provider, one).await? {
                self.make_administrator(&provider, one).await?;
            }
        }
        Ok(())
    }

    async fn is_new(&self, provider: &Provider, named: &DeclaredAdministrator) -> Result<bool, ServiceError> {
        let ex = &mut self.db().reader();
        if let Some(known) = staff::find_by_identity(ex, provider.id, &named.subject, self.now()).await? {
            if known.state == StaffState::Deactivated {
                let key = key(provider.kind);
                tracing::warn!(target: "stagedoor", staff = %known.id, "{key} names somebody who was deactivated, which is for ever: take the line out");
            }
            return Ok(false);
        }
        match staff::find_by_address(ex, &named.email, self.now()).await? {
            None => Ok(true),
            // On their way back with a token, which brings the identity.
            Some(other) if other.identity.is_none() && other.state == StaffState::Invited => Ok(false),
            Some(other) => {
                let words = format!(
                    "names {} for the subject {}, and this address belongs to another account ({}). Give the address of the \
                     person with this subject, or correct the subject.",
                    named.email, named.subject, other.id
                );
                Err(wrong(provider.kind, words))
            }
        }
    }

    async fn make_administrator(
        &self,
        provider: &Provider,
        named: &DeclaredAdministrator,
    ) -> Result<(), ServiceError> {
        let now = self.now();
        let staff = Staff {
            id: fresh_id(self.rng(), now),
            email: checked_email(&named.email)
                .map_err(|_| wrong(provider.kind, format!("{} is no address.", named.email)))?,
            name: checked_name(&named.name)
                .map_err(|_| wrong(provider.kind, format!("{} is no name.", named.name)))?,
            role: StaffRole::SuperAdmin,
            state: StaffState::Invited,
            identity: Some((provider.id, named.subject.clone())),
            scope: Scope::All,
            account_until: None,
            acknowledged: None,
            sub_role: None,
            lapses: staff::Lapses::default(),
        };
        let mut story = Story::new(Event::StaffDeclare);
        story.target = Some(Target::Staff(staff.id));
        story.target_person = Some(person(&staff));
        story.facts.insert(Field::Source, "configuration file".to_owned());
        let batch = self.record_own(story).await?;
        let new = NewStaff {
            staff,
            justification: WHY.to_owned(),
        };
        self.db()
            .write(move |mut tx| {
                let (new, batch) = (new.clone(), batch.clone());
                Box::pin(async move {
                    staff::insert(&mut tx, &new, now).await?;
                    Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
                })
            })
            .await
    }

    /// Lets somebody whom the file names begin to enrol, now that their identity is proven. Their account as it is then; `None`
    /// for everybody else.
    pub(crate) async fn claim_named(
        &self,
        provider: &Provider,
        staff: &Staff,
    ) -> Result<Option<Staff>, ServiceError> {
        let waits = matches!(
            staff.state,
            StaffState::Invited | StaffState::Claimed { until: Some(_) }
        );
        if !waits || !self.is_named_at(provider, staff) {
            return Ok(None);
        }
        let now = self.now();
        let mut story = Story::new(Event::StaffEnrol);
        story.target = Some(Target::Staff(staff.id));
        story.target_person = Some(person(staff));
        story.facts.insert(Field::Provider, provider.name.clone());
        let batch = self.record_own(story).await?;
        let (id, until) = (staff.id, now.plus(CLAIM_TTL));
        let claimed = self
            .db()
            .write(move |mut tx| {
                let batch = batch.clone();
                Box::pin(async move {
                    if !staff::claim_named(&mut tx, id, until, now).await? {
                        return Err(ServiceError::Moved);
                    }
                    code::void(&mut tx, id).await?;
                    Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
                })
            })
            .await;
        match claimed {
            // A claim that still runs, or somebody with a token: nothing to begin.
            Err(ServiceError::Moved) => Ok(None),
            Err(error) => Err(error),
            Ok(()) => Ok(staff::find(&mut self.db().reader(), id, now).await?),
        }
    }
}

fn wrong(kind: ProviderKind, words: String) -> ServiceError {
    ServiceError::field(FieldError::new(key(kind), words))
}
