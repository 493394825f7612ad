//! The whole of it: what pages get, and what they are told when they name a class that does not exist.
#![allow(clippy::unwrap_used, reason = "a test")]

use stagedoor_style::{Error, stylesheet};

#[test]
fn a_page_of_components_and_utilities() {
    let css = stylesheet(&[(
        "app/src/page.rs",
        r#"view! { <p class="card pad flex gap-2 text-danger">"x"</p> }"#,
    )])
    .unwrap();
    assert!(css.console.contains(".gap-2") && css.console.contains("color:var(--danger)"));
    assert!(css.console.len() < 60_000, "{} bytes", css.console.len());
}

#[test]
fn an_unknown_class_names_its_place() {
    let error =
        stylesheet(&[("app/src/page.rs", "\nview! { <p class=\"card crad\">\"x\"</p> }")]).unwrap_err();
    assert!(matches!(&error, Error::UnknownClasses(list) if list.len() == 1));
    assert_eq!(error.to_string(), "app/src/page.rs:2: class `crad` has no rule");
}

#[test]
fn the_same_sources_give_the_same_sheets() {
    let sources = [("a.rs", r#"view! { <p class="flex gap-2 mt-1 w-full"/> }"#)];
    assert_eq!(stylesheet(&sources).unwrap(), stylesheet(&sources).unwrap());
}

#[test]
fn sign_in_pages_may_name_only_what_their_small_sheet_has() {
    let card = (
        "app/src/gate/sign_in.rs",
        r#"view! { <p class="card gl">"x"</p> }"#,
    );
    assert!(stylesheet(&[card]).is_ok());
    for class in ["kpi", "flex"] {
        let text = format!("view! {{ <p class=\"{class}\">\"x\"</p> }}");
        let error = stylesheet(&[("app/src/gate/sign_in.rs", &text)]).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("app/src/gate/sign_in.rs:1: class `{class}` has no rule")
        );
    }
}
