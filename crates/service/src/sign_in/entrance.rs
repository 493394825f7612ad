//! The sign-in page: what holds so far, and what comes next. Of somebody who proved nothing it says nothing.

use stagedoor_core::action::Action;
use stagedoor_core::audit::{Event, Field, Outcome};
use stagedoor_core::decision::{Decision, Outcome as Verdict, Reason};
use stagedoor_core::guard::{DeviceFact, Guardrail, SessionFact, WayIn, way_in};
use stagedoor_core::secret::Reference;
use stagedoor_core::staff::StaffState;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::frame::{Flash, GuardStanding, GuardView};
use stagedoor_core::view::sign_in::{OtherWay, ProviderLink, SignInStep, SignInView};
use stagedoor_store::code;
use stagedoor_store::provider::Provider;
use stagedoor_store::sign_in::{self, SignIn, Wish};
use stagedoor_store::staff::{self, Staff};

use crate::error::ServiceError;
use crate::op::trusted;
use crate::proxy::Assertion;
use crate::recorder::Story;
use crate::state::Service;
use crate::visitor::Visitor;

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
    /// The sign-in page for a browser.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn entrance(
        &self,
        visitor: &Visitor,
        cookie: Option<&str>,
        flash: Option<Flash>,
    ) -> Result<SignInView, ServiceError> {
        self.look_at_rules().await?;
        let known = self.identified(cookie).await?;
        let policy = self.policy();
        let admitted = way_in(&policy, visitor.address, visitor.assertion.fact()).is_some();
        let step = match (&known, admitted) {
            (_, false) => SignInStep::Blocked,
            (None, true) => SignInStep::Provider(self.provider_links().await?),
            (Some(known), true) if known.registers() => {
                SignInStep::RegisterPasskey(self.ways_of_the_claimed(&known.staff).await?)
            }
            (Some(known), true) => SignInStep::UsePasskey(self.other_ways(&known.staff).await?),
        };
        let current = match step {
            SignInStep::Blocked => None,
            SignInStep::Provider(_) => Some(Guardrail::Identity),
            SignInStep::RegisterPasskey(_) | SignInStep::UsePasskey(_) => Some(Guardrail::Mfa),
        };
        let wish = known.as_ref().map(|known| &known.sign_in.wish);
        let wish = wish.filter(|wish| **wish != Wish::NONE);
        Ok(SignInView {
            wish: wish.map(|wish| (wish.tenant.clone(), wish.reach)),
            host: self.settings().origins.staff_authority().to_owned(),
            guards: self.entrance_guards(visitor, known.as_ref(), &step),
            current: current.map(|guardrail| guardrail.as_str().to_owned()),
            step,
            flash,
        })
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

    fn entrance_guards(&self, visitor: &Visitor, known: Option<&Known>, step: &SignInStep) -> Vec<GuardView> {
        Guardrail::ALL
            .into_iter()
            .map(|guardrail| self.entrance_guard(visitor, known, step, guardrail))
            .collect()
    }

    fn entrance_guard(
        &self,
        visitor: &Visitor,
        known: Option<&Known>,
        step: &SignInStep,
        guardrail: Guardrail,
    ) -> GuardView {
        use GuardStanding::{Failed, Open, Passed};
        let policy = self.policy();
        let (standing, text) = match guardrail {
            Guardrail::Network => {
                let found = way_in(&policy, visitor.address, visitor.assertion.fact());
                (
                    found.map_or(Failed, |_| Passed),
                    self.network_words(visitor, found),
                )
            }
            Guardrail::Identity => match known {
                Some(known) => (
                    Passed,
                    format!("{}, by {}", known.staff.name, known.provider.name),
                ),
                None => (Open, "sign in with your corporate account".to_owned()),
            },
            Guardrail::Mfa => match step {
                SignInStep::RegisterPasskey(_) => (Open, "register one to go on".to_owned()),
                SignInStep::UsePasskey(_) => (Open, "touch your key or sensor to go on".to_owned()),
                _ => (Open, "asked for after your identity".to_owned()),
            },
            Guardrail::Authz => (Open, "checked after the passkey".to_owned()),
            Guardrail::Danger => (Open, "asked for when needed".to_owned()),
            Guardrail::Session => {
                let (ttl, idle) = (
                    policy.session_ttl.as_secs() / 3600,
                    policy.session_idle.as_secs() / 60,
                );
                (Open, format!("{ttl} hours, {idle} minutes idle"))
            }
        };
        GuardView {
            name: guardrail.as_str().to_owned(),
            label: guardrail.label().to_owned(),
            standing,
            text,
        }
    }

    fn network_words(&self, visitor: &Visitor, found: Option<WayIn<'_>>) -> String {
        let policy = self.policy();
        let proxy = self.settings().proxy.as_ref();
        match (found, &visitor.assertion) {
            (Some(WayIn::Rule(rule)), _) => format!("{} is in {}", visitor.address_text(), rule.name),
            (Some(WayIn::Proxy), _) => format!(
                "{} vouches for this request",
                proxy.map_or("the proxy", |proxy| proxy.name.as_str())
            ),
            (None, Assertion::Disbelieved(_)) => Reason::ProxyDisbelieved.explain().to_owned(),
            (None, _) if policy.networks.is_empty() && proxy.is_some() => {
                Reason::ProxyAbsent.explain().to_owned()
            }
            (None, _) if policy.networks.is_empty() => Reason::NetworkUnconfigured.explain().to_owned(),
            (None, _) => format!("{} is in no allowed network", visitor.address_text()),
        }
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
            outcome: Verdict::Deny(reason),
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
        let story = Self::entry_refusal(provider, &decision);
        let recorded = match self.record(visitor, &Self::known(staff), story, self.now()).await {
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
        let facts = Facts {
            address: visitor.address,
            proxy: visitor.assertion.fact(),
            identity: crate::op::identity_of(Some((provider, device)), staff, &visitor.assertion),
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
