//! What the configuration file declares, brought into the database at start: the identity provider, and the proxy in front
//! where staff sign in by its word.
//!
//! A provider that the file no longer declares loses its trust; it is never deleted, for people and entries name it.

use stagedoor_core::audit::{AuditBatch, Change, Event, Field, Target};
use stagedoor_core::guard::ProviderTrust;
use stagedoor_core::provider::{ClaimRules, Narrowings, ProviderKind};
use stagedoor_core::request::Toggle;
use stagedoor_store::provider::{self, Provider};

use crate::crypto::Purpose;
use crate::error::ServiceError;
use crate::proxy::ProxySettings;
use crate::recorder::{Acting, Story};
use crate::state::Service;
use crate::system::fresh_id;
use crate::visitor::Visitor;

/// An identity provider as the file declares it.
#[derive(Debug, Clone)]
pub struct DeclaredProvider {
    /// How it vouches.
    pub kind: ProviderKind,
    /// Its name on the sign-in link.
    pub name: String,
    /// Its issuer.
    pub issuer: String,
    /// Our client id there.
    pub client_id: String,
    /// Our client secret there, in the clear; sealed before it is stored.
    pub client_secret: Option<String>,
    /// E-mail domains of the workforce.
    pub email_domains: Vec<String>,
    /// The claim that says whether a device is managed; empty where there is none.
    pub managed_claim: String,
}

impl DeclaredProvider {
    /// The proxy in front, where staff sign in by its word.
    #[must_use]
    pub fn of_proxy(proxy: &ProxySettings) -> Option<Self> {
        (proxy.identity == Toggle::On).then(|| Self {
            kind: ProviderKind::Proxy(proxy.kind),
            name: proxy.name.clone(),
            issuer: proxy.issuer.clone(),
            client_id: proxy.audience.clone(),
            client_secret: None,
            email_domains: proxy.email_domains.clone(),
            managed_claim: proxy.managed_claim.clone(),
        })
    }
}

impl Service {
    /// Makes the stored providers say what the file says. Each difference is an entry; nothing different writes nothing.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn declare_providers(&self, declared: &[DeclaredProvider]) -> Result<(), ServiceError> {
        let known = provider::list(&mut self.db().reader()).await?;
        let still = |known: &Provider| {
            let mut declared = declared.iter();
            declared.any(|one| one.issuer == known.issuer && one.kind == known.kind)
        };
        let dropped = known
            .iter()
            .filter(|known| known.declared && !still(known) && known.trust == ProviderTrust::Trusted);
        for provider in dropped {
            let untrusted = Provider {
                trust: ProviderTrust::Untrusted,
                declared: false,
                ..provider.clone()
            };
            let changes = vec![change("is_trusted", "true", "false")];
            self.store_provider(untrusted, changes, Some(())).await?;
        }
        for one in declared {
            let former = known.iter().find(|known| known.issuer == one.issuer);
            self.declare(one, former.cloned()).await?;
        }
        Ok(())
    }

    async fn declare(
        &self,
        declared: &DeclaredProvider,
        former: Option<Provider>,
    ) -> Result<(), ServiceError> {
        if former.as_ref().is_some_and(|former| former.kind != declared.kind) {
            let message = format!(
                "the issuer {} is known as a provider of another kind; people would change hands",
                declared.issuer
            );
            return Err(ServiceError::Internal(message));
        }
        let wanted = self.wanted(declared, former.as_ref());
        let wanted = match &former {
            Some(former) => wanted.narrowed_from(former, self.now()),
            None => wanted,
        };
        let changes = self.changes(declared, former.as_ref());
        if changes.is_empty() {
            return Ok(());
        }
        self.store_provider(wanted, changes, former.map(drop)).await
    }

    fn wanted(&self, declared: &DeclaredProvider, former: Option<&Provider>) -> Provider {
        let id = former.map_or_else(|| fresh_id(self.rng(), self.now()), |former| former.id);
        let seal = |secret: &String| self.seal_client_secret(id, secret);
        Provider {
            id,
            kind: declared.kind,
            rules: ClaimRules {
                managed_claim: declared.managed_claim.clone(),
                ..former.map_or_else(ClaimRules::default, |former| former.rules.clone())
            },
            name: declared.name.clone(),
            issuer: declared.issuer.clone(),
            client_id: declared.client_id.clone(),
            client_secret: declared.client_secret.as_ref().map(seal),
            trust: ProviderTrust::Trusted,
            email_domains: declared.email_domains.clone(),
            declared: true,
            trial: None,
            narrowed: former.map_or(Narrowings::NONE, |former| former.narrowed),
        }
    }

    /// What is different, in words that hold no secret.
    fn changes(&self, declared: &DeclaredProvider, former: Option<&Provider>) -> Vec<Change> {
        let Some(former) = former else {
            return vec![change("issuer", "", &declared.issuer)];
        };
        let pairs = [
            ("name", former.name.clone(), declared.name.clone()),
            ("client_id", former.client_id.clone(), declared.client_id.clone()),
            (
                "email_domains",
                former.email_domains.join(" "),
                declared.email_domains.join(" "),
            ),
            (
                "is_trusted",
                (former.trust == ProviderTrust::Trusted).to_string(),
                "true".to_owned(),
            ),
            (
                "managed_claim",
                former.rules.managed_claim.clone(),
                declared.managed_claim.clone(),
            ),
            ("declared", former.declared.to_string(), "true".to_owned()),
        ];
        let mut changes: Vec<Change> = pairs
            .iter()
            .filter(|(_, before, after)| before != after)
            .map(|(field, before, after)| change(field, before, after))
            .collect();
        if self.former_secret(former).as_deref() != declared.client_secret.as_deref() {
            changes.push(change("client_secret", "(not shown)", "(not shown)"));
        }
        changes
    }

    fn former_secret(&self, former: &Provider) -> Option<String> {
        let sealed = former.client_secret.as_ref()?;
        let key = self.vault().key(Purpose::ProviderSecret);
        let opened = key.open(former.id.to_string().as_bytes(), sealed).ok()?;
        String::from_utf8(opened).ok()
    }

    async fn store_provider(
        &self,
        wanted: Provider,
        changes: Vec<Change>,
        former: Option<()>,
    ) -> Result<(), ServiceError> {
        let now = self.now();
        let mut story = Story::new(Event::IdpChange);
        story.target = Some(Target::Other("identity_provider", wanted.name.clone()));
        story.changes = changes;
        story.facts.insert(Field::Source, "configuration file".to_owned());
        let batch = self.record_own(story).await?;
        self.db()
            .write(move |mut tx| {
                let (wanted, batch): (Provider, AuditBatch) = (wanted.clone(), batch.clone());
                Box::pin(async move {
                    match former {
                        Some(()) => provider::update(&mut tx, &wanted).await?,
                        None => provider::insert(&mut tx, &wanted, now).await?,
                    }
                    Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
                })
            })
            .await
    }

    /// The entries of what the program does by itself, on nobody's request.
    pub(crate) async fn record_own(&self, story: Story) -> Result<AuditBatch, ServiceError> {
        let now = self.now();
        let visitor = Visitor::new(fresh_id(self.rng(), now), None, "");
        let acting = Acting::itself();
        self.record(&visitor, &acting, story, now).await
    }
}

fn change(field: &str, before: &str, after: &str) -> Change {
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Change {
        field: field.to_owned(),
        before: text(before),
        after: text(after),
    }
}
