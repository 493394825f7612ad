//! The matrix: a row a permission, a column a role and then one a sub-role, under what the permissions are about.

use leptos::prelude::*;
use stagedoor_core::role::StaffRole;
use stagedoor_core::view::role::{Mark, PermissionRow, SubMark};

use crate::ui::titled_card;

/// How a mark is drawn, beside its words.
const fn sign(mark: Mark) -> (&'static str, &'static str) {
    match mark {
        Mark::No => ("", "faint"),
        Mark::Yes => ("●", "t-ok"),
        Mark::WithGrant => ("◐", "t-warn"),
        Mark::OwnOnly => ("own", "small t-info"),
        Mark::ByPolicyOn => ("policy, on", "small t-ok"),
        Mark::ByPolicyOff => ("policy, off", "small muted"),
    }
}

fn drawn(mark: Mark) -> AnyView {
    let (text, class) = sign(mark);
    view! {
        <span class=class aria-hidden="true" title=mark.words()>
            {text}
        </span>
    }
    .into_any()
}

/// Draws the matrix.
pub(super) fn matrix(rows: &[PermissionRow]) -> AnyView {
    let heads = StaffRole::ALL
        .iter()
        .map(|role| view! { <th scope="col">{role.label()}</th> })
        .collect_view();
    let narrowed = rows
        .first()
        .map(|row| row.sub_roles.iter().map(sub_head).collect_view());
    let groups = by_noun(rows).iter().map(|rows| group(rows)).collect_view();
    view! {
        <section class="card" aria-labelledby="matrix" tabindex="0">
            <h2 class="sect" id="matrix">
                "Who holds what"
                <span class="spacer"></span>
                <span class="small muted font-[450]">{format!("{} permissions", rows.len())}</span>
            </h2>
            <table class="matrix compact" aria-label="Who holds what">
                <thead>
                    <tr>
                        <th scope="col">"Permission"</th>
                        {heads}
                        {narrowed}
                    </tr>
                </thead>
                {groups}
            </table>
        </section>
    }
    .into_any()
}

/// The head of a sub-role's column: what it leaves of its role.
fn sub_head(one: &SubMark) -> AnyView {
    let about = format!("Narrows {}. {}", one.of.label(), one.about);
    view! {
        <th scope="col" class="mono" title=about>
            {one.name.clone()}
        </th>
    }
    .into_any()
}

/// What is about one thing stands together, in the order of the table otherwise.
fn by_noun(rows: &[PermissionRow]) -> Vec<Vec<&PermissionRow>> {
    let mut groups: Vec<Vec<&PermissionRow>> = Vec::new();
    for row in rows {
        let known = groups
            .iter_mut()
            .find(|group| group.first().is_some_and(|first| first.noun() == row.noun()));
        match known {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    groups
}

fn group(rows: &[&PermissionRow]) -> AnyView {
    let noun = rows
        .first()
        .map(|row| row.noun())
        .unwrap_or_default()
        .replace('_', " ");
    let lines = rows.iter().map(|row| line(row)).collect_view();
    let narrowed = rows.first().map_or(0, |row| row.sub_roles.len());
    let across = 1 + StaffRole::ALL.len() + narrowed;
    view! {
        <tbody>
            <tr>
                <th scope="rowgroup" colspan=across class="small muted">
                    {noun}
                </th>
            </tr>
            {lines}
        </tbody>
    }
    .into_any()
}

fn line(row: &PermissionRow) -> AnyView {
    let cells = row
        .marks
        .iter()
        .chain(row.sub_roles.iter().map(|one| &one.mark))
        .map(|mark| {
            view! {
                <td>
                    {drawn(*mark)} <span class="sr-only">{mark.words()}</span>
                </td>
            }
        })
        .collect_view();
    view! {
        <tr>
            <th scope="row" class="mono" title=row.about.clone()>
                {row.name.clone()}
            </th>
            {cells}
        </tr>
    }
    .into_any()
}

/// What the signs mean.
pub(super) fn legend() -> AnyView {
    let lines = Mark::ALL
        .into_iter()
        .filter(|mark| *mark != Mark::No)
        .map(|mark| {
            view! {
                <dt>{drawn(mark)}</dt>
                <dd>{mark.words()}</dd>
            }
        })
        .collect_view();
    let body = view! {
        <dl class="kv p-[14px]">
            {lines} <dt class="faint">"empty"</dt> <dd>"does not hold it; everything not listed is denied, too"</dd>
        </dl>
    };
    titled_card("legend", "How to read it", body)
}
