//! The dialogs that change identity providers: each says what follows, and asks why.

use leptos::prelude::*;
use stagedoor_core::guard::ProviderTrust;
use stagedoor_core::provider::{ClaimRules, SECRET_MAX};
use stagedoor_core::view::frame::Flash;
use stagedoor_core::view::provider::ProviderRow;

use crate::routes::staff;
use crate::ui::{Act, Ask, Field, ask, text_field, typed, wrong};

type Place<'a> = (&'a str, String);

/// A provider is to be added.
pub(super) fn add(redirect: &str, flash: Option<&Flash>, (dialog, closed): Place<'_>) -> AnyView {
    let issuer = Field {
        name: "issuer",
        label: "Issuer",
        value: typed(flash, "issuer"),
        hint: Some("Exactly as it names itself, such as https://login.example.com. It never changes."),
        error: wrong(flash, "issuer"),
        min: 1,
        max: 255,
        mono: true,
        ..Field::default()
    };
    ask(Ask {
        title: "Add an identity provider".to_owned(),
        about: format!(
            "Register {redirect} there first; one whose answers do not name it (RFC 9207) gets an address of its own, which its \
             connection test tells. Nobody gets in through it before its connection was tested and it is trusted."
        ),
        action: staff::ADD_PROVIDER,
        hidden: vec![("dialog", dialog.to_owned())],
        fields: view! {
            {name(typed(flash, "name"), flash)}
            {text_field(issuer)}
            {fields(&Values::typed(flash), flash)}
            {secret("Empty for a public client.", flash)}
            {text_field(Field::reason("Why", flash))}
        }
        .into_any(),
        submit: ("Add provider".to_owned(), Act::Primary),
        closed,
        flash,
    })
}

/// A provider's settings.
pub(super) fn change(view: &ProviderRow, flash: Option<&Flash>, (dialog, closed): Place<'_>) -> AnyView {
    let again = flash.is_some_and(|flash| !flash.values.is_empty());
    let values = match again {
        true => Values::typed(flash),
        false => Values::of(view),
    };
    let called = match again {
        true => typed(flash, "name"),
        false => view.name.clone(),
    };
    let about = match view.trust {
        ProviderTrust::Trusted => {
            "People sign in by it, so the change is tried: it is in force at once, and rolls back by itself after five minutes \
             unless you confirm it once somebody has signed in by it."
        }
        ProviderTrust::Untrusted => {
            "With other settings its connection has to be tested anew before it can be trusted."
        }
    };
    let hint = match view.has_secret {
        true => "Empty keeps the one that is set.",
        false => "Empty for a public client.",
    };
    ask(Ask {
        title: format!("Change {}", view.name),
        about: about.to_owned(),
        action: staff::CHANGE_PROVIDER,
        hidden: vec![
            ("provider_id", view.id.to_string()),
            ("dialog", dialog.to_owned()),
            ("back", closed.clone()),
        ],
        fields: view! {
            {name(called, flash)}
            {fields(&values, flash)}
            {secret(hint, flash)}
            {left_out(flash)}
            {text_field(Field::reason("Why", flash))}
        }
        .into_any(),
        submit: ("Change".to_owned(), Act::Primary),
        closed,
        flash,
    })
}

/// Asked only where somebody could sign in no more.
fn left_out(flash: Option<&Flash>) -> Option<AnyView> {
    let words = wrong(flash, "confirm_left_out")?;
    Some(
        view! {
            <div class="grid gap-[5px]">
                <label class="check" for="left_out">
                    <input type="checkbox" id="left_out" name="left_out" value="yes" aria-describedby="left_out-error" />
                    <span>"It is meant so: they shall sign in no more."</span>
                </label>
                <p class="err" id="left_out-error">{words}</p>
            </div>
        }
        .into_any(),
    )
}

/// Whether a provider's word counts.
pub(super) fn trust(view: &ProviderRow, flash: Option<&Flash>, (dialog, closed): Place<'_>) -> AnyView {
    let (title, about, wanted, verb, act) = match view.trust {
        ProviderTrust::Trusted => (
            format!("Stop trusting {}?", view.name),
            format!(
                "{} of staff sign in by it. Their sessions are refused by the next request, and nobody gets in through it. It is \
                 tried first, and rolls back by itself after five minutes unless you confirm it.",
                view.people
            ),
            "no",
            "Stop trusting",
            Act::Danger,
        ),
        ProviderTrust::Untrusted => (
            format!("Trust {}?", view.name),
            "From then on its word says who somebody on staff is. Its last connection test must have passed. It is tried first, \
             and rolls back by itself after five minutes unless you confirm it."
                .to_owned(),
            "yes",
            "Trust",
            Act::Primary,
        ),
    };
    let refused = wrong(flash, "is_trusted").map(|words| view! { <p class="err">{words}</p> });
    ask(Ask {
        title,
        about,
        action: staff::TRUST_PROVIDER,
        hidden: vec![
            ("provider_id", view.id.to_string()),
            ("trusted", wanted.to_owned()),
            ("dialog", dialog.to_owned()),
            ("back", closed.clone()),
        ],
        fields: view! {
            {refused}
            {text_field(Field::reason("Why", flash))}
        }
        .into_any(),
        submit: (verb.to_owned(), act),
        closed,
        flash,
    })
}

/// What the fields say; lists with spaces between, groups with commas.
struct Values {
    client_id: String,
    email_domains: String,
    hosted_domains: String,
    group_claim: String,
    groups: String,
    amr: String,
    email_claim: String,
    name_claim: String,
    managed_claim: String,
}

impl Values {
    fn of(view: &ProviderRow) -> Self {
        Self::from(&view.client_id, &view.email_domains, &view.rules)
    }

    fn from(client_id: &str, email_domains: &[String], rules: &ClaimRules) -> Self {
        Self {
            client_id: client_id.to_owned(),
            email_domains: email_domains.join(" "),
            hosted_domains: rules.hosted_domains.join(" "),
            group_claim: rules.group_claim.clone(),
            groups: rules.groups.join(", "),
            amr: rules.amr.join(" "),
            email_claim: rules.email_claim.clone(),
            name_claim: rules.name_claim.clone(),
            managed_claim: rules.managed_claim.clone(),
        }
    }

    /// As they were typed before, or as they usually are.
    fn typed(flash: Option<&Flash>) -> Self {
        let usual = Self::from("", &[], &ClaimRules::default());
        let or = |key: &str, usual: String| match flash.and_then(|flash| flash.values.get(key)) {
            Some(typed) => typed.clone(),
            None => usual,
        };
        Self {
            client_id: or("client_id", usual.client_id),
            email_domains: or("email_domains", usual.email_domains),
            hosted_domains: or("hosted_domains", usual.hosted_domains),
            group_claim: or("group_claim", usual.group_claim),
            groups: or("groups", usual.groups),
            amr: or("amr", usual.amr),
            email_claim: or("email_claim", usual.email_claim),
            name_claim: or("name_claim", usual.name_claim),
            managed_claim: or("managed_claim", usual.managed_claim),
        }
    }
}

fn fields(values: &Values, flash: Option<&Flash>) -> AnyView {
    let field = |name: &'static str, label: &'static str, value: &str, hint: &'static str| {
        text_field(Field {
            name,
            label,
            value: value.to_owned(),
            hint: Some(hint),
            error: wrong(flash, name),
            max: 4000,
            mono: true,
            ..Field::default()
        })
    };
    view! {
        {field("client_id", "Client id", &values.client_id, "Ours, as the provider gave it.")}
        {field(
            "email_domains",
            "E-mail domains of the workforce",
            &values.email_domains,
            "With spaces between. Each list that is not empty must hold one of what is claimed.",
        )}
        {field("hosted_domains", "Hosted domains (hd)", &values.hosted_domains, "With spaces between; empty asks for none.")}
        {field("groups", "Groups", &values.groups, "With commas between; empty asks for none.")}
        {field("group_claim", "Claim that lists groups", &values.group_claim, "Its name in the token.")}
        {field("email_claim", "Claim of the address", &values.email_claim, "A text. Of another claim than email it need not be verified.")}
        {field("name_claim", "Claim of the name", &values.name_claim, "A text.")}
        {field("managed_claim", "Claim of a managed device", &values.managed_claim, "True or false; empty where there is none.")}
        {field("amr", "Ways of signing in there that count", &values.amr, "Where the token tells any (amr).")}
    }
    .into_any()
}

fn name(value: String, flash: Option<&Flash>) -> AnyView {
    text_field(Field {
        name: "name",
        label: "Name on the sign-in page",
        value,
        error: wrong(flash, "name"),
        min: 1,
        max: 64,
        autofocus: true,
        ..Field::default()
    })
}

/// Never filled in: what was typed before is typed again.
fn secret(hint: &'static str, flash: Option<&Flash>) -> AnyView {
    let error = wrong(flash, "client_secret");
    let invalid = error.is_some().then_some("true");
    let error = error.map(|words| view! { <p class="err" id="client_secret-error">{words}</p> });
    let most = SECRET_MAX.to_string();
    view! {
        <div class="grid gap-[5px]">
            <label for="client_secret">"Client secret"</label>
            <input
                class="in mono"
                type="password"
                id="client_secret"
                name="client_secret"
                maxlength=most
                autocomplete="off"
                aria-invalid=invalid
                aria-describedby="client_secret-hint client_secret-error"
            />
            {error}
            <p class="hint" id="client_secret-hint">
                {hint}
            </p>
        </div>
    }
    .into_any()
}
