//! The sign-in page: what holds so far, and what comes next. Of somebody who proved nothing it says nothing.

use stagedoor_core::action::Action;
use stagedoor_core::audit::{Event, Field, Outcome};
use stagedoor_core::decision::{Decision, Outcome as Decided, Reason};
use stagedoor_core::guard::{DeviceFact, Guardrail, SessionFact, WayIn, way_in_by};
use stagedoor_core::guard_policy::{Caller, Guard};
use stagedoor_core::narrowed::View;
use stagedoor_core::secret::Reference;
use stagedoor_core::staff::StaffState;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::frame::{Flash, GuardStanding, GuardView};
use stagedoor_core::view::sign_in::{
    NarrowerView, OtherWay, ProviderLink, SignInStep, SignInView, WishView, so_far,
};
use stagedoor_store::code;
use stagedoor_store::provider::Provider;
use stagedoor_store::sign_in::{self, SignIn, Wish};
use stagedoor_store::staff::{self, Staff};

use super::enter::{Proof, activated};
use super::oidc::outside;
use crate::error::ServiceError;
use crate::op::trusted;
use crate::recorder::{Acting, Story};
use crate::state::Service;
use crate::visitor::Visitor;

/// What the entrance has to say beside how things stand.
#[derive(Debug, Default)]
pub struct Said {
    /// A message to show once.
    pub flash: Option<Flash>,
    /// The decision that ended the sign-in a moment ago: shown as it was made.
    pub refused: Option<Decision>,
}

/// A sign-in whose person is known.
pub(crate) struct Known {
    pub(crate) sign_in: SignIn,
    pub(crate) staff: Staff,
    pub(crate) provider: Provider,
}

impl Known {
    /// The person, and what was said of their device.
    pub(crate) const fn person(&self) -> (&Staff, DeviceFact) {
        (&self.staff, self.sign_in.vouched.device)
    }

    /// The person as they will be once a code of their app was right, and what was said of their device.
    pub(crate) fn by_code(&self) -> (Staff, DeviceFact) {
        (Proof::by_code(&self.staff), self.sign_in.vouched.device)
    }

    /// The person as they will be once the passkey that is registered now is theirs.
    fn entering(&self) -> Staff {
        match self.staff.state {
            StaffState::Claimed { .. } => activated(&self.staff),
            _ => self.staff.clone(),
        }
    }

    /// Whether the person registers a passkey now: their first, or a new one after a recovery code. An active account
    /// without a passkey is a matter of recovery, never of a silent registration.
    pub(crate) const fn registers(&self) -> bool {
        match self.staff.state {
            StaffState::Claimed { .. } => true,
            StaffState::Active => self.sign_in.recovered.is_some(),
            _ => false,
        }
    }
}

impl Service {
    /// The sign-in page for a browser: what the core says of `staff.sign_in` by what is known so far.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn entrance(
        &self,
        visitor: &Visitor,
        cookie: Option<&str>,
        said: Said,
    ) -> Result<SignInView, ServiceError> {
        self.look_at_rules().await?;
        let known = self.identified(cookie).await?;
        let next = match &known {
            None => SignInStep::Provider(self.provider_links().await?),
            Some(known) if known.registers() => {
                SignInStep::RegisterPasskey(self.ways_of_the_claimed(&known.staff).await?)
            }
            Some(known) => SignInStep::UsePasskey(self.other_ways(&known.staff).await?),
        };
        let guards = match &said.refused {
            Some(decision) => so_far(decision),
            None => self.guards_so_far(visitor, known.as_ref(), &next),
        };
        let refused = said.refused.is_some();
        let failed = guards.iter().any(|guard| guard.standing == GuardStanding::Failed);
        let step = if refused || failed {
            SignInStep::Blocked
        } else {
            next
        };
        let current = match step {
            SignInStep::Blocked => None,
            SignInStep::Provider(_) => Some(Guardrail::Identity),
            SignInStep::RegisterPasskey(_) | SignInStep::UsePasskey(_) => Some(Guardrail::Mfa),
        };
        Ok(SignInView {
            narrower: match (&known, &step) {
                (Some(known), SignInStep::UsePasskey(_)) => Some(self.narrower(known)),
                _ => None,
            },
            host: self.settings().origins.staff_authority().to_owned(),
            address: visitor.address_text(),
            guards,
            current: current.map(|guardrail| guardrail.as_str().to_owned()),
            step,
            flash: said.flash,
        })
    }

    /// What the session may be narrowed to, and what its person wished for. Of tenants and of their own role nothing is told before the
    /// passkey.
    fn narrower(&self, known: &Known) -> NarrowerView {
        let wish = &known.sign_in.wish;
        let named = |view: &View| (view.name().to_owned(), view.label().to_owned());
        NarrowerView {
            views: self.views().iter().map(named).collect(),
            wish: (*wish != Wish::NONE).then(|| WishView {
                tenant: wish.tenant.clone(),
                reach: wish.reach,
                view: wish.view.as_ref().map(named),
            }),
        }
    }

    /// What may be typed in the place of the passkey: what policy allows and the person has.
    async fn other_ways(&self, staff: &Staff) -> Result<Vec<OtherWay>, ServiceError> {
        let ex = &mut self.db().reader();
        let app = self.allows_app(staff.role) && code::find_totp(ex, staff.id).await?.is_some();
        let recovery = code::count_recovery(ex, staff.id).await? > 0;
        let ways = [(app, OtherWay::Code), (recovery, OtherWay::Recovery)];
        Ok(ways
            .into_iter()
            .filter_map(|(there, way)| there.then_some(way))
            .collect())
    }

    /// Of somebody who has not come yet: nothing, but for whom the demo made with an app.
    async fn ways_of_the_claimed(&self, staff: &Staff) -> Result<Vec<OtherWay>, ServiceError> {
        match staff.state {
            StaffState::Claimed { until: None } => self.other_ways(staff).await,
            _ => Ok(Vec::new()),
        }
    }

    async fn provider_links(&self) -> Result<Vec<ProviderLink>, ServiceError> {
        let providers = self.providers_in_force().await?;
        Ok(providers
            .into_iter()
            .filter(trusted)
            .map(|provider| ProviderLink {
                href: format!("/sign-in/start?provider={}", provider.id),
                name: provider.name,
            })
            .collect())
    }

    /// The person whom a sign-in cookie stands for, once the provider has said so.
    pub(crate) async fn identified(&self, cookie: Option<&str>) -> Result<Option<Known>, ServiceError> {
        let Some(reference) = cookie.and_then(Reference::parse) else {
            return Ok(None);
        };
        let (ex, now) = (&mut self.db().reader(), self.now());
        let Some(sign_in) = sign_in::find(ex, &reference.digest(), now).await? else {
            return Ok(None);
        };
        let Some((staff, _)) = sign_in.identified else {
            return Ok(None);
        };
        let staff = staff::find(ex, staff, now).await?;
        let provider = match self.provider_in_force(sign_in.provider).await?.filter(trusted) {
            Some(provider) if self.still_signing_in(sign_in.vouched, &provider).await? => Some(provider),
            _ => None,
        };
        Ok(staff.zip(provider).map(|(staff, provider)| Known {
            sign_in,
            staff,
            provider,
        }))
    }

    /// The core's own answer by what is known so far, with words for what holds and for what comes next. What fails is told as
    /// the core tells it.
    fn guards_so_far(&self, visitor: &Visitor, known: Option<&Known>, next: &SignInStep) -> Vec<GuardView> {
        let now = self.now();
        let decision = match known {
            Some(known) => {
                let (entering, device) = (known.entering(), known.sign_in.vouched.device);
                self.entry_decision(visitor, &known.provider, (&entering, device), None, now)
            }
            None => self.strangers_decision(visitor, now),
        };
        let caller = known.map_or(Caller::Nobody, |known| Caller::Staff(known.staff.role));
        let guard = Guard::of(&self.policy(), caller, Action::StaffSignIn);
        let mut guards = so_far(&decision);
        for (view, guardrail) in guards.iter_mut().zip(Guardrail::ALL) {
            let words = self.words_so_far(visitor, (known, next), (&guard, guardrail));
            match (view.standing, words) {
                (GuardStanding::Failed, _) | (_, None) => {}
                (GuardStanding::Passed | GuardStanding::Open, Some(words)) => view.text = words,
            }
        }
        guards
    }

    /// What is said of a guardrail that does not fail.
    fn words_so_far(
        &self,
        visitor: &Visitor,
        (known, next): (Option<&Known>, &SignInStep),
        (guard, guardrail): (&Guard, Guardrail),
    ) -> Option<String> {
        let words = match (guardrail, known) {
            (Guardrail::Network, _) => return self.network_words(visitor, guard),
            (Guardrail::Identity, Some(known)) => format!("{}, by {}", known.staff.name, known.provider.name),
            (Guardrail::Identity, None) => "sign in with your corporate account".to_owned(),
            (Guardrail::Mfa, _) => match next {
                SignInStep::RegisterPasskey(_) => "register one to go on".to_owned(),
                SignInStep::UsePasskey(_) => "touch your key or sensor to go on".to_owned(),
                _ => "asked for after your identity".to_owned(),
            },
            (Guardrail::Authz, Some(_)) => "your role may sign in".to_owned(),
            (Guardrail::Authz, None) => "checked after your identity".to_owned(),
            (Guardrail::Danger, _) => "asked for when needed".to_owned(),
            (Guardrail::Session, _) => {
                let minutes = guard.session.ttl.as_secs() / 60;
                let ttl = match minutes % 60 {
                    0 => format!("{} hours", minutes / 60),
                    _ => format!("{minutes} minutes"),
                };
                format!("{ttl}, {} minutes idle", guard.session.idle.as_secs() / 60)
            }
        };
        Some(words)
    }

    /// By what lets a request in, of the kinds of network that count.
    fn network_words(&self, visitor: &Visitor, guard: &Guard) -> Option<String> {
        let policy = self.policy();
        let proxy = self.settings().proxy.as_ref();
        let fact = visitor.assertion.fact();
        way_in_by(&policy, guard.networks, visitor.address, fact).map(|way| match way {
            WayIn::Rule(rule) => format!("{} is in {}", visitor.address_text(), rule.name),
            WayIn::Proxy => format!(
                "{} vouches for this request",
                proxy.map_or("the proxy", |proxy| proxy.name.as_str())
            ),
        })
    }

    /// Records that an identified person may not enter, then gives the error to return.
    pub(crate) async fn refuse_entry(
        &self,
        visitor: &Visitor,
        provider: &Provider,
        (staff, device): (&Staff, DeviceFact),
        reason: Reason,
    ) -> ServiceError {
        if let Err(error) = self.look_at_rules().await {
            return error;
        }
        let decision = self.entry_decision(visitor, provider, (staff, device), None, self.now());
        let decision = Decision {
            outcome: Decided::Deny(reason),
            ..decision
        };
        self.refuse_decision(visitor, provider, staff, decision).await
    }

    /// What is told of somebody who may not enter.
    pub(super) fn entry_refusal(provider: &Provider, decision: &Decision) -> Story {
        let mut story = Story::new(Event::StaffSignIn);
        story.outcome = decision.reason().map_or(Outcome::Success, Outcome::Denied);
        story.verdicts = Some(decision.verdicts);
        story.facts.insert(Field::Provider, provider.name.clone());
        story
    }

    pub(crate) async fn refuse_decision(
        &self,
        visitor: &Visitor,
        provider: &Provider,
        staff: &Staff,
        decision: Decision,
    ) -> ServiceError {
        let acting = Self::known(staff, self.now());
        self.refuse_with(visitor, provider, &acting, decision).await
    }

    /// Refuses somebody who is known from a wrong network, which may be one of their role's alone.
    pub(super) async fn network_holds_for(
        &self,
        visitor: &Visitor,
        known: &Known,
    ) -> Result<(), ServiceError> {
        let (provider, now) = (&known.provider, self.now());
        // As the entrance's own page asks it, so that the two say the same.
        let (entering, device) = (known.entering(), known.sign_in.vouched.device);
        match outside(self.entry_decision(visitor, provider, (&entering, device), None, now)) {
            Some(decision) => Err(self
                .refuse_decision(visitor, provider, &known.staff, decision)
                .await),
            None => Ok(()),
        }
    }

    /// Records that whoever it is may not enter, then gives the error to return.
    pub(super) async fn refuse_with(
        &self,
        visitor: &Visitor,
        provider: &Provider,
        acting: &Acting,
        decision: Decision,
    ) -> ServiceError {
        let story = Self::entry_refusal(provider, &decision);
        let recorded = match self.record(visitor, acting, story, self.now()).await {
            Ok(batch) => self.commit_only(batch).await,
            Err(error) => Err(error),
        };
        recorded.err().unwrap_or(ServiceError::Denied(decision))
    }

    /// The decision whether a session may start.
    pub(crate) fn entry_decision(
        &self,
        visitor: &Visitor,
        provider: &Provider,
        (staff, device): (&Staff, DeviceFact),
        factor: Option<stagedoor_core::assurance::ProvenFactor>,
        now: Timestamp,
    ) -> Decision {
        use stagedoor_core::narrowed::Narrowed;
        use stagedoor_core::request::{Facts, Principal, Request, StaffFacts};
        use stagedoor_core::resource::{Resource, SessionTarget};

        use crate::op::{SeenFrom, Word, identity_of};
        // What was vouched for was held against the rules a moment ago.
        let word = Word {
            provider,
            at: now,
            device,
        };
        let facts = Facts {
            address: visitor.address,
            proxy: visitor.assertion.fact(),
            identity: identity_of(Some(word), staff, (&visitor.assertion, SeenFrom::Staff)),
            factor,
            session: SessionFact::Starting,
            ..Facts::unknown(now)
        };
        let account = staff.account();
        let principal = Principal::Staff(StaffFacts {
            id: staff.id,
            role: staff.role,
            sub_role: staff.sub_role.as_ref(),
            scope: &staff.scope,
            account,
            acknowledged: staff.acknowledged.as_deref(),
            narrowed: Narrowed::nothing(),
        });
        let resource = SessionTarget {
            id: None,
            owner: staff.id,
        }
        .facts();
        stagedoor_core::decide(
            &self.policy(),
            &Request {
                principal,
                action: Action::StaffSignIn,
                resource,
                facts,
            },
        )
    }
}
