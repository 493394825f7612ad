//! Whom the passkeys that a change asks for would shut out, by name, before it is tried.

use leptos::prelude::*;
use stagedoor_core::view::policy::{PersonChoice, ShutFrom, ShutOut};

use crate::routes::{ConsolePage, StaffQuery};
use crate::ui::{Icon, icon};

/// Draws it.
pub(super) fn shut_out(shut: &ShutOut) -> AnyView {
    let level = shut.level.explain();
    if shut.count == 0 && shut.without_passkey == 0 {
        let words = format!("Everybody enrolled whom it concerns has a passkey that {level}.");
        return view! { <p class="muted">{words}</p> }.into_any();
    }
    let none = (shut.count == 0).then(|| format!("Everybody who has a passkey has one that {level}."));
    let some = (shut.count > 0).then(|| {
        format!(
            "{}: their passkeys are none that {level}.",
            people(shut.count, shut.from)
        )
    });
    let without = (shut.without_passkey > 0).then(|| {
        let words = format!(
            "Besides, {} and have no passkey at all.",
            people(shut.without_passkey, shut.from)
        );
        view! { <p>{words}</p> }
    });
    let named = shut.people.iter().map(person).collect_view();
    let more = (shut.more() > 0).then(|| {
        let words = match shut.people.len() {
            0 => format!("{} in all", shut.more()),
            _ => format!("and {} more", shut.more()),
        };
        view! { <li>{words}</li> }
    });
    view! {
        <section class="note warn" aria-label="Whom it would shut out">
            {icon(Icon::Warning)}
            <div class="grid gap-2 min-w-0">
                <p>{none} {some}</p>
                <ul>{named} {more}</ul>
                {without}
            </div>
        </section>
    }
    .into_any()
}

fn people(count: u64, from: ShutFrom) -> String {
    let lose = match from {
        ShutFrom::SignIn => "could not sign in any more",
        ShutFrom::Actions => "could not do all of it any more",
    };
    match count {
        1 => format!("1 person {lose}"),
        _ => format!("{count} people {lose}"),
    }
}

fn person(person: &PersonChoice) -> AnyView {
    let own = ConsolePage::Colleague(person.id.to_string(), StaffQuery::default()).href();
    view! {
        <li>
            <a href=own>{person.name.clone()}</a>
            ", "
            {person.role.label()}
        </li>
    }
    .into_any()
}
