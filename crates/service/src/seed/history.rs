//! Two weeks of believable history: office hours, a few refusals, visits with their ends, and what tenants did.
//!
//! Each entry is made by the same recorder as a real one, at a time in the past, in order, and written with all the others.

mod latest;
mod visit;

use stagedoor_core::actor::Actor;
use stagedoor_core::audit::{Change, Entry, Event, Field, Outcome, Target};
use stagedoor_core::decision::Reason;
use stagedoor_core::guard::{Guardrail, Verdict, Verdicts};
use stagedoor_core::id::{SessionId, TenantId};
use stagedoor_core::time::{Timestamp, hours, minutes};
use stagedoor_store::staff::Staff;

use super::bulk::rows::{self, Rows};
use super::names::AGENTS;
use super::past::{self, Past};
use super::{Made, SeededRng};
use crate::error::ServiceError;
use crate::op::person;
use crate::recorder::{Acting, Marks, Story};
use crate::state::Service;
use crate::system::fresh_id;
use crate::visitor::Visitor;

const DAYS: u64 = 14;
const FLAGS: &[&str] = &["billing.v2", "sso.beta", "exports.large", "audit.stream"];

/// One thing that happened, before it is written.
pub(super) struct Happening {
    pub(super) at: Timestamp,
    pub(super) acting: Acting,
    pub(super) story: Story,
}

impl Happening {
    /// Where it came from, made up.
    fn visitor(&self, random: &SeededRng) -> Visitor {
        let agent = random.one_of(AGENTS).copied().unwrap_or_default();
        let address = std::net::Ipv4Addr::new(198, 51, 100, 10 + random.below(40) as u8);
        Visitor::new(fresh_id(random, self.at), Some(address.into()), agent)
    }

    /// Its entries, each with its time, which is not after `now`.
    pub(super) async fn entries(
        self,
        service: &Service,
        random: &SeededRng,
        now: Timestamp,
    ) -> Result<Vec<(Timestamp, Entry)>, ServiceError> {
        let visitor = self.visitor(random);
        let at = self.at.min(now);
        let batch = service.record(&visitor, &self.acting, self.story, at).await?;
        let entries = batch.into_entries().into_iter();
        Ok(entries.map(|entry| (at, entry)).collect())
    }
}

/// Makes up what happened.
pub(super) struct Maker<'a> {
    random: &'a SeededRng,
    tenants: &'a [Made],
    staff: &'a [Staff],
    happenings: Vec<Happening>,
    past: Vec<Past>,
}

pub(crate) async fn write(
    service: &Service,
    random: &SeededRng,
    tenants: &[Made],
    staff: &[Staff],
    now: Timestamp,
) -> Result<(), ServiceError> {
    let mut maker = Maker::new(random, tenants, staff);
    for day in (0..DAYS).rev() {
        maker.day(now.minus(hours(24 * day + 24)), now);
    }
    maker.latest(now);
    let mut happenings = maker.happenings;
    happenings.sort_by_key(|happening| happening.at);
    let mut entries = Vec::new();
    for happening in happenings {
        entries.extend(happening.entries(service, random, now).await?);
    }
    // As made-up rows are written, and not as a commit: nobody did any of it.
    rows::write(service, Rows::Entries(entries)).await?;
    past::write(service, random, staff, maker.past).await
}

fn verdicts(failed: Option<Reason>) -> Verdicts {
    Verdicts::from_fn(|guardrail| match failed {
        Some(reason) if reason.guardrail() == Some(guardrail) => Verdict::Fail(reason),
        _ if guardrail == Guardrail::Danger => Verdict::NotRequired,
        _ => Verdict::Pass,
    })
}

impl<'a> Maker<'a> {
    pub(super) fn new(random: &'a SeededRng, tenants: &'a [Made], staff: &'a [Staff]) -> Self {
        Self {
            random,
            tenants,
            staff,
            happenings: Vec::new(),
            past: Vec::new(),
        }
    }

    /// One thing that happens at a moment, with what follows from it; nothing, when there is nobody it could happen to.
    pub(super) fn one(&mut self, at: Timestamp) -> Vec<Happening> {
        match self.random.below(40) {
            0..20 => self.member_sign_in(at),
            20..24 => self.member_change(at),
            24..30 => {
                let short = self.random.one_of(&["kim", "ada", "jess", "rob", "sasha", "rio"]);
                self.staff_sign_in(at, short.copied().unwrap_or("kim"));
            }
            30..36 => self.staff_change(at),
            36..39 => self.visit(at),
            _ => self.refusal(at),
        }
        if self.happenings.is_empty() {
            self.member_sign_in(at);
        }
        // Its visits stay in the log alone: what is made up by the million needs no row in the list of visits.
        self.past.clear();
        std::mem::take(&mut self.happenings)
    }

    fn add(&mut self, at: Timestamp, acting: Acting, story: Story) {
        self.happenings.push(Happening { at, acting, story });
    }

    fn staff_acting(&self, short: &str) -> Option<Acting> {
        let staff = self
            .staff
            .iter()
            .find(|staff| staff.email.starts_with(&format!("{short}@")))?;
        let session: SessionId = fresh_id(self.random, Timestamp::from_micros(0));
        Some(Acting {
            actor: Actor::Staff {
                staff: staff.id,
                session: Some(session),
            },
            person: Some(person(staff)),
            subject: None,
            marks: Marks::none(),
        })
    }

    fn some_tenant(&self) -> Option<&'_ Made> {
        // Half of what happens, happens at Acme.
        if self.random.below(2) == 0 {
            self.tenants.first()
        } else {
            self.random.one_of(self.tenants)
        }
    }

    /// A moment of a day's sixteen waking hours.
    fn moment(&self, start: Timestamp) -> Timestamp {
        start
            .plus(minutes(6 * 60 + self.random.below(16 * 60)))
            .plus(std::time::Duration::from_secs(self.random.below(60)))
    }

    fn day(&mut self, start: Timestamp, now: Timestamp) {
        for short in ["kim", "ada", "jess", "rob", "sasha", "rio"] {
            if self.random.below(3) > 0 {
                self.staff_sign_in(self.moment(start), short);
            }
        }
        for _ in 0..6 + self.random.below(6) {
            self.member_sign_in(self.moment(start));
        }
        for _ in 0..1 + self.random.below(3) {
            self.visit(self.moment(start).min(now.minus(minutes(40))));
        }
        for _ in 0..2 {
            self.staff_change(self.moment(start));
        }
        if self.random.below(2) == 0 {
            self.refusal(self.moment(start));
        }
        if self.random.below(2) == 0 {
            self.member_change(self.moment(start));
        }
        self.happenings.retain(|happening| happening.at < now);
    }

    fn staff_sign_in(&mut self, at: Timestamp, short: &str) {
        let Some(acting) = self.staff_acting(short) else {
            return;
        };
        let mut story = Story::new(Event::StaffSignIn);
        story.verdicts = Some(verdicts(None));
        story.facts.insert(Field::Provider, "Demo SSO".to_owned());
        story.facts.insert(Field::Factor, "passkey".to_owned());
        self.add(at, acting.clone(), story);
        let mut out = Story::new(Event::StaffSignOut);
        out.verdicts = Some(verdicts(None));
        self.add(at.plus(minutes(90 + self.random.below(120))), acting, out);
    }

    fn member(&self) -> Option<(TenantId, Acting)> {
        let tenant = self.some_tenant()?;
        let (member, person) = self.random.one_of(&tenant.people)?;
        let acting = Acting {
            actor: Actor::Member {
                tenant: tenant.id,
                member: *member,
            },
            person: Some(person.clone()),
            subject: None,
            marks: Marks::none(),
        };
        Some((tenant.id, acting))
    }

    fn member_sign_in(&mut self, at: Timestamp) {
        let Some((tenant, acting)) = self.member() else {
            return;
        };
        let mut story = Story::new(Event::UserSignIn);
        story.tenant = Some(tenant);
        story.facts.insert(Field::Factor, "passkey".to_owned());
        if self.random.below(9) == 0 {
            story.outcome = Outcome::Failed("wrong_factor");
        }
        self.add(at, acting, story);
    }

    fn member_change(&mut self, at: Timestamp) {
        let Some((tenant, acting)) = self.member() else {
            return;
        };
        let mut story = Story::new(Event::ApiKeyCreate);
        story.tenant = Some(tenant);
        story.target = Some(Target::Other("api_key", "ci-deploy".to_owned()));
        self.add(at, acting, story);
    }

    fn staff_change(&mut self, at: Timestamp) {
        let short = if self.random.below(2) == 0 { "jess" } else { "rob" };
        let (Some(acting), Some(tenant)) = (self.staff_acting(short), self.some_tenant()) else {
            return;
        };
        let mut story = match self.random.below(3) {
            0 => {
                let mut story = Story::new(Event::ApiKeyRotate);
                story.target = Some(Target::Other(
                    "api_key",
                    format!("sdk_{:02x}", self.random.below(256)),
                ));
                story
            }
            1 => {
                let mut story = Story::new(Event::InvitationCreate);
                story.target = Some(Target::Other("invitation", "admin".to_owned()));
                story
            }
            _ => {
                let flag = self.random.one_of(FLAGS).copied().unwrap_or("billing.v2");
                flag_story(flag)
            }
        };
        story.tenant = Some(tenant.id);
        story.verdicts = Some(verdicts(None));
        self.add(at, acting, story);
    }

    fn refusal(&mut self, at: Timestamp) {
        let (Some(acting), Some(tenant)) = (self.staff_acting("rob"), self.some_tenant()) else {
            return;
        };
        let mut story = Story::new(Event::TenantDelete);
        story.tenant = Some(tenant.id);
        story.target = Some(Target::Tenant(tenant.id));
        story.outcome = Outcome::Denied(Reason::PermissionMissing);
        story.verdicts = Some(Verdicts::from_fn(|guardrail| match guardrail {
            Guardrail::Authz => Verdict::Fail(Reason::PermissionMissing),
            Guardrail::Danger => Verdict::Fail(Reason::GrantMissing),
            _ => Verdict::Pass,
        }));
        story.tenant_sees = crate::recorder::TenantSees::Nothing;
        self.add(at, acting, story);
    }
}

fn flag_story(flag: &str) -> Story {
    let mut story = Story::new(Event::FlagUpdate);
    story.target = Some(Target::Other("flag", flag.to_owned()));
    story.changes = vec![
        Change {
            field: "enabled".to_owned(),
            before: Some("disabled".to_owned()),
            after: Some("enabled".to_owned()),
        },
        Change {
            field: "rollout".to_owned(),
            before: Some("0 %".to_owned()),
            after: Some("100 %".to_owned()),
        },
    ];
    story
}
