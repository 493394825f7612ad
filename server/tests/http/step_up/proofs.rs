//! Who signs, what, and how often.

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_is_swept_away() {
    let house = House::new().await;
    let (mut kim, _) = stale_kim(&house).await;
    let id = Called::registration().challenged(&mut kim).await;
    let kept = async || house.db.raw_fetch("SELECT id FROM step_up").await.unwrap().len();
    house.service.run_due().await.unwrap();
    assert_eq!(kept().await, 1);
    house.later(301);
    house.service.run_due().await.unwrap();
    assert_eq!(kept().await, 0);
    refused_as(&begin(&mut kim, &id).await, Reason::StepUpGone, "swept away");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_persons_own_passkey_signs_and_only_the_challenge_that_is_out() {
    let house = House::new().await;
    let (mut kim, _) = stale_kim(&house).await;
    let call = Called::registration();
    let id = call.challenged(&mut kim).await;
    let mut ada = house.signed_in("ada").await;
    let theirs = ada
        .post_json(&api("session/renew/begin"), &json!({}))
        .await
        .json();
    let mut options = begin(&mut kim, &id).await.json();
    let elsewhere = kim.prove_at("https://evil.admin.stagedoor.test", &options);
    let refused = finish(&mut kim, &id, &elsewhere).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text);
    let honest = kim.prove(&options);
    let spent = finish(&mut kim, &id, &honest).await;
    refused_as(
        &spent,
        Reason::StepUpGone,
        "the challenge was taken with the first answer",
    );

    // The call still waits, for another challenge.
    options = begin(&mut kim, &id).await.json();
    let mut swapped = options.clone();
    swapped["publicKey"]["allowCredentials"] = theirs["publicKey"]["allowCredentials"].clone();
    let anothers = ada.prove(&swapped);
    assert_eq!(
        finish(&mut kim, &id, &anothers).await.status,
        StatusCode::CONFLICT
    );
    options = begin(&mut kim, &id).await.json();
    options["publicKey"]["challenge"] = theirs["publicKey"]["challenge"].clone();
    let other_challenge = kim.prove(&options);
    assert_eq!(
        finish(&mut kim, &id, &other_challenge).await.status,
        StatusCode::CONFLICT
    );

    // A challenge that was replaced is void.
    let first = begin(&mut kim, &id).await.json();
    let replaced = kim.prove(&first);
    begin(&mut kim, &id).await;
    assert_eq!(
        finish(&mut kim, &id, &replaced).await.status,
        StatusCode::CONFLICT
    );
    let told = entries(&mut kim, "staff.step_up").await;
    let codes = told.iter().filter_map(|entry| entry["code"].as_str());
    let mut failed: Vec<&str> = codes.filter(|code| code.starts_with("passkey_")).collect();
    failed.sort_unstable();
    let wanted = [
        "passkey_unknown",
        "passkey_wrong_challenge",
        "passkey_wrong_challenge",
        "passkey_wrong_origin",
    ];
    assert_eq!(failed, wanted, "{told:?}");
    prove(&mut kim, &id).await;
    assert_eq!(call.send(&mut kim, Some(&id)).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_use_one_proof_at_once_one_wins() {
    let house = House::new().await;
    let (mut kim, key) = stale_kim(&house).await;
    let revoke = Called::new(Method::DELETE, &api(&format!("session/passkeys/{key}")));
    let register = Called::registration();
    let id = register.challenged(&mut kim).await;
    prove(&mut kim, &id).await;
    let (mut one, mut two) = (kim.window(), kim.window());
    let answers = tokio::join!(
        register.send(&mut one, Some(&id)),
        register.send(&mut two, Some(&id))
    );
    let mut statuses = [answers.0.status, answers.1.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::UNAUTHORIZED]);

    let id = revoke.challenged(&mut kim).await;
    let options = begin(&mut kim, &id).await.json();
    let credential = kim.prove(&options);
    let (mut one, mut two) = (kim.window(), kim.window());
    let answers = tokio::join!(
        finish(&mut one, &id, &credential),
        finish(&mut two, &id, &credential)
    );
    let mut statuses = [answers.0.status, answers.1.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::OK, StatusCode::UNAUTHORIZED]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_and_the_call_that_goes_back_are_one_transaction() {
    let house = House::new().await;
    let (mut kim, _) = stale_kim(&house).await;
    let id = Called::registration().challenged(&mut kim).await;
    let count = "SELECT count(*) AS n FROM audit_entry WHERE event = 'staff.step_up' AND outcome = 'failed'";
    let told = async || -> i64 { house.db.raw_fetch(count).await.unwrap()[0].get("n").unwrap() };
    let options = begin(&mut kim, &id).await.json();
    let elsewhere = kim.prove_at("https://evil.admin.stagedoor.test", &options);
    // Whoever dies between the two has done neither.
    let dies = "CREATE TRIGGER dies BEFORE INSERT ON step_up BEGIN SELECT RAISE(ABORT, 'dies'); END";
    house.db.raw_execute(dies).await.unwrap();
    let refused = finish(&mut kim, &id, &elsewhere).await;
    assert!(
        !refused.text.contains("could not be verified"),
        "{} {}",
        refused.status,
        refused.text
    );
    assert_eq!(told().await, 0, "a refusal stands whose call is lost");
}
