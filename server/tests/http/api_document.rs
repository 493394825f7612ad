//! `/api/openapi.json` and `/docs`: all of the API is described, and nothing of it leaves the machine.

use http::StatusCode;
use serde_json::Value;
use stagedoor_server::http::api::document;
use stagedoor_server::router::{Behind, doors};

use crate::support::{House, STAFF, tenant};

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_is_described_with_its_refusals_and_its_host() {
    let house = House::new().await;
    let mut nobody = house.browser();
    let document = nobody.get(&format!("{STAFF}/api/openapi.json")).await.json();
    let mut described = 0;
    for (behind, door) in doors() {
        let api = door.path.starts_with("/api/admin") || door.path.starts_with("/api/tenant");
        if !api {
            continue;
        }
        described += 1;
        let path = &document["paths"][&door.path];
        let operation = &path[door.method.to_lowercase()];
        for status in ["401", "403", "404", "422", "503"] {
            assert!(
                operation["responses"][status].is_object(),
                "{door:?}: {operation}"
            );
        }
        let inside = behind == Behind::TenantRooms;
        assert_eq!(path["servers"].is_array(), inside, "{door:?} names its host");
    }
    assert!(described >= 8, "{described}");
    let again = nobody
        .get(&format!("{}/api/openapi.json", tenant("acme")))
        .await
        .json();
    assert_eq!(again, document);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_loads_only_from_here() {
    let house = House::new().await;
    let mut nobody = house.browser();
    let page = nobody.get(&format!("{STAFF}/docs/")).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(
        !page.text.contains("//cdn") && !page.text.contains("https://"),
        "{}",
        page.text
    );
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.contains("connect-src 'self'") && policy.contains("script-src 'self';"),
        "{policy}"
    );
    let script = nobody.get(&format!("{STAFF}/docs/swagger-initializer.js")).await;
    assert!(script.text.contains("/api/openapi.json"), "{}", script.text);
    let unknown = nobody.get(&format!("{STAFF}/docs/passwd")).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

/// Every object with properties below a value, with where it stands.
fn objects<'a>(value: &'a Value, place: &str, found: &mut Vec<(String, &'a Value)>) {
    if value["properties"].is_object() {
        found.push((place.to_owned(), value));
    }
    match value {
        Value::Object(fields) => fields
            .iter()
            .for_each(|(name, value)| objects(value, &format!("{place}/{name}"), found)),
        Value::Array(items) => items.iter().for_each(|value| objects(value, place, found)),
        _ => {}
    }
}

#[test]
fn every_field_and_parameter_says_what_it_is() {
    let document = serde_json::to_value(document()).unwrap();
    let mut found = Vec::new();
    objects(&document, "", &mut found);
    let mut mute = Vec::new();
    for (place, object) in found {
        for (name, field) in object["properties"].as_object().unwrap() {
            let described = field["description"].is_string() || field.to_string().contains("#/components/");
            if !described {
                mute.push(format!("{place}: {name}"));
            }
        }
    }
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            mute.extend(
                parameters
                    .filter(|parameter| !parameter["description"].is_string())
                    .map(|parameter| format!("{method} {path}: {}", parameter["name"])),
            );
        }
    }
    assert!(mute.is_empty(), "{mute:#?}");
}

#[test]
fn every_operation_has_a_name_of_its_own_and_a_tag_that_is_explained() {
    let document = serde_json::to_value(document()).unwrap();
    let tags: Vec<&Value> = document["tags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| &tag["name"])
        .collect();
    let mut names = Vec::new();
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            names.push(operation["operationId"].as_str().unwrap().to_owned());
            assert!(operation["summary"].is_string(), "{operation}");
            for tag in operation["tags"].as_array().unwrap() {
                assert!(
                    tags.contains(&tag),
                    "{tag} is not explained in http/api/finish.rs"
                );
            }
            let limited = &operation["responses"]["429"]["headers"]["Retry-After"];
            assert!(limited.is_object(), "{operation}");
        }
    }
    let count = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), count);
}

/// What others write their programs by: a change of it is read like a change of code.
#[test]
#[allow(clippy::disallowed_methods, reason = "tests are blessed by the environment")]
fn the_document_is_the_one_that_was_read() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");
    let now = format!("{}\n", document().to_pretty_json().unwrap());
    if std::env::var_os("STAGEDOOR_BLESS").is_some() {
        std::fs::write(file, &now).unwrap();
    }
    let read = std::fs::read_to_string(file).unwrap_or_default();
    let differs = read.lines().zip(now.lines()).find(|(read, now)| read != now);
    assert_eq!(
        differs, None,
        "run with STAGEDOOR_BLESS=1, and read what has changed in docs/openapi.json"
    );
    assert_eq!(
        read.len(),
        now.len(),
        "run with STAGEDOOR_BLESS=1, and read what has changed"
    );
}
