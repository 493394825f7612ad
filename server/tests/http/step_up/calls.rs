//! A proof is for one call: which one it passes, and all that it does not.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_challenged_call_passes_once_with_its_proof() {
    let house = House::new().await;
    let (mut kim, key) = stale_kim(&house).await;
    let revoke = Called::new(Method::DELETE, &api(&format!("session/passkeys/{key}")));
    let id = revoke.challenged(&mut kim).await;
    let mut former = kim.window();
    let proved = prove(&mut kim, &id).await.json();
    assert_eq!(
        (&proved["step_up_id"], &proved["location"]),
        (&json!(id), &Value::Null)
    );

    let age = |me: &Value| me["factor_age_seconds"].as_u64().unwrap();
    let me = kim.get_json(&api("session")).await.json();
    assert!(
        age(&me) > 600,
        "the session's own proof is as old as it was: {me}"
    );
    let gone = former.get_json(&api("session")).await;
    assert_eq!(
        gone.status,
        StatusCode::UNAUTHORIZED,
        "the former reference is dead"
    );

    let done = revoke.send(&mut kim, Some(&id)).await;
    assert_eq!(done.status, StatusCode::NO_CONTENT, "{}", done.text);
    assert_eq!(keys(&mut kim).await, 1);
    refused_as(
        &revoke.send(&mut kim, Some(&id)).await,
        Reason::StepUpGone,
        "a second time",
    );
    revoke.challenged(&mut kim).await;

    let mut ada = house.signed_in("ada").await;
    let revoked = entries(&mut ada, "passkey.revoke").await;
    let allowed = revoked
        .iter()
        .find(|entry| entry["outcome"] == "success")
        .unwrap();
    assert_eq!(
        allowed["facts"]["step_up"],
        json!(id),
        "the entry names its proof"
    );
    let proofs = entries(&mut ada, "staff.step_up").await;
    let proof = proofs.iter().find(|entry| entry["outcome"] == "success").unwrap();
    assert_eq!(proof["facts"]["step_up"], json!(id));
    let operation = format!("DELETE /api/admin/session/passkeys/{key}");
    assert_eq!(proof["facts"]["operation"], json!(operation));
    assert!(proof["facts"]["passkey"].as_str().unwrap().starts_with("pky_"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_for_one_call_is_worth_nothing_for_another() {
    let house = House::new().await;
    let (mut kim, key) = stale_kim(&house).await;
    let path = api(&format!("session/passkeys/{key}"));
    let revoke = Called::new(Method::DELETE, &path);
    let other_key = api("session/passkeys/pky_01k9w000000000000000000001");
    let others = [
        ("another method", Called::new(Method::PATCH, &path)),
        ("another target", Called::new(Method::DELETE, &other_key)),
        (
            "another query",
            Called::new(Method::DELETE, &format!("{path}?all=yes")),
        ),
        (
            "another body",
            Called {
                body: Some("{}"),
                ..revoke.clone()
            },
        ),
        ("another operation", Called::registration()),
        ("a look", Called::new(Method::GET, &api("session"))),
    ];
    for (why, other) in others {
        let id = revoke.challenged(&mut kim).await;
        prove(&mut kim, &id).await;
        // Two entries of one moment have no order.
        house.later(1);
        refused_as(
            &other.send(&mut kim, Some(&id)).await,
            Reason::StepUpOtherCall,
            why,
        );
        let told = entries(&mut kim, "staff.step_up").await.remove(0);
        assert_eq!(
            (&told["outcome"], &told["code"]),
            (&json!("denied"), &json!("step_up_other_call")),
            "{why}"
        );
        refused_as(
            &revoke.send(&mut kim, Some(&id)).await,
            Reason::StepUpGone,
            "it was spent",
        );
        house.later(1);
        assert_eq!(keys(&mut kim).await, 2, "{why}: nothing was done");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_counts_in_its_session_in_its_minute_and_when_it_was_given() {
    let house = House::new().await;
    let (mut kim, _) = stale_kim(&house).await;
    let call = Called::registration();

    let asked = call.challenged(&mut kim).await;
    refused_as(
        &call.send(&mut kim, Some(&asked)).await,
        Reason::StepUpUnproved,
        "never proved",
    );
    refused_as(&begin(&mut kim, &asked).await, Reason::StepUpGone, "it was spent");
    for made_up in ["sup_01k9w000000000000000000001", "nonsense", ""] {
        refused_as(
            &call.send(&mut kim, Some(made_up)).await,
            Reason::StepUpGone,
            made_up,
        );
    }

    let id = call.challenged(&mut kim).await;
    prove(&mut kim, &id).await;
    let mut ada = house.signed_in("ada").await;
    refused_as(
        &call.send(&mut ada, Some(&id)).await,
        Reason::StepUpGone,
        "another's session",
    );
    refused_as(
        &begin(&mut ada, &id).await,
        Reason::StepUpGone,
        "another's session",
    );
    let stolen = finish(&mut ada, &id, &json!({})).await;
    refused_as(&stolen, Reason::StepUpGone, "another's session");
    let passed = call.send(&mut kim, Some(&id)).await;
    assert_eq!(
        passed.status,
        StatusCode::OK,
        "it was hers all the time: {}",
        passed.text
    );

    for (seconds, passes) in [(59, true), (61, false)] {
        let id = call.challenged(&mut kim).await;
        prove(&mut kim, &id).await;
        house.later(seconds);
        let answer = call.send(&mut kim, Some(&id)).await;
        if passes {
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        } else {
            refused_as(&answer, Reason::StepUpLate, "a minute is over");
        }
    }
    let late = call.challenged(&mut kim).await;
    let options = begin(&mut kim, &late).await.json();
    let credential = kim.prove(&options);
    house.later(61);
    refused_as(
        &finish(&mut kim, &late, &credential).await,
        Reason::StepUpLate,
        "signed too late",
    );
    let slow = call.challenged(&mut kim).await;
    house.later(301);
    refused_as(
        &begin(&mut kim, &slow).await,
        Reason::StepUpLate,
        "begun too late",
    );
}
