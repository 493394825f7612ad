//! Who is behind the cookies on a tenant's host.
//!
//! A browser may hold two: that of a visit and that of a person's own sign-in. **The visit wins**, and keeps winning after
//! its end until the page that says so has taken its cookie away: nobody ever looks at a tenant as one person and believes
//! to be another. A visit's cookie that means nothing here (forged, of another tenant) is as good as none.

use stagedoor_core::action::Action;
use stagedoor_core::decision::Decision;
use stagedoor_core::id::ImpersonationId;
use stagedoor_core::impersonation::{VisitEnd, VisitState};
use stagedoor_core::resource::{PersonTarget, Resource};
use stagedoor_core::secret::Reference;
use stagedoor_store::impersonation::{self, Visit};
use stagedoor_store::tenant::Tenant;

use super::{Caller, MemberCaller, TenantOp, VisitCaller};
use crate::error::ServiceError;
use crate::state::Service;
use crate::touch::MemberSeen;
use crate::visitor::Visitor;

/// The references that a browser sent to a tenant's host.
#[derive(Debug, Clone, Copy, Default)]
pub struct TenantCookies<'a> {
    /// A visit's.
    pub visit: Option<&'a str>,
    /// A person's own session's.
    pub session: Option<&'a str>,
}

/// Where a visit stands that is not admitted any more.
#[derive(Debug, Clone)]
pub struct VisitOver {
    /// Why it ended.
    pub why: VisitEnd,
}

/// Who is behind the cookies.
pub enum TenantCaller {
    /// Somebody: a running visit, or a person of the tenant.
    Inside(TenantOp),
    /// A visit that is over: the page says so.
    Over(VisitOver),
    /// A person whose session or membership no longer holds.
    Refused(Decision),
    /// Nobody.
    Nobody,
}

/// Who is behind a visit's cookie.
enum Visiting {
    /// A visit that nobody has ended.
    Runs(Box<VisitCaller>),
    /// One that somebody has: whoever was on it is none of this side's business any more.
    Ended(VisitEnd),
    /// Nobody.
    Nobody,
}

impl Service {
    /// The call behind the cookies, on one tenant's host.
    ///
    /// # Errors
    /// Unavailable when the database is.
    pub async fn tenant_op(
        &self,
        visitor: Visitor,
        tenant: Tenant,
        cookies: TenantCookies<'_>,
        path: &str,
    ) -> Result<TenantCaller, ServiceError> {
        let member = self.find_member_caller(&tenant, cookies.session).await?;
        match self.find_visit_caller(&tenant, cookies.visit).await? {
            Visiting::Runs(mut visit) => {
                visit.sets_aside = member.map(|member| member.member.email);
                let op = TenantOp::new(self, visitor, tenant, Caller::Visit(visit), path);
                return Ok(self.admit_visit(op));
            }
            Visiting::Ended(why) => return Ok(TenantCaller::Over(VisitOver { why })),
            Visiting::Nobody => {}
        }
        let Some(member) = member else {
            return Ok(TenantCaller::Nobody);
        };
        let op = TenantOp::new(self, visitor, tenant, Caller::Member(Box::new(member)), path);
        Ok(self.admit_member(op))
    }

    async fn find_visit_caller(
        &self,
        tenant: &Tenant,
        cookie: Option<&str>,
    ) -> Result<Visiting, ServiceError> {
        let Some(reference) = cookie.and_then(Reference::parse) else {
            return Ok(Visiting::Nobody);
        };
        let found = impersonation::find_by_reference(&mut self.db().reader(), &reference.digest()).await?;
        let Some(visit) = found.filter(|visit| visit.tenant == tenant.id) else {
            return Ok(Visiting::Nobody);
        };
        if let VisitState::Ended { why, .. } = visit.state {
            return Ok(Visiting::Ended(why));
        }
        let id = visit.id;
        Ok(match VisitCaller::load(self, visit, self.now()).await? {
            Some(caller) => Visiting::Runs(Box::new(caller)),
            None => Visiting::Ended(self.ended_meanwhile(id).await?),
        })
    }

    /// Why a visit ended between two looks at it.
    async fn ended_meanwhile(&self, id: ImpersonationId) -> Result<VisitEnd, ServiceError> {
        let found = impersonation::find(&mut self.db().reader(), id).await?;
        Ok(match found {
            Some(Visit {
                state: VisitState::Ended { why, .. },
                ..
            }) => why,
            _ => VisitEnd::SessionEnded,
        })
    }

    async fn find_member_caller(
        &self,
        tenant: &Tenant,
        cookie: Option<&str>,
    ) -> Result<Option<MemberCaller>, ServiceError> {
        match cookie.and_then(Reference::parse) {
            Some(reference) => MemberCaller::load(self, tenant, &reference.digest()).await,
            None => Ok(None),
        }
    }

    fn admit_visit(&self, op: TenantOp) -> TenantCaller {
        let Caller::Visit(visit) = op.caller() else {
            return TenantCaller::Nobody;
        };
        if let Some(why) = visit.over(&self.policy(), op.tenant(), op.now()) {
            return TenantCaller::Over(VisitOver { why });
        }
        if op.visitor().keeps_alive(&op.would(Action::PortalView).verdicts) {
            self.touches().visit(visit.visit.id, op.now());
            // An impersonated call is activity of the person behind it, too.
            self.touches().session(visit.standing.session.id, op.now());
        }
        TenantCaller::Inside(op)
    }

    /// Only whether the session holds is asked here; each action asks for what it needs itself.
    fn admit_member(&self, op: TenantOp) -> TenantCaller {
        let Caller::Member(caller) = op.caller() else {
            return TenantCaller::Nobody;
        };
        let own = PersonTarget {
            tenant: op.tenant().id,
            person: Some(caller.member.id),
        };
        let decision = op.would_on(Action::UserSignOut, own.facts());
        if !decision.is_permit() {
            return TenantCaller::Refused(decision);
        }
        let seen = MemberSeen {
            tenant: op.tenant().id,
            member: caller.member.id,
            at: op.now(),
        };
        self.touches().member(caller.session.id, seen);
        TenantCaller::Inside(op)
    }

    /// Why the visit behind a cookie is over, for the page that says so; `None` when there is nothing to tell.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn why_over(
        &self,
        tenant: &Tenant,
        cookie: Option<&str>,
    ) -> Result<Option<VisitEnd>, ServiceError> {
        Ok(match self.find_visit_caller(tenant, cookie).await? {
            Visiting::Runs(visit) => visit.over(&self.policy(), tenant, self.now()),
            Visiting::Ended(why) => Some(why),
            Visiting::Nobody => None,
        })
    }
}
