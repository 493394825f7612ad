//! Narrowing a session: the one that runs, and the one that a sign-in leads to. Nothing here widens one; that is what signing
//! in again is for.

use std::collections::BTreeMap;

use stagedoor_core::action::kind::{SessionNarrow, SessionViewOwn};
use stagedoor_core::audit::{Change, Event, Field, Target};
use stagedoor_core::input::FieldError;
use stagedoor_core::narrowed::{Narrowed, NotNarrower, Reach, View};
use stagedoor_core::resource::SessionTarget;
use stagedoor_core::role::StaffRole;
use stagedoor_core::session::SessionState;
use stagedoor_core::view::narrow::{NarrowView, NarrowedView};
use stagedoor_store::db::Executor;
use stagedoor_store::session;
use stagedoor_store::sign_in::{self, Wish};
use stagedoor_store::staff::Staff;
use stagedoor_store::tenant::{self, Tenant};
use stagedoor_store::tx::Unaudited;

use crate::error::{ServiceError, SignInFailure};
use crate::frame::label;
use crate::op::StaffOp;
use crate::passkeys::Renewed;
use crate::policies::known_tenant;
use crate::recorder::Story;
use crate::state::Service;
use crate::system::fresh_reference;

/// Most tenants that are offered by name; any other is typed.
const TENANTS_SHOWN: u32 = 50;
/// Longest text that names a tenant.
const TENANT_MAX: usize = 80;
const NO_VIEW: &str =
    "Choose a role of the list. Whether it holds less than your own is seen after your passkey.";
const MOVED: &str = "This session has ended, or was narrowed by another request. Open the page again.";

/// What a session shall lose, as it was typed. What is left out stays as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NarrowRequest {
    /// The one tenant that it shall reach, by id or slug.
    pub tenant: Option<String>,
    /// Whether it shall only read.
    pub reach: Reach,
    /// The narrower role or sub-role that it shall be viewed as, by name.
    pub viewing_as: Option<String>,
}

fn own(op: &StaffOp) -> SessionTarget {
    SessionTarget {
        id: Some(op.session().id),
        owner: op.staff().id,
    }
}

/// What the caller's session is narrowed to, and what it may still be narrowed to.
///
/// # Errors
/// Denied when the session does not hold; unavailable when the database is.
pub async fn show(op: &StaffOp) -> Result<NarrowView, ServiceError> {
    op.require::<SessionViewOwn>(&own(op)).await?.discharge(());
    let narrowed = &op.session().narrowed;
    let tenants = match narrowed.tenant {
        Some(_) => Vec::new(),
        None => tenant::list(&mut op.service().db().reader(), &op.staff().scope, TENANTS_SHOWN).await?,
    };
    Ok(NarrowView {
        own: op.own_role(),
        now: narrowed_view(op).await?,
        tenants: tenants.iter().map(label).collect(),
        views: op
            .views()
            .iter()
            .map(|view| (view.name().to_owned(), view.label().to_owned()))
            .collect(),
    })
}

/// What the caller's session is narrowed to, in words.
pub(crate) async fn narrowed_view(op: &StaffOp) -> Result<NarrowedView, ServiceError> {
    told(op, &op.session().narrowed).await
}

/// The same of any narrowing, with the tenant's name where the caller may know it.
pub(crate) async fn told(op: &StaffOp, narrowed: &Narrowed) -> Result<NarrowedView, ServiceError> {
    let only = match narrowed.tenant {
        Some(id) => {
            let found = tenant::find(&mut op.service().db().reader(), id).await?;
            found.filter(|tenant| op.knows(tenant.id))
        }
        None => None,
    };
    Ok(NarrowedView {
        tenant: only.as_ref().map(label),
        ..view_of(narrowed)
    })
}

/// The same of any session, without the tenant's name: not everybody who sees the session may know it.
pub(crate) fn view_of(narrowed: &Narrowed) -> NarrowedView {
    NarrowedView {
        one_tenant: narrowed.tenant.is_some(),
        tenant: None,
        reach: narrowed.reach,
        viewing_as: narrowed.view.as_ref().map(|view| view.label().to_owned()),
    }
}

/// Narrows the caller's session, and gives it another reference. Its ends stay what they are.
///
/// # Errors
/// Denied; invalid with the field at fault for what is no narrower; conflict when the session has ended or was narrowed
/// otherwise meanwhile.
pub async fn narrow(op: &StaffOp, request: &NarrowRequest) -> Result<Renewed, ServiceError> {
    let permit = op.require::<SessionNarrow>(&own(op)).await?.discharge(());
    let before = &op.session().narrowed;
    let wanted = wanted(op, request).await?;
    let after = before
        .narrow(&wanted, (&op.own_view(), op.own_scope()), &op.policy().sub_roles)
        .map_err(refused)?;
    let mut story = Story::new(Event::SessionNarrow);
    story.verdicts = Some(permit.decision().verdicts);
    story.target = Some(Target::Session(op.session().id));
    story.changes = changes(before, &after);
    mark(&mut story.facts, &after);
    let batch = op.record(story).await?;
    let reference = fresh_reference(op.service().rng());
    let (id, now, rotation) = (op.session().id, op.now(), (op.reference(), reference.digest()));
    let step = (before.clone(), after);
    op.service()
        .db()
        .write(move |mut tx| {
            let (batch, (before, after)) = (batch.clone(), step.clone());
            Box::pin(async move {
                if !session::narrow(&mut tx, id, (&before, &after)).await?
                    || !session::rotate(&mut tx, id, (&rotation.0, &rotation.1), now).await?
                {
                    return Err(ServiceError::Conflict(MOVED));
                }
                Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
            })
        })
        .await?;
    let until = match op.session().state {
        SessionState::Active { until, .. } => until,
        SessionState::Ended { at, .. } => at,
    };
    Ok(Renewed { reference, until })
}

/// The narrowing that was typed.
pub(crate) async fn wanted(op: &StaffOp, request: &NarrowRequest) -> Result<Narrowed, ServiceError> {
    let typed = |text: &Option<String>| {
        text.as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let tenant = match typed(&request.tenant) {
        Some(text) => Some(known_tenant(op, "tenant", &text).await?.id),
        None => None,
    };
    let view = match typed(&request.viewing_as) {
        Some(name) => {
            let found = View::named(&name, &op.policy().sub_roles);
            Some(found.ok_or_else(|| refused(NotNarrower::View))?)
        }
        None => None,
    };
    Ok(Narrowed {
        tenant,
        reach: request.reach,
        view,
    })
}

pub(crate) fn refused(why: NotNarrower) -> ServiceError {
    ServiceError::field(FieldError::new(why.field(), why.explain()))
}

fn changes(before: &Narrowed, after: &Narrowed) -> Vec<Change> {
    let text = |of: &Narrowed| {
        [
            ("tenant", of.tenant.map(|tenant| tenant.to_string())),
            ("reach", Some(of.reach.as_str().to_owned())),
            ("viewing_as", of.view.as_ref().map(|view| view.name().to_owned())),
        ]
    };
    text(before)
        .into_iter()
        .zip(text(after))
        .filter(|((_, before), (_, after))| before != after)
        .map(|((field, before), (_, after))| Change {
            field: field.to_owned(),
            before,
            after,
        })
        .collect()
}

/// Marks a story with what the session that it happens in is narrowed to, where it is; what it tells already stays.
pub(crate) fn mark(facts: &mut BTreeMap<Field, String>, narrowed: &Narrowed) {
    let to = Narrowed {
        view: None,
        ..narrowed.clone()
    };
    if !to.is_nothing() {
        facts.entry(Field::Narrowed).or_insert_with(|| to.to_string());
    }
    if let Some(view) = &narrowed.view {
        let viewed = || view.name().to_owned();
        facts.entry(Field::ViewingAs).or_insert_with(viewed);
    }
}

impl Service {
    /// Notes what the session of a sign-in shall be narrowed to, in the place of a former wish. Nobody looks here whether there
    /// is such a tenant, or whether the view is narrower than the person's own: who has used no passkey learns nothing of
    /// tenants, nor of roles.
    ///
    /// # Errors
    /// A failed sign-in when none is under way; invalid with the field `tenant` for a text that could name none, and with
    /// `viewing_as` for what nobody could view the console as.
    pub async fn wish_narrow(
        &self,
        cookie: Option<&str>,
        wanted: &NarrowRequest,
    ) -> Result<(), ServiceError> {
        let Some(known) = self.identified(cookie).await? else {
            return Err(ServiceError::SignIn(SignInFailure::NotUnderWay));
        };
        let tenant = wanted.tenant.as_deref().unwrap_or_default().trim();
        if tenant.len() > TENANT_MAX || tenant.chars().any(char::is_control) {
            let message = "Type the tenant's short name or its id.";
            return Err(ServiceError::field(FieldError::new("tenant", message)));
        }
        let view = match wanted.viewing_as.as_deref().map(str::trim) {
            None | Some("") => None,
            Some(name) => {
                let found = self.views().into_iter().find(|view| view.name() == name);
                let wrong = || ServiceError::field(FieldError::new("viewing_as", NO_VIEW));
                Some(found.ok_or_else(wrong)?)
            }
        };
        let wish = Wish {
            tenant: (!tenant.is_empty()).then(|| tenant.to_owned()),
            reach: wanted.reach,
            view,
        };
        let id = known.sign_in.id;
        let noted = self
            .db()
            .write(move |mut tx| {
                let wish = wish.clone();
                Box::pin(async move {
                    let noted = sign_in::note_wish(&mut tx, id, &wish).await?;
                    Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::SignInState, noted).await?)
                })
            })
            .await?;
        if noted {
            Ok(())
        } else {
            Err(ServiceError::SignIn(SignInFailure::NotUnderWay))
        }
    }

    /// All that a session of anybody may begin viewed as: what the widest role covers. It is the same for everybody, so that it
    /// tells nothing of anybody.
    pub(crate) fn views(&self) -> Vec<View> {
        let widest = View::of(StaffRole::SuperAdmin);
        Narrowed::NOTHING.views(&widest, &self.policy().sub_roles)
    }

    /// What a session of somebody may begin viewed as.
    fn views_of(&self, staff: &Staff) -> Vec<View> {
        Narrowed::NOTHING.views(&own_view(staff), &self.policy().sub_roles)
    }

    /// What a session begins narrowed to, of somebody whose factor was proved. A wish that cannot be granted keeps them out
    /// rather than let them in wider than they asked for; unknown and hidden tenants are one.
    pub(crate) async fn begins_narrowed(&self, staff: &Staff, wish: &Wish) -> Result<Narrowed, ServiceError> {
        let whole = Narrowed {
            tenant: None,
            reach: wish.reach,
            view: wish.view.clone(),
        };
        let tenant = match &wish.tenant {
            None => None,
            Some(text) => {
                let found = named(&mut self.db().reader(), text).await?;
                let reach = whole.scope((&own_view(staff), &staff.scope), &self.policy().sub_roles);
                let reached = found.filter(|tenant| reach.contains(tenant.id));
                Some(
                    reached
                        .ok_or(ServiceError::SignIn(SignInFailure::NoSuchTenant))?
                        .id,
                )
            }
        };
        let narrower = |view: &View| self.views_of(staff).contains(view);
        if wish.view.as_ref().is_some_and(|view| !narrower(view)) {
            return Err(ServiceError::SignIn(SignInFailure::NoSuchView));
        }
        Ok(Narrowed { tenant, ..whole })
    }
}

/// All that the console may be viewed as by somebody at most.
fn own_view(staff: &Staff) -> View {
    View {
        role: staff.role,
        sub_role: staff.sub_role.clone(),
    }
}

async fn named(ex: &mut impl Executor, text: &str) -> Result<Option<Tenant>, ServiceError> {
    Ok(match text.parse() {
        Ok(id) => tenant::find(ex, id).await?,
        Err(_) => tenant::find_by_slug(ex, text).await?,
    })
}
