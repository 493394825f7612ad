//! What a page shows when it cannot be shown: which rule stood in the way, what to do, and the request's id.
//!
//! The service has decided what may be said ([`ApiError`]); here it only gets its words around it. A page never shows an
//! error's inner cause.

use leptos::prelude::*;
use stagedoor_core::decide::ORDER;
use stagedoor_core::error::{ApiError, Code};
use stagedoor_core::guard::Guardrail;
use stagedoor_core::narrowed;
use stagedoor_core::view::frame::{GuardStanding, GuardView};

use crate::console::refused::widen;
use crate::ui::guard::picture;
use crate::ui::{Icon, glyph_list, icon};

/// An error on its way to a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppError(ApiError);

impl AppError {
    /// The public error.
    #[must_use]
    pub const fn api(&self) -> &ApiError {
        &self.0
    }

    /// The HTTP status that goes with it.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.0.code.status()
    }

    /// Whether the session is narrowed to less, so that signing in again would help: its refusals say so in words of their own.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        narrowed::tells(&self.0.message)
    }

    /// What happened, as a heading.
    #[must_use]
    pub fn title(&self) -> &'static str {
        match self.0.code {
            Code::Forbidden if self.guardrail() == Some(Guardrail::Identity) => {
                "What vouches for you does not open this page"
            }
            Code::Unauthenticated | Code::StepUpRequired => "Prove that it is you",
            Code::Forbidden if self.is_narrowed() => "This session does not open this page",
            Code::Forbidden => "Your role does not open this page",
            Code::EnrollmentRequired => "Enroll first",
            Code::ResponsibilitiesRequired => "Acknowledge your responsibilities first",
            Code::AccountDeactivated => "This account is switched off",
            Code::NetworkDenied => "Your network is not allowed",
            Code::OriginDenied => "This call came from another site",
            Code::ImpersonationBlocked => "The owner keeps this closed",
            Code::ConsentPending => "The owner is asked",
            Code::ImpersonationReadOnly => "This visit may only look",
            Code::BreakGlassRequired => "Two people must agree",
            Code::NotFound | Code::MethodNotAllowed => "Nothing here",
            Code::SelfChangeForbidden => "Nobody changes themselves",
            Code::Conflict | Code::ImpersonationLimit | Code::LastSuperAdmin => "Not in this state",
            Code::TooLarge | Code::TooSlow | Code::Invalid => "That could not be read",
            Code::RateLimited => "Too often",
            Code::Internal => "Something went wrong on our side",
            Code::Unavailable => "Not available right now",
        }
    }

    /// What the person can do about it.
    #[must_use]
    pub fn advice(&self) -> &'static str {
        match self.0.code {
            Code::Forbidden if self.guardrail() == Some(Guardrail::Identity) => {
                "Who am I shows what your identity provider says. The attempt is recorded."
            }
            Code::Unauthenticated => "Sign in again; nothing was changed.",
            Code::StepUpRequired => "Use your passkey, then repeat what you did.",
            Code::Forbidden if self.is_narrowed() => "The attempt is recorded.",
            Code::Forbidden => {
                "If your work needs it, a super admin can change your role. The attempt is recorded."
            }
            Code::EnrollmentRequired => "Ask a super admin for an enrollment token.",
            Code::ResponsibilitiesRequired => {
                "Open /responsibilities on the console's own host; it takes a minute."
            }
            Code::AccountDeactivated => "A super admin can tell you why.",
            Code::NetworkDenied => "Connect to the corporate network or VPN, then try again.",
            Code::OriginDenied => "Open the page from its own address and repeat what you did.",
            Code::ImpersonationBlocked => {
                "Ask the tenant's owner to open support access, or ask for a break-glass grant."
            }
            Code::ConsentPending => "Wait for the answer, then start the visit again.",
            Code::ImpersonationReadOnly => "What you need to change, the tenant's own people can change.",
            Code::BreakGlassRequired => "Ask for a break-glass grant; two others vote on it.",
            Code::NotFound => "The address may be mistyped, or it belongs to something you may not know of.",
            Code::MethodNotAllowed => "Go back and use the page's own buttons.",
            Code::SelfChangeForbidden => "Ask another super admin.",
            Code::LastSuperAdmin => "Make another super admin first, enrolled and permanent.",
            Code::Conflict | Code::ImpersonationLimit => "Reload the page to see how things stand now.",
            Code::TooLarge | Code::TooSlow | Code::Invalid => "Go back, correct it, and send it again.",
            Code::RateLimited => "Wait a minute, then try again.",
            Code::Internal => {
                "Nothing was changed. If it happens again, quote the request to whoever runs this."
            }
            Code::Unavailable => {
                "The database or the audit log cannot be reached, and nothing is done unrecorded. Try again in a minute."
            }
        }
    }

    /// What each of the six said, where a decision refused the call and may be told.
    #[must_use]
    pub fn guards(&self) -> &[GuardView] {
        &self.0.guardrails
    }

    /// The guardrail that said no, where it was one of the six: as the decision told it, the first in the order in which reasons
    /// are reported. Where no decision was made, what the code stands for.
    #[must_use]
    pub fn guardrail(&self) -> Option<Guardrail> {
        let failed = |guardrail: &Guardrail| {
            let failed = |guard: &GuardView| {
                guard.name == guardrail.as_str() && guard.standing == GuardStanding::Failed
            };
            self.guards().iter().any(failed)
        };
        if !self.guards().is_empty() {
            return ORDER.into_iter().find(failed);
        }
        match self.0.code {
            Code::NetworkDenied | Code::OriginDenied => Some(Guardrail::Network),
            Code::EnrollmentRequired => Some(Guardrail::Identity),
            Code::StepUpRequired => Some(Guardrail::Mfa),
            Code::Forbidden
            | Code::SelfChangeForbidden
            | Code::ResponsibilitiesRequired
            | Code::ImpersonationReadOnly => Some(Guardrail::Authz),
            Code::BreakGlassRequired => Some(Guardrail::Danger),
            Code::Unauthenticated | Code::AccountDeactivated => Some(Guardrail::Session),
            _ => None,
        }
    }

    /// The picture beside the words.
    #[must_use]
    pub const fn icon(&self) -> Icon {
        match self.0.code {
            Code::NotFound | Code::MethodNotAllowed => Icon::Search,
            Code::Unavailable | Code::RateLimited => Icon::ServerOff,
            Code::Internal
            | Code::Conflict
            | Code::ImpersonationLimit
            | Code::TooLarge
            | Code::TooSlow
            | Code::Invalid => Icon::Warning,
            _ => Icon::Lock,
        }
    }
}

impl From<ApiError> for AppError {
    fn from(error: ApiError) -> Self {
        Self(error)
    }
}

impl std::fmt::Display for AppError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for AppError {}

/// The designed error page, to be set into the frame that the person is in. It sets the answer's status.
#[component]
pub fn ErrorPage(
    /// What went wrong.
    error: AppError,
    /// What stands in the way and what to do, where more is known here than the error's own words tell.
    #[prop(optional_no_strip)]
    why: Option<String>,
    /// Where to go instead: an address of this host.
    #[prop(into)]
    back_href: String,
    /// The words of that link.
    #[prop(into)]
    back_label: String,
) -> impl IntoView {
    crate::server::set_status(error.status());
    error_card(&error, why, (back_href, back_label))
}

/// The same without a status, for what is not a page of its own. `back` is an address and the words of its link.
pub fn error_card(error: &AppError, why: Option<String>, back: (String, String)) -> AnyView {
    let guardrail = error.guardrail().map(|guardrail| {
        view! {
            <span class="tag danger">
                {icon(picture(guardrail))}
                {format!("{} guardrail", guardrail.label())}
            </span>
        }
    });
    let words = match why {
        Some(why) => vec![why],
        None => {
            let api = error.api();
            let mut words = vec![api.message.clone()];
            words.extend(api.fields.values().cloned());
            words.push(error.advice().to_owned());
            words
        }
    };
    let widen = error.is_narrowed().then(widen);
    view! {
        <section class="card empty" aria-labelledby="error-title">
            {icon(error.icon())}
            <h1 id="error-title">{error.title()}</h1>
            {guardrail}
            {words.into_iter().map(|text| view! { <p>{text}</p> }).collect_view()}
            {(!error.guards().is_empty()).then(|| glyph_list(error.guards()))}
            <p class="small faint">"Request " <span class="mono">{error.api().request_id.clone()}</span></p>
            <div class="acts">
                <a class="btn" href=back.0>
                    {back.1}
                </a>
                {widen}
            </div>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use stagedoor_core::decision::Reason;
    use stagedoor_core::guard::{Verdict, Verdicts};

    use super::*;

    fn error(code: Code) -> AppError {
        AppError::from(ApiError::new(code, "Because.", "req_1"))
    }

    #[test]
    fn a_refusal_names_its_guardrail_and_what_is_hidden_names_none() {
        assert_eq!(error(Code::Forbidden).guardrail(), Some(Guardrail::Authz));
        assert_eq!(error(Code::NotFound).guardrail(), None);
        assert_eq!(error(Code::Unavailable).status(), 503);
    }

    #[test]
    fn all_six_are_shown_as_they_were_decided_and_no_code_is_guessed_from() {
        let said = Verdicts::from_fn(|guardrail| match guardrail {
            Guardrail::Identity => Verdict::Fail(Reason::DeviceUnmanaged),
            Guardrail::Mfa => Verdict::Fail(Reason::FactorStale),
            Guardrail::Danger => Verdict::NotRequired,
            _ => Verdict::Pass,
        });
        let error = AppError::from(ApiError {
            guardrails: GuardView::six(&said, None),
            ..ApiError::new(Code::Forbidden, Reason::DeviceUnmanaged.explain(), "req_1")
        });
        assert_eq!(error.guardrail(), Some(Guardrail::Identity));
        let html =
            Owner::new().with(|| error_card(&error, None, ("/".to_owned(), "Back".to_owned())).to_html());
        for (guardrail, verdict) in said.iter() {
            assert!(html.contains(&format!("<b>{}</b>", guardrail.label())), "{html}");
            assert!(html.contains(verdict.explain()), "{html}");
        }
        assert!(
            html.contains("Identity guardrail") && !html.contains("Your role does not open"),
            "{html}"
        );
    }

    #[test]
    fn a_narrowed_session_is_led_to_a_new_sign_in_and_a_role_is_not() {
        let drawn = |message: &str| {
            let error = AppError::from(ApiError {
                message: message.to_owned(),
                ..error(Code::Forbidden).0
            });
            Owner::new().with(|| error_card(&error, None, ("/".to_owned(), "Overview".to_owned())).to_html())
        };
        let narrowed = drawn(Reason::NarrowedReads.explain());
        for words in [
            "This session does not open this page",
            "action=\"/sign-out\"",
            "Sign out, to sign in again",
        ] {
            assert!(narrowed.contains(words), "{words} in {narrowed}");
        }
        assert!(!drawn(Reason::PermissionMissing.explain()).contains("<form"));
    }

    #[test]
    fn the_card_says_what_happened_what_to_do_and_the_request() {
        let html = Owner::new().with(|| {
            error_card(
                &error(Code::Forbidden),
                None,
                ("/".to_owned(), "Overview".to_owned()),
            )
            .to_html()
        });
        for words in [
            "Your role does not open this page",
            "Because.",
            "super admin",
            "req_1",
            "Role guardrail",
            "href=\"/\"",
        ] {
            assert!(html.contains(words), "{words} in {html}");
        }
    }
}
