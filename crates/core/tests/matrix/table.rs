//! The table of actions as text, from the declarations.

use stagedoor_core::action::{Action, Audience, Cell, Danger, Declaration, Effect, WhileImpersonated};
use stagedoor_core::guard::Guardrail;
use stagedoor_core::guard_policy::{Caller, Guard};
use stagedoor_core::request::Policy;
use stagedoor_core::resource::ResourceKind;
use stagedoor_core::role::{StaffRole, TenantRole};

/// One line an action, columns aligned.
pub(crate) fn render(audience: Audience) -> String {
    let mut lines = vec![header(audience)];
    for action in Action::ALL {
        let declaration = action.declaration();
        if declaration.audience == audience {
            lines.push(line(declaration));
        }
    }
    align(&lines)
}

fn header(audience: Audience) -> Vec<String> {
    let mut columns = vec!["action", "on", "effect"];
    match audience {
        Audience::Staff => {
            columns.extend(StaffRole::ALL.iter().map(|role| role.as_str()));
            columns.push("guardrails");
        }
        Audience::Tenant => {
            columns.extend(TenantRole::ALL.iter().map(|role| role.as_str()));
            columns.push("while impersonated");
        }
    }
    columns.into_iter().map(str::to_owned).collect()
}

fn line(declaration: &Declaration) -> Vec<String> {
    let mut columns = vec![
        declaration.name,
        kind(declaration.resource),
        effect(declaration.effect),
    ];
    columns.extend(
        declaration
            .cells
            .iter()
            .map(|cell| mark(*cell, declaration.danger)),
    );
    let mut columns: Vec<String> = columns.into_iter().map(str::to_owned).collect();
    columns.push(match declaration.audience {
        Audience::Staff => guardrails(declaration),
        Audience::Tenant => in_a_visit(declaration).to_owned(),
    });
    columns
}

fn mark(cell: Cell, danger: Danger) -> &'static str {
    match (cell, danger) {
        (Cell::No, _) => "",
        (Cell::Yes, Danger::Ordinary) => "●",
        (Cell::Yes, Danger::BreakGlass) => "◐",
        (Cell::Own, _) => "○ own",
        (Cell::ByPolicy, _) => "policy",
    }
}

fn kind(kind: ResourceKind) -> &'static str {
    match kind {
        ResourceKind::Platform => "platform",
        ResourceKind::Tenant => "tenant",
        ResourceKind::Session => "session",
        ResourceKind::Visit => "visit",
        ResourceKind::Space => "space",
        ResourceKind::Person => "person",
        ResourceKind::Passkey => "passkey",
    }
}

fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Read => "read",
        Effect::Write => "write",
    }
}

fn guardrails(declaration: &Declaration) -> String {
    let asked = |guardrail: &Guardrail| match guardrail {
        Guardrail::Danger => declaration.danger == Danger::BreakGlass,
        other => declaration.guards.contains(*other),
    };
    let names: Vec<_> = Guardrail::ALL
        .iter()
        .filter(|guardrail| asked(guardrail))
        .map(|guardrail| guardrail.as_str())
        .collect();
    let policy = Policy::default();
    let action = Action::from_name(declaration.name).expect("it has an action");
    let max_age = Guard::of(&policy, Caller::Staff(StaffRole::SuperAdmin), action)
        .factor
        .max_age;
    let within = (max_age < policy.factor.max_age && declaration.guards.contains(Guardrail::Mfa))
        .then(|| format!(" (mfa within {} min)", max_age.as_secs() / 60));
    names.join(" ") + &within.unwrap_or_default()
}

/// The guard of every action, as each role of staff meets it: one line an action and a text.
pub(crate) fn guards() -> String {
    let policy = Policy::default();
    let mut text = String::new();
    for action in Action::ALL {
        if action.declaration().audience == Audience::Tenant {
            continue;
        }
        let mut told: Vec<(String, Vec<&str>)> = Vec::new();
        for role in StaffRole::ALL {
            let guard = Guard::of(&policy, Caller::Staff(*role), *action).to_string();
            match told.iter_mut().find(|(known, _)| *known == guard) {
                Some((_, roles)) => roles.push(role.as_str()),
                None => told.push((guard, vec![role.as_str()])),
            }
        }
        for (guard, roles) in told {
            let whom = if roles.len() == StaffRole::ALL.len() {
                "all".to_owned()
            } else {
                roles.join(" ")
            };
            text.push_str(&format!("{} [{whom}]: {guard}\n", action.name()));
        }
    }
    text
}

fn in_a_visit(declaration: &Declaration) -> &'static str {
    match (declaration.impersonated, declaration.effect) {
        (WhileImpersonated::Never, _) => "never",
        (WhileImpersonated::Always, _) => "always",
        (WhileImpersonated::Allowed, Effect::Read) => "as the role, owner as admin",
        (WhileImpersonated::Allowed, Effect::Write) => "once escalated, owner as admin",
    }
}

fn align(lines: &[Vec<String>]) -> String {
    let widths: Vec<usize> = (0..lines[0].len())
        .map(|column| {
            lines
                .iter()
                .map(|line| line[column].chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    for line in lines {
        let cells = line
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"));
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}
