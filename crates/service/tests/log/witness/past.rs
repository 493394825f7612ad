//! What a witness has seen and the database has not: rolled back, rewritten, edited.

use stagedoor_core::audit::LogScope;
use stagedoor_service::log::verify::Report;
use stagedoor_service::testing::NOON;
use stagedoor_store::conformance;
use stagedoor_store::testing::TestDb;

use super::{BOTH, House, LATER, NONE};
use crate::support::{assert_clean, tell, verify};
use crate::tamper::Victim;

fn findings(report: &Report) -> Vec<String> {
    report.findings.first().iter().map(ToString::to_string).collect()
}

conformance! {
    async fn a_database_that_was_rolled_back_is_told_by_the_witness(db: &TestDb) {
        let victim = Victim::new(db).await;
        let house = House::new(db).await;
        let before = house.another();
        before.sequence().await.unwrap();
        before.ask_witnesses().await.unwrap();
        assert_clean(&verify(&before).await);
        let size = house.seen("platform").await.unwrap().size;

        // All but what witnesses have seen is as it was two entries ago: the cosigned checkpoint tells, and nobody is asked.
        victim.restore().await;
        let heard = house.witness.heard().len();
        let rolled_back = house.another();
        let words = house.refused(&rolled_back).await;
        assert!(words.contains(&format!("it has cosigned {size} entries")) && words.contains("rolled back"), "{words}");
        assert_eq!(house.witness.heard().len(), heard);
        let told = findings(&verify(&rolled_back).await).join("\n");
        assert!(told.contains(&format!("platform: it had {size} leaves when a checkpoint went outside")), "{told}");

        // All of it, so that only the witness knows.
        victim.run("DELETE FROM audit_witness").await.unwrap();
        assert_clean(&verify(&rolled_back).await);
        let rolled_back = house.another();
        let words = house.refused(&rolled_back).await;
        assert!(words.contains("rolled back"), "{words}");
        assert_eq!(house.seen("platform").await.unwrap().disputed, Some(size));
        let told = findings(&verify(&rolled_back).await).join("\n");
        assert!(told.contains("platform: witness.example/w1+") && told.contains(&format!("has cosigned {size} entries")), "{told}");
        assert_eq!(rolled_back.witnesses_of("platform", 0).await.unwrap(), NONE);

        // The entries that were cut off are still there to be given their places again: then it is the same log.
        rolled_back.sequence().await.unwrap();
        house.clock.advance(LATER);
        rolled_back.ask_witnesses().await.unwrap();
        assert_clean(&verify(&rolled_back).await);
        assert_eq!(rolled_back.witnesses_of("platform", size - 1).await.unwrap(), BOTH);
    }

    async fn a_past_that_was_rewritten_is_told_by_the_witness(db: &TestDb) {
        let victim = Victim::new(db).await;
        let house = House::new(db).await;
        let before = house.another();
        before.sequence().await.unwrap();
        before.ask_witnesses().await.unwrap();
        let size = house.seen("platform").await.unwrap().size;

        // The same number of entries again, and others: by the keys of the installation, so that nothing inside tells.
        victim.restore().await;
        victim.run("DELETE FROM audit_entry WHERE id IN (SELECT event_id FROM audit_queue); DELETE FROM audit_queue; DELETE FROM audit_witness").await.unwrap();
        let forged = house.another();
        for more in 0..3 {
            for _ in 0..if more == 0 { 2 } else { 1 } {
                tell(&forged, LogScope::Platform, NOON).await;
            }
            forged.sequence().await.unwrap();
            let words = house.refused(&forged).await;
            assert!(words.contains(&format!("it has cosigned {size} entries")) && words.contains("rewritten"), "{words}");
            let told = findings(&verify(&forged).await);
            assert!(told.len() == 1 && told[0].contains(&format!("says that it has cosigned {size} entries of it")), "{told:?}");
        }
        assert_eq!(forged.witnesses_of("platform", 0).await.unwrap(), NONE);
    }

    async fn what_is_kept_of_witnesses_cannot_be_edited_unseen(db: &TestDb) {
        let victim = Victim::new(db).await;
        let house = House::new(db).await;
        let service = house.another();
        service.sequence().await.unwrap();
        service.ask_witnesses().await.unwrap();
        assert_clean(&verify(&service).await);
        victim.run("CREATE TABLE kept AS SELECT * FROM audit_witness").await.unwrap();
        let platform = "WHERE scope = 'platform'";
        for (said, sql) in [
            ("another size", format!("UPDATE audit_witness SET size = size - 1 {platform}")),
            ("another size", format!("UPDATE audit_witness SET size = size + 1 {platform}")),
            ("is gone", format!("UPDATE audit_witness SET note = NULL {platform}")),
            ("no signed note", format!("UPDATE audit_witness SET note = 'none' {platform}")),
            ("no known key has signed it", format!("UPDATE audit_witness SET note = (SELECT note FROM audit_head {platform}) {platform}")),
            ("no known key has signed it", format!("UPDATE audit_witness SET note = (SELECT note FROM kept WHERE scope <> 'platform' LIMIT 1) {platform}")),
            ("does not fit the text", format!("UPDATE audit_witness SET note = replace(note, 'time ', 'time  ') {platform}")),
            ("cannot be used", format!("UPDATE audit_witness SET scope = 'org_other' {platform}")),
            ("its size is none", format!("UPDATE audit_witness SET size = -1 {platform}")),
            ("says that it has cosigned 7 entries", format!("UPDATE audit_witness SET disputed = 7 {platform}")),
        ] {
            assert!(victim.run(&sql).await.unwrap() > 0, "{sql}");
            let told = findings(&verify(&service).await);
            assert!(told.iter().any(|line| line.contains(said)), "{sql}\nshould be told as “{said}”, is: {told:#?}");
            victim.run("DELETE FROM audit_witness; INSERT INTO audit_witness SELECT * FROM kept").await.unwrap();
        }
        assert_clean(&verify(&service).await);
    }
}
