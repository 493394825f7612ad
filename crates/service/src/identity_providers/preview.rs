//! What the rules of a provider would make of claims that somebody pastes: nothing is stored, and nobody gets in by it.

use serde_json::{Map, Value};
use stagedoor_core::action::kind::IdpView;
use stagedoor_core::audit::Event;
use stagedoor_core::id::ProviderId;
use stagedoor_core::input::FieldError;
use stagedoor_core::provider::ClaimRules;
use stagedoor_core::resource::Platform;
use stagedoor_core::view::provider::{ClaimsPreview, MappedClaim};

use crate::error::ServiceError;
use crate::op::StaffOp;

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
    let (subject, email) = (text("sub"), text(&provider.rules.email_claim));
    let checked = provider.rules.check(
        &provider.email_domains,
        email.as_deref().unwrap_or_default(),
        &claims,
    );
    let verdict = match (&subject, &email, checked) {
        (None, _, _) => Err((
            "token_subject",
            "There is no sub, by which alone somebody is found.",
        )),
        (_, None, _) => Err(("token_email", "The claim of the address is absent, or no text.")),
        (_, _, Err(why)) => Err((why.code(), why.explain())),
        (_, _, Ok(())) => Ok(()),
    };
    Ok(ClaimsPreview {
        attributes: attributes(&provider.rules, &claims),
        subject,
        email,
        refused: verdict.err().map(|(code, _)| code.to_owned()),
        words: match verdict {
            Ok(()) => "They count as workforce, and would go on to the passkey if somebody on staff has this subject.",
            Err((_, words)) => words,
        }
        .to_owned(),
    })
}

/// What each attribute is read from, and what is made of it.
fn attributes(rules: &ClaimRules, claims: &Map<String, Value>) -> Vec<MappedClaim> {
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
        ("email", &rules.email_claim, "a text", &text),
        ("name", &rules.name_claim, "a text", &text),
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
                (Some(_), None) => Some(format!("{claim} is not {kind}, and counts for nothing.")),
                (Some(_), Some(_)) => None,
            },
            value: found,
        }
    });
    read.collect()
}

fn sample(text: &str) -> Result<Map<String, Value>, FieldError> {
    let message = "Paste the claims of a token as one JSON object of at most 16 KiB, not the token itself.";
    let wrong = || FieldError::new("claims", message);
    if text.len() > SAMPLE_MAX {
        return Err(wrong());
    }
    serde_json::from_str(text).map_err(|_| wrong())
}
