//! What the rules of a provider would make of claims that somebody pastes: nothing is stored, and nobody gets in by it.

use serde_json::{Map, Value};
use stagedoor_core::action::kind::IdpView;
use stagedoor_core::audit::Event;
use stagedoor_core::id::ProviderId;
use stagedoor_core::input::FieldError;
use stagedoor_core::resource::Platform;
use stagedoor_core::view::provider::ClaimsPreview;
use stagedoor_store::provider;

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
    let found = provider::find(&mut op.service().db().reader(), id).await?;
    let Some(provider) = found else {
        return Err(op.nothing_there(Event::IdpView, None).await);
    };
    let claims = sample(claims).map_err(ServiceError::field)?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
    let (subject, email) = (text("sub"), text("email"));
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
        (_, None, _) => Err(("token_email", "There is no email.")),
        (_, _, Err(why)) => Err((why.code(), why.explain())),
        (_, _, Ok(())) => Ok(()),
    };
    Ok(ClaimsPreview {
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

fn sample(text: &str) -> Result<Map<String, Value>, FieldError> {
    let message = "Paste the claims of a token as one JSON object of at most 16 KiB, not the token itself.";
    let wrong = || FieldError::new("claims", message);
    if text.len() > SAMPLE_MAX {
        return Err(wrong());
    }
    serde_json::from_str(text).map_err(|_| wrong())
}
