//! Who am I: the person, what they may do, their session, and how the server sees their request (spec 01 "Locking oneself
//! out"). It changes nothing, records nothing, and is answered from any network, so that a rule can be written from facts.

use stagedoor_core::action::Action;
use stagedoor_core::action::kind::SessionViewOwn;
use stagedoor_core::assurance::FactorKind;
use stagedoor_core::guard::ProxyFact;
use stagedoor_core::resource::SessionTarget;
use stagedoor_core::role::Scope;
use stagedoor_core::view::frame::{GuardView, PersonView};
use stagedoor_core::view::whoami::{
    HeldPermission, OwnSession, ProxySeen, ProxyStanding, ReachView, SeenRequest, WhoAmI,
};
use stagedoor_store::tenant;

use crate::device::device;
use crate::error::ServiceError;
use crate::frame::{countdown, label, role_words};
use crate::narrow::narrowed_view;
use crate::op::StaffOp;

/// Most tenants that are told by name.
const TENANTS_SHOWN: u32 = 50;

/// Everything the server knows of whoever asks.
///
/// # Errors
/// Denied when the session does not hold; unavailable when the database is.
pub async fn who_am_i(op: &StaffOp) -> Result<WhoAmI, ServiceError> {
    let own = SessionTarget {
        id: Some(op.session().id),
        owner: op.staff().id,
    };
    op.require::<SessionViewOwn>(&own).await?.discharge(());
    let staff = op.staff();
    Ok(WhoAmI {
        id: staff.id,
        person: PersonView {
            name: staff.name.clone(),
            email: staff.email.clone(),
            role: role_words(op.own_post()),
        },
        provider: op.provider().map(|provider| provider.name.clone()),
        account_until: staff.account_until,
        reach: reach(op).await?,
        permissions: permissions(op),
        session: own_session(op).await?,
        request: seen(op),
        guards: GuardView::six(&op.verdicts(), op.own_post().1),
    })
}

async fn reach(op: &StaffOp) -> Result<ReachView, ServiceError> {
    let scope = &op.staff().scope;
    if *scope == Scope::All {
        return Ok(ReachView::All);
    }
    let tenants = tenant::list(&mut op.service().db().reader(), scope, TENANTS_SHOWN).await?;
    Ok(ReachView::Listed(tenants.iter().map(label).collect()))
}

/// What the role holds by the matrix, and how.
fn permissions(op: &StaffOp) -> Vec<HeldPermission> {
    let told = |action: &Action| {
        let (how, declaration) = (op.holds(*action)?, action.declaration());
        Some(HeldPermission {
            name: declaration.name.to_owned(),
            about: declaration.about.trim().to_owned(),
            how,
        })
    };
    Action::ALL.iter().filter_map(told).collect()
}

async fn own_session(op: &StaffOp) -> Result<OwnSession, ServiceError> {
    let session = op.session();
    Ok(OwnSession {
        id: session.id,
        started: session.started,
        clocks: countdown(op),
        factor: session.factor.kind.as_str().to_owned(),
        passkey: (session.factor.kind == FactorKind::Passkey).then_some(session.factor.level),
        factor_at: session.factor.at,
        managed: op.device().as_str().to_owned(),
        narrowed: narrowed_view(op).await?,
    })
}

/// The proxy in front, and what it said.
fn assertion(op: &StaffOp) -> Option<ProxySeen> {
    let proxy = op.service().settings().proxy.as_ref()?;
    let said = &op.visitor().assertion;
    Some(ProxySeen {
        name: proxy.name.clone(),
        standing: match said.fact() {
            ProxyFact::Silent => ProxyStanding::Silent,
            ProxyFact::Disbelieved => ProxyStanding::Disbelieved,
            ProxyFact::Vouched => ProxyStanding::Vouched,
        },
        subject: said.vouched().map(|vouched| vouched.subject().to_owned()),
    })
}

fn seen(op: &StaffOp) -> SeenRequest {
    let visitor = op.visitor();
    SeenRequest {
        id: visitor.request,
        address: visitor.address,
        rule: visitor.rule,
        proxies: visitor.proxies.clone(),
        network: op.let_in_by(op.policy()),
        assertion: assertion(op),
        device: device(&visitor.agent),
        agent: visitor.agent.clone(),
    }
}
