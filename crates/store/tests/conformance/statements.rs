//! Every statement of the program can be planned by both engines.

use stagedoor_store::{all_statements, conformance};

use super::*;

conformance! {
    async fn every_statement_is_understood(db: &TestDb) {
        let mut misunderstood = Vec::new();
        for statement in all_statements() {
            if let Err(why) = db.prepare(&statement).await {
                misunderstood.push(format!("{}: {why}", statement.name()));
            }
        }
        assert!(misunderstood.is_empty(), "{}", misunderstood.join("\n"));
    }
}
