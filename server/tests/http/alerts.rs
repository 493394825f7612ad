//! Alerts: what is done to a super admin waits for every other until each has acknowledged it, and leaves the house by e-mail and
//! to the webhook, over real sockets, however often that fails.

use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};
use stagedoor_core::alert::Channel;
use stagedoor_service::alerts::{Channels, Mail, Reach, Smtp, Tls, Webhook};
use stagedoor_store::testing::TestDb;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::codes::{WRONG, allowing, api, app, with_code};
use crate::support::{Answer, Browser, House, STAFF};

const ALERTS: &str = "https://admin.stagedoor.test/api/admin/alerts";
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const DAY: u64 = 24 * 3600;

async fn alerts(browser: &mut Browser) -> Vec<Value> {
    let list = browser.get_json(ALERTS).await;
    assert_eq!(list.status, StatusCode::OK, "{}", list.text);
    list.json()["items"].as_array().unwrap().clone()
}

async fn one(browser: &mut Browser, id: &str) -> Value {
    let answer = browser.get_json(&format!("{ALERTS}/{id}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json()
}

async fn acknowledge(browser: &mut Browser, id: &str) -> Answer {
    browser
        .post_json(&format!("{ALERTS}/{id}/acknowledge"), &json!({}))
        .await
}

async fn overview(browser: &mut Browser) -> String {
    browser.get(&format!("{STAFF}/")).await.text
}

/// Kim takes the role of super admin from Ada.
async fn demote_ada(house: &House, kim: &mut Browser) {
    let ada = house
        .db
        .raw_fetch("SELECT id AS x FROM staff WHERE email LIKE 'ada@%'")
        .await
        .unwrap();
    let at = format!("{STAFF}/api/admin/staff/{}", ada[0].get::<String>("x").unwrap());
    let body = json!({ "role": "support", "reason": "Moves to the support team" });
    let answer = kim.send_json(Method::PATCH, &at, &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_to_a_super_admin_waits_for_each_other_until_they_acknowledge_it() {
    let house = House::new().await;
    let (mut kim, mut sol) = (house.signed_in("kim").await, house.signed_in("sol").await);
    let mut ada = house.signed_in("ada").await;
    assert!(alerts(&mut kim).await.is_empty());
    demote_ada(&house, &mut kim).await;
    let mine = alerts(&mut kim).await;
    assert_eq!(mine.len(), 1);
    assert_eq!(
        (&mine[0]["event"], &mine[0]["status"]),
        (&json!("admin.staff.manage"), &json!("waiting"))
    );
    assert!(
        mine[0]["cause"]
            .as_str()
            .unwrap()
            .contains("kim changed staff member ada"),
        "{mine:?}"
    );
    assert!(overview(&mut kim).await.contains("1 alert to acknowledge"));
    let id = mine[0]["id"].as_str().unwrap().to_owned();
    ada.sign_in("ada").await;
    let hers = ada.get_json(&format!("{ALERTS}/{id}")).await;
    assert_eq!(hers.status, StatusCode::FORBIDDEN, "support has no inbox");
    assert_eq!(acknowledge(&mut kim, &id).await.status, StatusCode::OK);
    assert_eq!(acknowledge(&mut kim, &id).await.status, StatusCode::CONFLICT);
    assert!(!overview(&mut kim).await.contains("to acknowledge"));
    assert_eq!(
        alerts(&mut sol).await[0]["status"],
        "waiting",
        "each for themselves"
    );
    let seen = one(&mut sol, &id).await;
    let standing: Vec<_> = seen["recipients"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["status"].clone())
        .collect();
    assert!(
        standing.contains(&json!("acknowledged")) && standing.contains(&json!("waiting")),
        "{seen}"
    );
    let off: Vec<_> = seen["deliveries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["recipient"].clone())
        .collect();
    assert_eq!(
        off.len(),
        4,
        "letters to kim, sol and whom it was done to, and one call: {seen}"
    );
}

/// Registers another passkey, and makes recovery codes.
async fn another_way_in(browser: &mut Browser) {
    let begun = browser
        .post_json(&api("session/passkeys/begin"), &json!({}))
        .await;
    assert_eq!(begun.status, StatusCode::OK, "{}", begun.text);
    let body = json!({ "name": "Drawer", "credential": browser.prove(&begun.json()) });
    let added = browser.post_json(&api("session/passkeys"), &body).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.text);
    let made = browser
        .post_json(&api("session/recovery-codes"), &json!({}))
        .await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_way_in_for_a_super_admin_is_told_to_the_others_and_locked_codes_to_all() {
    let house = House::under(TestDb::sqlite().await, allowing).await;
    let (mut kim, mut sol) = (house.signed_in("kim").await, house.signed_in("sol").await);
    let mut jess = house.signed_in("jess").await;
    assert!(alerts(&mut sol).await.is_empty(), "a first passkey alerts nobody");
    another_way_in(&mut jess).await;
    app(&house, &mut jess).await;
    assert!(alerts(&mut sol).await.is_empty(), "jess is no super admin");

    house.later(1);
    another_way_in(&mut kim).await;
    let told = |list: &[Value]| -> Vec<String> {
        let mut told: Vec<_> = list.iter().map(|one| one["event"].to_string()).collect();
        told.sort();
        told
    };
    let list = alerts(&mut sol).await;
    assert_eq!(
        told(&list),
        ["\"recovery.renew\"", "\"staff.register_passkey\""],
        "{list:?}"
    );
    let seen = one(&mut sol, list[0]["id"].as_str().unwrap()).await;
    let letters = seen["deliveries"].as_array().unwrap().len();
    assert_eq!(
        letters, 3,
        "letters to both, its owner among them, and one call: {seen}"
    );

    let mut other = house.browser();
    other.identify("jess").await;
    with_code(&mut other, WRONG).await;
    let nine = "UPDATE code_attempt SET failures = 9 WHERE kind = 'totp'";
    house.db.raw_execute(nine).await.unwrap();
    with_code(&mut other, WRONG).await;
    let list = alerts(&mut sol).await;
    assert!(told(&list).contains(&"\"codes.lock\"".to_owned()), "{list:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_is_late_after_a_day_and_nobody_elses_before() {
    let house = House::new().await;
    let mut kim = house.signed_in("kim").await;
    let sent = kim.post_json(&format!("{ALERTS}/test"), &json!({})).await;
    assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.text);
    let id = sent.json()["id"].as_str().unwrap().to_owned();
    house.later(DAY);
    kim.sign_in("kim").await;
    assert_eq!(alerts(&mut kim).await[0]["status"], "overdue");
    let shown = overview(&mut kim).await;
    assert!(shown.contains("Overdue: nobody should wait longer"), "{shown}");
    let page = kim.get(&format!("{STAFF}/alerts")).await.text;
    assert!(
        page.contains("sent a test alert") && page.contains("overdue"),
        "{page}"
    );
    // Sol was no super admin who could have been told: they enrolled after it.
    let mut sol = house.signed_in("sol").await;
    let hidden = sol.get_json(&format!("{ALERTS}/{id}")).await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND);
    assert_eq!(acknowledge(&mut sol, &id).await.status, StatusCode::NOT_FOUND);
}

/// A receiver on a real socket that answers as it is told, and 200 once nothing is left to tell.
#[derive(Clone, Default)]
struct Receiver {
    calls: Arc<Mutex<Vec<(HeaderMap, String)>>>,
    answers: Arc<Mutex<VecDeque<u16>>>,
    slow: Arc<tokio::sync::Mutex<()>>,
}

impl Receiver {
    async fn listen(&self) -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let app = Router::new().fallback(take).with_state(self.clone());
        tokio::spawn(axum::serve(listener, app).into_future());
        address
    }

    fn calls(&self) -> Vec<(HeaderMap, String)> {
        self.calls.lock().unwrap().clone()
    }
}

async fn take(State(receiver): State<Receiver>, headers: HeaderMap, body: String) -> (StatusCode, HeaderMap) {
    receiver.calls.lock().unwrap().push((headers, body));
    drop(receiver.slow.lock().await);
    let answer = receiver.answers.lock().unwrap().pop_front().unwrap_or(200);
    let mut headers = HeaderMap::new();
    headers.insert("location", "/elsewhere".parse().unwrap());
    (StatusCode::from_u16(answer).unwrap(), headers)
}

/// A mail server on a real socket: what it was told to send, one text a letter.
async fn mail_server() -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let letters: Arc<Mutex<Vec<String>>> = Arc::default();
    let kept = Arc::clone(&letters);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(converse(stream, Arc::clone(&kept)));
        }
    });
    (address, letters)
}

async fn converse(stream: TcpStream, letters: Arc<Mutex<Vec<String>>>) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut letter: Option<String> = None;
    write.write_all(b"220 mail.test ESMTP\r\n").await.unwrap();
    while let Ok(Some(line)) = lines.next_line().await {
        let answer: &[u8] = match &mut letter {
            Some(text) if line == "." => {
                letters.lock().unwrap().push(std::mem::take(text));
                letter = None;
                b"250 taken\r\n"
            }
            Some(text) => {
                text.push_str(&line);
                text.push('\n');
                continue;
            }
            None if line == "DATA" => {
                letter = Some(String::new());
                b"354 go on\r\n"
            }
            None if line == "QUIT" => b"221 bye\r\n",
            None => b"250 yes\r\n",
        };
        write.write_all(answer).await.unwrap();
    }
}

async fn reached(receiver: &Receiver, mail: Option<SocketAddr>) -> House {
    let hook = receiver.listen().await;
    let channels = Channels {
        mail: mail.map(|at| {
            let server = ("127.0.0.1", at.port(), Tls::None);
            Mail::Smtp(Box::new(
                Smtp::new(server, None, "Stagedoor <door@acme-corp.example>").unwrap(),
            ))
        }),
        webhook: Some(Webhook::new(&format!("http://{hook}/alerts"), SECRET, Reach::Anywhere).unwrap()),
    };
    House::with_channels(TestDb::sqlite().await, channels).await
}

/// The state, tries and error of an alert's delivery to the webhook.
async fn call_of(kim: &mut Browser, id: &str) -> (String, u64, String) {
    let seen = one(kim, id).await;
    let call = seen["deliveries"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(call["channel"], "webhook");
    let text = |name: &str| call[name].as_str().unwrap_or_default().to_owned();
    (text("state"), call["tries"].as_u64().unwrap(), text("error"))
}

async fn test_alert(kim: &mut Browser) -> String {
    let sent = kim.post_json(&format!("{ALERTS}/test"), &json!({})).await;
    sent.json()["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_leaves_as_a_letter_to_each_and_one_signed_call_without_names() {
    let (server, letters) = mail_server().await;
    let receiver = Receiver::default();
    let house = reached(&receiver, Some(server)).await;
    let (mut kim, _ada) = (house.signed_in("kim").await, house.signed_in("ada").await);
    demote_ada(&house, &mut kim).await;
    for channel in Channel::ALL {
        house.service.deliver_alerts(channel).await.unwrap();
        house.service.deliver_alerts(channel).await.unwrap();
    }
    let id = alerts(&mut kim).await[0]["id"].as_str().unwrap().to_owned();
    let written = letters.lock().unwrap().clone();
    assert_eq!(
        written.len(),
        2,
        "one to kim, one to whom it was done to, once each: {written:?}"
    );
    let to = |short: &str| {
        let head = format!("To: {short}@acme-corp.example");
        written
            .iter()
            .find(|letter| letter.contains(&head))
            .unwrap()
            .clone()
    };
    assert!(
        to("kim").contains(&format!("{STAFF}/alerts/{id}")),
        "{}",
        to("kim")
    );
    assert!(
        to("kim").contains("kim changed staff member ada"),
        "{}",
        to("kim")
    );
    assert!(to("ada").contains("it was done to your account"), "{}", to("ada"));
    assert!(
        !to("ada").contains("/alerts/"),
        "whoever has no inbox is not sent there: {}",
        to("ada")
    );
    let calls = receiver.calls();
    assert_eq!(calls.len(), 1);
    let (headers, body) = &calls[0];
    assert_eq!(headers["webhook-id"], id.as_str());
    assert!(headers["webhook-signature"].to_str().unwrap().starts_with("v1,"));
    let told: Value = serde_json::from_str(body).unwrap();
    assert_eq!(
        (&told["id"], &told["event"]),
        (&json!(id), &json!("admin.staff.manage"))
    );
    for name in ["kim", "ada", "acme-corp"] {
        assert!(!body.contains(name), "{name} in {body}");
    }
    assert_eq!(call_of(&mut kim, &id).await.0, "sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_that_is_down_is_tried_again_under_one_name_and_given_up_after_a_day() {
    let receiver = Receiver::default();
    receiver.answers.lock().unwrap().extend([500, 302]);
    let house = reached(&receiver, None).await;
    let mut kim = house.signed_in("kim").await;
    let id = test_alert(&mut kim).await;
    let deliver = || house.service.deliver_alerts(Channel::Webhook);
    deliver().await.unwrap();
    let (state, tries, error) = call_of(&mut kim, &id).await;
    assert_eq!((state.as_str(), tries), ("failed", 1));
    assert!(error.contains("500"), "{error}");
    deliver().await.unwrap();
    assert_eq!(receiver.calls().len(), 1, "not before its time");
    house.later(5);
    deliver().await.unwrap();
    let (_, tries, error) = call_of(&mut kim, &id).await;
    assert!(
        tries == 2 && error.contains("redirects are not followed"),
        "{error}"
    );
    house.later(10);
    deliver().await.unwrap();
    assert_eq!(call_of(&mut kim, &id).await.0, "sent");
    let names: Vec<_> = receiver
        .calls()
        .iter()
        .map(|(headers, _)| headers["webhook-id"].clone())
        .collect();
    assert_eq!(
        names,
        [id.as_str(); 3],
        "whoever takes it can tell that it is the same"
    );

    receiver.answers.lock().unwrap().extend([503, 503]);
    let lost = test_alert(&mut kim).await;
    deliver().await.unwrap();
    house.later(DAY);
    deliver().await.unwrap();
    house.later(DAY);
    deliver().await.unwrap();
    kim.sign_in("kim").await;
    let (state, tries, _) = call_of(&mut kim, &lost).await;
    assert_eq!((state.as_str(), tries), ("given_up", 2));
    house.service.deliver_alerts(Channel::Email).await.unwrap();
    let letters = one(&mut kim, &lost).await;
    assert_eq!(
        letters["deliveries"][0]["state"], "off",
        "no mail is set up, and that is said"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_dies_over_a_delivery_leaves_it_to_be_made_again() {
    let receiver = Receiver::default();
    let house = reached(&receiver, None).await;
    let mut kim = house.signed_in("kim").await;
    let id = test_alert(&mut kim).await;
    let held = receiver.slow.clone().lock_owned().await;
    let service = house.service.clone();
    let dying = tokio::spawn(async move { service.deliver_alerts(Channel::Webhook).await });
    while receiver.calls().is_empty() {
        tokio::task::yield_now().await;
    }
    dying.abort();
    assert!(dying.await.unwrap_err().is_cancelled());
    drop(held);
    house.service.deliver_alerts(Channel::Webhook).await.unwrap();
    assert_eq!(receiver.calls().len(), 1, "it is still in the other's hands");
    house.later(120);
    house.service.deliver_alerts(Channel::Webhook).await.unwrap();
    let calls = receiver.calls();
    assert_eq!(calls.len(), 2);
    assert!(
        calls
            .iter()
            .all(|(headers, _)| headers["webhook-id"] == id.as_str())
    );
    let (state, tries, _) = call_of(&mut kim, &id).await;
    assert_eq!((state.as_str(), tries), ("sent", 2));
}
