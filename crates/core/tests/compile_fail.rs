//! What must not compile: forged permits, permits for another action, debts not paid, ids that change places,
//! an impersonation inside an impersonation, and a commit with nothing to record.
//!
//! The messages are those of the toolchain in `rust-version`; `TRYBUILD=overwrite` writes them anew.

#[test]
fn what_must_not_compile_does_not() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
