//! What the rules of a provider would make of claims that somebody pastes: nothing is stored, and nobody gets in by it.

use serde_json::Value;
use stagedoor_core::action::kind::IdpView;
use stagedoor_core::audit::Event;
use stagedoor_core::id::ProviderId;
use stagedoor_core::input::FieldError;
use stagedoor_core::provider::{ClaimRules, ProviderKind};
use stagedoor_core::resource::Platform;
use stagedoor_core::view::provider::{ClaimsPreview, MappedClaim};
use stagedoor_store::provider::Provider;

use crate::error::ServiceError;
use crate::op::StaffOp;
use crate::token::{Claims, TokenFault, assertion, id_token};

const TEXT: &str = "a text";

/// Most bytes of a sample.
pub const SAMPLE_MAX: usize = 16 * 1024;

/// Holds a sample of claims against a provider's rules.
///
/// # Errors
/// Denied; not found; invalid with the field `claims`.
pub async fn preview(op: &StaffOp, id: ProviderId, claims: &str) -> Result<ClaimsPreview, ServiceError> {
    op.require::<IdpView>(&Platform).await?.discharge(());
    let Some(provider) = op.service().provider_in_force(id).await? else {
        return Err(op.nothing_there(Event::IdpView, None).await);
    };
    let claims = sample(claims).map_err(ServiceError::field)?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
    let verdict = verdict(&provider, &claims);
    Ok(ClaimsPreview {
        attributes: attributes(&provider.rules, &claims),
        subject: text("sub"),
        email: text(&provider.rules.email_claim),
        refused: verdict.err().map(|(code, _)| code.to_owned()),
        words: match verdict {
            Ok(()) => "They count as workforce, and would go on to the passkey if somebody on staff has this subject.",
            Err((_, words)) => words,
        }
        .to_owned(),
    })
}

/// What a sign-in would make of them: the same function reads them there, so that nobody is told otherwise here.
fn verdict(provider: &Provider, claims: &Claims) -> Result<(), (&'static str, &'static str)> {
    let email = match provider.kind {
        ProviderKind::Oidc => id_token::person(claims, &provider.rules).map(|person| person.email),
        ProviderKind::Proxy(kind) => assertion::person(claims, kind).map(|person| person.email),
    };
    let email = email.map_err(|fault| (fault.code(), words(fault)))?;
    let ours = provider
        .rules
        .check(&provider.email_domains, &email, claims.all());
    ours.map_err(|why| (why.code(), why.explain()))
}

/// What is wrong with claims of a person, in words for whoever sets the rules.
const fn words(fault: TokenFault) -> &'static str {
    match fault {
        TokenFault::Subject => {
            "There is no sub, by which alone somebody is found, or it is no text of 1 to 255 bytes on one line."
        }
        TokenFault::Email => {
            "The claim of the address is absent, or no address of at most 255 bytes with one @ and a domain of plain letters."
        }
        TokenFault::EmailUnverified => "email_verified is not true, so that the address proves nothing.",
        TokenFault::Name => "The claim of the name is no text of 1 to 255 bytes on one line.",
        TokenFault::ProviderSession => "sid is no text of 1 to 255 bytes on one line.",
        TokenFault::Events => "These are the claims of a logout token, which signs nobody in.",
        TokenFault::Service => "They are a program's, not a person's.",
        _ => "A token that says this is refused.",
    }
}

/// What each attribute is read from, and what is made of it.
fn attributes(rules: &ClaimRules, claims: &Claims) -> Vec<MappedClaim> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let texts = |value: &Value| match value {
        Value::String(one) => Some(one.clone()),
        Value::Array(many) => {
            let all: Option<Vec<&str>> = many.iter().map(Value::as_str).collect();
            all.map(|all| all.join(", "))
        }
        _ => None,
    };
    let flag = |value: &Value| value.as_bool().map(|flag| flag.to_string());
    type Read<'a> = &'a dyn Fn(&Value) -> Option<String>;
    let rows: [(&str, &str, &str, Read<'_>); 4] = [
        ("email", &rules.email_claim, TEXT, &text),
        ("name", &rules.name_claim, TEXT, &text),
        ("groups", &rules.group_claim, "a list of texts", &texts),
        ("managed", &rules.managed_claim, "true or false", &flag),
    ];
    let named = rows.into_iter().filter(|(_, claim, ..)| !claim.is_empty());
    let read = named.map(|(attribute, claim, kind, read)| {
        let value = claims.get(claim);
        let found = value.and_then(read);
        MappedClaim {
            attribute: attribute.to_owned(),
            claim: claim.to_owned(),
            fault: match (value, &found) {
                (None, _) => Some(format!("{claim} is absent.")),
                // What a person is known by has to be right where it is there at all.
                (Some(_), None) if kind == TEXT => {
                    Some(format!("{claim} is not {kind}: nobody is let in with it."))
                }
                (Some(_), None) => Some(format!("{claim} is not {kind}, and counts for nothing.")),
                (Some(_), Some(_)) => None,
            },
            value: found,
        }
    });
    read.collect()
}

fn sample(text: &str) -> Result<Claims, FieldError> {
    let message = "Paste the claims of a token as one JSON object of at most 16 KiB, each name once, not the token itself.";
    let wrong = || FieldError::new("claims", message);
    if text.len() > SAMPLE_MAX {
        return Err(wrong());
    }
    Claims::parse(text.as_bytes()).ok_or_else(wrong)
}
