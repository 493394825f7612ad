//! The connection test: what a sign-in would ask of a provider, asked step by step. Nothing of it is kept for sign-ins but
//! that a failure is forgotten, and nothing is decided by it.

use jsonwebtoken::Algorithm;
use stagedoor_core::clock::Clock;
use stagedoor_core::provider::{ProbeStep, StepVerdict};
use stagedoor_store::provider::Provider;

use super::metadata::{Document, Metadata, Providers};
use crate::proxy::ProxySettings;
use crate::sign_in::CallError;
use crate::token::{assertion, usable_keys};

use StepVerdict::{Failed, Passed, Skipped, Warned};

/// The names of the steps, in their order.
const STEPS: [&str; 7] = [
    "discovery",
    "issuer",
    "endpoints",
    "algorithms",
    "pkce",
    "answers",
    "keys",
];

impl Providers {
    /// Asks a provider everything that a sign-in through it would.
    ///
    /// `redirect` is the redirect address that it has for itself where it does not name itself in its answers.
    pub(crate) async fn probe(
        &self,
        provider: &Provider,
        redirect: &str,
        clock: &dyn Clock,
    ) -> Vec<ProbeStep> {
        self.forget(provider.id);
        let before = clock.monotonic();
        let found = self.document(provider).await;
        let took = clock.monotonic().saturating_sub(before);
        let mut steps = match found {
            Err(words) => vec![ProbeStep::new("discovery", Failed, words)],
            Ok(document) => self.documented((provider, redirect), document, clock).await,
        };
        if let Some(first) = steps.first_mut() {
            first.took_ms = took.as_millis().try_into().unwrap_or(u64::MAX);
        }
        let words = "Something before it failed.";
        let missing = STEPS.iter().skip(steps.len());
        let skipped: Vec<_> = missing.map(|name| ProbeStep::new(name, Skipped, words)).collect();
        steps.extend(skipped);
        steps
    }

    async fn document(&self, provider: &Provider) -> Result<Document, String> {
        let address = Metadata::address(&provider.issuer);
        let answer = self.http.get_text(&address).await;
        let answer = answer.map_err(|error| unanswered(&address, &error))?;
        match answer.status {
            200 => serde_json::from_str(&answer.body)
                .map_err(|error| format!("{address} cannot be read: {error}.")),
            status => Err(format!("{address} answered with status {status}.")),
        }
    }

    async fn documented(
        &self,
        (provider, redirect): (&Provider, &str),
        document: Document,
        clock: &dyn Clock,
    ) -> Vec<ProbeStep> {
        let address = Metadata::address(&provider.issuer);
        let mut steps = vec![ProbeStep::new(
            "discovery",
            Passed,
            format!("{address} was read."),
        )];
        if document.issuer != provider.issuer {
            let words = format!(
                "It names itself {}, and here it stands as {}. They must be the same to the letter.",
                document.issuer, provider.issuer
            );
            steps.push(ProbeStep::new("issuer", Failed, words));
            return steps;
        }
        steps.push(ProbeStep::new(
            "issuer",
            Passed,
            "It names itself as it stands here.",
        ));
        let (pkce, names_itself) = (document.pkce(), document.names_itself());
        let Ok(metadata) = Metadata::read(&provider.issuer, document) else {
            let words = "Not every endpoint is an https address.";
            steps.push(ProbeStep::new("endpoints", Failed, words));
            return steps;
        };
        steps.push(ProbeStep::new(
            "endpoints",
            Passed,
            "Every endpoint is as well protected as the issuer.",
        ));
        if metadata.algorithms.is_empty() {
            let words = "It signs with none of RS256, PS256, ES256, ES384 and EdDSA.";
            steps.push(ProbeStep::new("algorithms", Failed, words));
            return steps;
        }
        let words = format!("It signs with {}.", names(&metadata.algorithms));
        steps.push(ProbeStep::new("algorithms", Passed, words));
        steps.push(match pkce {
            Some(true) => ProbeStep::new("pkce", Passed, "It knows PKCE with S256."),
            Some(false) => ProbeStep::new("pkce", Failed, "It does not know PKCE with S256."),
            None => ProbeStep::new(
                "pkce",
                Warned,
                "It does not say whether it knows PKCE; it is used all the same.",
            ),
        });
        steps.push(answers(names_itself, redirect));
        steps.push(
            self.keys_step(metadata.jwks.as_str(), &metadata.algorithms, clock)
                .await,
        );
        steps
    }

    /// Asks the proxy in front for its keys: there is nothing else to ask.
    pub(crate) async fn probe_proxy(&self, proxy: &ProxySettings, clock: &dyn Clock) -> ProbeStep {
        let algorithms = [assertion::algorithm(proxy.kind)];
        self.keys_step(&proxy.keys, &algorithms, clock).await
    }

    async fn keys_step(&self, address: &str, algorithms: &[Algorithm], clock: &dyn Clock) -> ProbeStep {
        let before = clock.monotonic();
        let answer = self.http.get_text(address).await;
        let took = clock.monotonic().saturating_sub(before);
        let (verdict, words) = match answer {
            Err(error) => (Failed, unanswered(address, &error)),
            Ok(answer) if answer.status != 200 => (
                Failed,
                format!("{address} answered with status {}.", answer.status),
            ),
            Ok(answer) => match usable_keys(&answer.body, algorithms) {
                None => (Failed, format!("{address} is no set of keys.")),
                Some(0) => (Failed, format!("{address} has no key for these algorithms.")),
                Some(count) => (Passed, format!("{address} has {count} usable.")),
            },
        };
        ProbeStep {
            took_ms: took.as_millis().try_into().unwrap_or(u64::MAX),
            ..ProbeStep::new("keys", verdict, words)
        }
    }
}

/// How its answers are told from another's.
fn answers(names_itself: bool, redirect: &str) -> ProbeStep {
    if names_itself {
        return ProbeStep::new("answers", Passed, "Its answers name it (RFC 9207).");
    }
    let words = format!(
        "Its answers do not name it (RFC 9207), so they are told from another's by where they come back to: register {redirect} \
         there, and no other redirect address of this console."
    );
    ProbeStep::new("answers", Warned, words)
}

fn unanswered(address: &str, error: &CallError) -> String {
    format!("{address} could not be asked: {error}.")
}

fn names(algorithms: &[Algorithm]) -> String {
    let names: Vec<String> = algorithms.iter().map(|one| format!("{one:?}")).collect();
    names.join(", ")
}
