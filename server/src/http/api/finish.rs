//! What no handler says of itself: names of operations, the headers and the examples of refusals, what the tags are for.
//!
//! It follows from the paths and from the codes of errors, so that a new operation has all of it without a word.

use http::Method;
use serde_json::json;
use stagedoor_core::error::Code;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{HeaderBuilder, OpenApi, RefOr, Response};

/// Every tag, and what stands below it.
const TAGS: &[(&str, &str)] = &[
    (
        "session",
        "The caller's own session: who am I, and what may I do?",
    ),
    (
        "step-up",
        "A fresh proof for exactly one call. A call that needs one is refused with `STEP_UP_REQUIRED` and a `step_up_id`: begin, \
         let the passkey sign, finish, and send the very same call again with the id in the header `Stagedoor-Step-Up`. A proof \
         counts once, for a minute, in its session, and for no other method, address or body.",
    ),
    ("tenants", "Tenants, of those the caller may know of."),
    (
        "users",
        "The people of one tenant, as staff see them. Reading them is an entry in both logs.",
    ),
    ("members", "The tenant's own people, as they see each other."),
    (
        "impersonations",
        "Visits of staff to a tenant: begun with a reason, short, recorded, and ended at any time.",
    ),
    ("sessions", "Who is signed in, and how to end it."),
    (
        "support access",
        "What the owner of a tenant says to visits of staff: the choice, the questions, who is inside, who was.",
    ),
    (
        "identity provider",
        "What the identity provider calls. It proves itself by what it signs; neither cookie nor origin is asked for.",
    ),
    (
        "risk",
        "What may go wrong with an account, who looks at it, and what came of it.",
    ),
    (
        "alerts",
        "What super admins must learn of at once: each has an inbox, and acknowledges for themselves within a day.",
    ),
    (
        "staff",
        "The people of the platform: who they are, and what super admins may do about them. Each change asks for a reason, \
         and for a passkey that was used within the hour.",
    ),
    (
        "identity providers",
        "Who may say that somebody is one of ours. One is added without trust, tested, and trusted only then. A change asks for a \
         reason, and for a passkey that was used within ten minutes.",
    ),
    (
        "policies",
        "What guards the console: declarations, the simulator, the matrix of roles, and who can do what.",
    ),
    (
        "network",
        "Network rules: where staff may come from, and which rule lets you in. Each change begins a trial.",
    ),
    (
        "trials",
        "Changes that could lock everybody out are in force for five minutes, and roll back by themselves unless whoever began \
         them confirms them from inside.",
    ),
    (
        "system",
        "How things stand: what needs a person, the queues and jobs of the installation, in numbers.",
    ),
    (
        "audit",
        "The audit log: the platform's for staff, a tenant's own for its people.",
    ),
];

/// Completes a document.
pub(super) fn finish(document: &mut OpenApi) {
    let tag = |(name, about): &(&str, &str)| TagBuilder::new().name(*name).description(Some(*about)).build();
    document.tags = Some(TAGS.iter().map(tag).collect());
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            operation.operation_id = Some(name(&method, path));
            for (status, response) in &mut operation.responses.responses {
                if let RefOr::T(response) = response {
                    refusal(status, response);
                }
            }
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    [
        (Method::GET, &mut item.get),
        (Method::POST, &mut item.post),
        (Method::PUT, &mut item.put),
        (Method::PATCH, &mut item.patch),
        (Method::DELETE, &mut item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

/// `GET /api/admin/tenants/{id}/users` is `get_admin_tenants_by_id_users`: it changes only when the path does.
fn name(method: &Method, path: &str) -> String {
    let words = path.trim_start_matches("/api/").replace('-', "_");
    let words: Vec<String> = words
        .split('/')
        .map(|word| match word.strip_prefix('{') {
            Some(parameter) => format!("by_{}", parameter.trim_end_matches('}')),
            None => word.to_owned(),
        })
        .collect();
    format!("{}_{}", method.as_str().to_lowercase(), words.join("_"))
}

/// The headers and the example of an error's answer.
fn refusal(status: &str, response: &mut Response) {
    let header = |kind, about: &str| {
        let schema: Schema = ObjectBuilder::new().schema_type(kind).into();
        RefOr::T(
            HeaderBuilder::new()
                .schema(Some(schema))
                .description(Some(about))
                .build(),
        )
    };
    let known = match status {
        "401" => {
            let about =
                "With `STEP_UP_REQUIRED`: the challenge of RFC 9470, with the `max_age` that is asked for.";
            let header = header(Type::String, about);
            response.headers.insert("WWW-Authenticate".to_owned(), header);
            Some((Code::Unauthenticated, "You are not signed in. Sign in to go on."))
        }
        "403" => Some((
            Code::Forbidden,
            "Your role does not allow this. A super admin can tell you who may.",
        )),
        "404" => Some((
            Code::NotFound,
            "There is nothing here, or you may not know of it.",
        )),
        "409" => Some((
            Code::Conflict,
            "Somebody else changed this at the same time. Look again, then retry.",
        )),
        "413" => Some((
            Code::TooLarge,
            "The body is larger than 64 KiB. Nothing was changed.",
        )),
        "422" => Some((
            Code::Invalid,
            "Some of what was sent is not right. Nothing was changed.",
        )),
        "429" => {
            let header = header(Type::Integer, "Seconds to wait, at least one.");
            response.headers.insert("Retry-After".to_owned(), header);
            Some((
                Code::RateLimited,
                "There were too many calls in a short time. Try again in 12 s.",
            ))
        }
        "503" => {
            let words = "The database cannot be reached. Nothing was changed; try again in a moment.";
            Some((Code::Unavailable, words))
        }
        _ => None,
    };
    if let (Some((code, message)), Some(content)) = (known, response.content.get_mut("application/json"))
        && let RefOr::T(content) = content
    {
        content.example = Some(example(code, message));
    }
}

fn example(code: Code, message: &str) -> serde_json::Value {
    let mut error = json!({
        "code": code.as_str(),
        "message": message,
        "request_id": "req_01kajt7c0me3vbxtr4cq3p6ahm",
    });
    if code == Code::Invalid {
        error["fields"] = json!({ "limit": "Give a number from 1 to 100." });
    }
    json!({ "error": error })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_named_by_its_method_and_path() {
        assert_eq!(
            name(&Method::POST, "/api/admin/tenants/{id}/impersonate"),
            "post_admin_tenants_by_id_impersonate"
        );
        assert_eq!(
            name(&Method::GET, "/api/tenant/audit-logs"),
            "get_tenant_audit_logs"
        );
    }
}
