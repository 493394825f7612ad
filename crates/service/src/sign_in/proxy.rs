//! A sign-in through the identity-aware proxy in front: there is nowhere to go, for its word came with the request.

use stagedoor_store::provider::Provider;

use super::Answered;
use crate::enrolment::Identity;
use crate::error::{ServiceError, SignInFailure};
use crate::proxy::{Assertion, Vouched};
use crate::state::Service;
use crate::token::TokenFault;
use crate::visitor::Visitor;

impl Service {
    /// Takes the person from what the proxy said of this very request.
    pub(super) async fn enter_by_proxy(
        &self,
        visitor: &Visitor,
        provider: &Provider,
    ) -> Result<Answered, ServiceError> {
        let now = self.now();
        match self.vouched_identity(visitor, provider) {
            Ok(identity) => {
                self.network_holds(visitor, now)?;
                self.recognise(visitor, provider, identity, now).await
            }
            Err(failure) => Err(self
                .failed(visitor, &Self::stranger(), Some(provider), failure)
                .await),
        }
    }

    fn vouched_identity(&self, visitor: &Visitor, provider: &Provider) -> Result<Identity, SignInFailure> {
        if self.proxy_of(provider).is_none() {
            return Err(SignInFailure::Provider);
        }
        let vouched: &Vouched = match &visitor.assertion {
            Assertion::Vouched(vouched) => vouched,
            Assertion::Disbelieved(fault) => return Err(SignInFailure::Token(*fault)),
            Assertion::Silent => return Err(SignInFailure::Token(TokenFault::Absent)),
        };
        let person = &vouched.person;
        provider
            .rules
            .check(&provider.email_domains, &person.email, vouched.claims.all())
            .map_err(SignInFailure::NotOurs)?;
        Ok(Identity {
            subject: person.subject.clone(),
            email: person.email.clone(),
            name: person.name.clone(),
            session: None,
            device: provider.rules.device(vouched.claims.all()),
            id_token: None,
        })
    }
}
