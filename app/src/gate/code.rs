//! What is typed where the passkey is not at hand: plain forms, which need no script at all.

use leptos::prelude::*;

use crate::routes::staff;
use crate::ui::field::{Field, text_field};

const CODE_HINT: &str = "Six digits. Each counts once.";
const RECOVERY_HINT: &str = "One of the ten that you wrote down. It is used up, your other sessions end, every super admin hears of it, and you register a new passkey.";

/// The field for a code of an authenticator app.
pub(super) fn code_form(action: String) -> AnyView {
    let field = Field {
        name: "code",
        label: "Code of your authenticator app",
        hint: Some(CODE_HINT),
        min: 6,
        max: 12,
        mono: true,
        ..Field::default()
    };
    form("Use a code", action, field)
}

/// The field for a recovery code.
pub(super) fn recovery_form() -> AnyView {
    let field = Field {
        name: "recovery_code",
        label: "Recovery code",
        hint: Some(RECOVERY_HINT),
        min: 16,
        max: 40,
        mono: true,
        ..Field::default()
    };
    form("Use a recovery code", staff::SIGN_IN_RECOVERY.to_owned(), field)
}

/// Folded away until somebody wants it: the passkey is the one thing to do.
fn form(words: &'static str, action: String, field: Field) -> AnyView {
    view! {
        <details>
            <summary class="btn big">{words}</summary>
            <form method="post" action=action>
                {text_field(field)}
                <button type="submit" class="btn pri big">
                    {words}
                </button>
            </form>
        </details>
    }
    .into_any()
}
