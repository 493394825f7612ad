//! The staff entrance: to the provider, back, and through the passkey or what may be typed in its place.

use std::collections::BTreeMap;

use axum::extract::rejection::FormRejection;
use axum::extract::{RawQuery, State};
use axum::response::{Html, IntoResponse, Response};
use axum::{Form, Json};
use axum_extra::extract::CookieJar;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use stagedoor_app::gate;
use stagedoor_core::error::ApiError;
use stagedoor_core::id::ProviderId;
use stagedoor_core::view::frame::{Flash, FlashKind, GuardStanding};
use stagedoor_core::view::sign_in::so_far;
use stagedoor_service::narrow::NarrowRequest;
use stagedoor_service::sign_in::{Answered, Begun, Callback, IDENTIFIED_TTL, SIGN_IN_TTL, Said};
use stagedoor_service::{ServiceError, SignInFailure};

use crate::cookies::{self, SESSION, SIGN_IN, ZONE};
use crate::edge::{Context, Edge, JsonError, see_other, wants_page};
use crate::http::input::{JsonBody, PathId, QueryString};
use crate::http::page::{gate_error, look};
use crate::layer::strangers::recorded;

/// GET `/sign-in`.
pub async fn entrance(State(edge): State<Edge>, context: Context, jar: CookieJar) -> Response {
    let session = cookies::value(&jar, SESSION);
    if session.is_some()
        && edge
            .service
            .staff_op(context.visitor.clone(), session)
            .await
            .is_ok()
    {
        return see_other("/");
    }
    show(&edge, &context, jar, Said::default()).await
}

async fn show(edge: &Edge, context: &Context, jar: CookieJar, said: Said) -> Response {
    let failed = said.flash.is_some();
    match edge
        .service
        .entrance(&context.visitor, cookies::value(&jar, SIGN_IN), said)
        .await
    {
        Ok(view) => {
            // Whoever is known and cannot go on begins anew, but for the network, which they can change at once.
            let over = view
                .guards
                .iter()
                .any(|guard| guard.standing == GuardStanding::Failed && guard.name != "network");
            let jar = match over && cookies::value(&jar, SIGN_IN).is_some() {
                true => jar.remove(SIGN_IN).add(cookies::removed(SIGN_IN)),
                false => jar,
            };
            let status = if failed {
                StatusCode::UNAUTHORIZED
            } else {
                StatusCode::OK
            };
            let page = gate::sign_in_page(&view, &look(edge, context, &jar));
            (status, jar, Html(page)).into_response()
        }
        Err(error) => gate_error(edge, context, &jar, &error.public(context.visitor.request)),
    }
}

/// The entrance again, with what went wrong. The failed sign-in is over.
async fn failed(edge: &Edge, context: &Context, jar: CookieJar, error: &ServiceError) -> Response {
    let public = error.public(context.visitor.request);
    if public.code.status() >= 500 || matches!(error, ServiceError::NotFound) {
        return gate_error(edge, context, &jar, &public);
    }
    let flash = Flash {
        kind: FlashKind::Error,
        message: public.message,
        request_id: Some(public.request_id),
        ..Flash::default()
    };
    let status = StatusCode::from_u16(public.code.status()).unwrap_or(StatusCode::UNAUTHORIZED);
    let said = Said {
        flash: Some(flash),
        refused: match error {
            ServiceError::Denied(decision) => Some(*decision),
            _ => None,
        },
    };
    let jar = jar.remove(SIGN_IN).add(cookies::removed(SIGN_IN));
    let mut response = show(edge, context, jar, said).await;
    *response.status_mut() = status;
    recorded(error, response)
}

/// Which provider.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    provider: ProviderId,
}

/// GET `/sign-in/start?provider=idp_…`: to the provider, or straight on where it stands in front. A link, because a form may
/// not be redirected to another host.
pub async fn start(
    State(edge): State<Edge>,
    context: Context,
    jar: CookieJar,
    headers: HeaderMap,
    QueryString(start): QueryString<Start>,
) -> Response {
    match edge.service.begin_sign_in(&context.visitor, start.provider).await {
        Ok(Begun::Away(departure)) => {
            let now = edge.service.now();
            let cookie = cookies::until(SIGN_IN, &departure.reference, now, now.plus(SIGN_IN_TTL));
            (jar.add(cookie), see_other(&departure.location)).into_response()
        }
        Ok(Begun::Known(answered)) => next(&edge, &context, jar, &headers, &answered),
        Err(error) => failed(&edge, &context, jar, &error).await,
    }
}

/// GET `/sign-in/callback`: back from the provider. Whatever the address says is the provider's answer, and a wrong one is a failed
/// sign-in like any other.
pub async fn callback(
    State(edge): State<Edge>,
    context: Context,
    jar: CookieJar,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let callback = Callback::read(&query.unwrap_or_default(), None);
    back((&edge, &context, jar, &headers), &callback).await
}

/// GET `/sign-in/callback/{id}`: the same, at the address that is one provider's alone.
pub async fn own_callback(
    State(edge): State<Edge>,
    context: Context,
    jar: CookieJar,
    headers: HeaderMap,
    PathId(provider): PathId<ProviderId>,
    RawQuery(query): RawQuery,
) -> Response {
    let callback = Callback::read(&query.unwrap_or_default(), Some(provider));
    back((&edge, &context, jar, &headers), &callback).await
}

async fn back(
    (edge, context, jar, headers): (&Edge, &Context, CookieJar, &HeaderMap),
    callback: &Callback,
) -> Response {
    let cookie = cookies::value(&jar, SIGN_IN).map(str::to_owned);
    match edge
        .service
        .answer_sign_in(&context.visitor, cookie.as_deref(), callback)
        .await
    {
        Ok(answered) => next(edge, context, jar, headers, &answered),
        Err(error) => failed(edge, context, jar, &error).await,
    }
}

/// On to what comes next for somebody whom a provider vouches for.
fn next(
    edge: &Edge,
    context: &Context,
    jar: CookieJar,
    headers: &HeaderMap,
    answered: &Answered,
) -> Response {
    let (reference, next) = match answered {
        Answered::Identified(reference) => (reference, "/sign-in"),
        Answered::Unenrolled(reference) => (reference, "/enrollment"),
    };
    let now = edge.service.now();
    let cookie = cookies::until(SIGN_IN, reference, now, now.plus(IDENTIFIED_TTL));
    if matches!(answered, Answered::Unenrolled(_)) && !wants_page(headers) {
        let error = ServiceError::SignIn(SignInFailure::UnknownPerson);
        return (jar.add(cookie), JsonError::of(context, &error)).into_response();
    }
    (jar.add(cookie), see_other(next)).into_response()
}

/// A refusal for the script: with the six verdicts, as the page would show them.
fn told(context: &Context, error: &ServiceError) -> JsonError {
    let JsonError(public) = JsonError::of(context, error);
    let guardrails = match error {
        ServiceError::Denied(decision) => so_far(decision),
        _ => Vec::new(),
    };
    JsonError(ApiError { guardrails, ..public })
}

/// What the passkey script sends first: the viewer's time zone, where the browser tells it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Begin {
    #[serde(default)]
    zone: Option<String>,
}

/// POST `/sign-in/passkey/begin`.
pub async fn begin(
    State(edge): State<Edge>,
    context: Context,
    jar: CookieJar,
    JsonBody(begin): JsonBody<Begin>,
) -> Response {
    let zone = begin.zone.filter(|zone| stagedoor_app::server::is_zone(zone));
    match edge
        .service
        .begin_passkey(&context.visitor, cookies::value(&jar, SIGN_IN))
        .await
    {
        Ok(options) => {
            let jar = match zone {
                Some(zone) => jar.add(cookies::preference(ZONE, zone)),
                None => jar,
            };
            (jar, Json(options)).into_response()
        }
        Err(error) => recorded(&error, told(&context, &error).into_response()),
    }
}

/// POST `/sign-in/passkey/finish`: the session starts, under a fresh reference.
pub async fn finish(
    State(edge): State<Edge>,
    context: Context,
    jar: CookieJar,
    JsonBody(credential): JsonBody<Value>,
) -> Response {
    let sign_in = cookies::value(&jar, SIGN_IN).map(str::to_owned);
    let former = cookies::value(&jar, SESSION).map(str::to_owned);
    let finished = edge
        .service
        .finish_passkey(
            &context.visitor,
            sign_in.as_deref(),
            former.as_deref(),
            &credential,
        )
        .await;
    match finished {
        Ok(arrival) => {
            let cookie = cookies::until(SESSION, &arrival.reference, edge.service.now(), arrival.until);
            let jar = jar.add(cookies::removed(SIGN_IN)).add(cookie);
            (jar, Json(json!({ "location": "/" }))).into_response()
        }
        Err(error) => recorded(&error, told(&context, &error).into_response()),
    }
}

/// What is typed in the place of the passkey.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Typed {
    #[serde(default)]
    code: String,
}

/// A form that is none is as wrong as an empty one.
pub(super) fn typed(form: Result<Form<Typed>, FormRejection>) -> String {
    form.map_or_else(|_| String::new(), |form| form.0.code)
}

/// A recovery code.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypedRecovery {
    #[serde(default)]
    recovery_code: String,
}

/// The entrance again, with what went wrong: the sign-in goes on, so that another code can be typed.
async fn refused(edge: &Edge, context: &Context, jar: CookieJar, error: &ServiceError) -> Response {
    refused_typed(edge, context, jar, (error, BTreeMap::new())).await
}

/// The same, with what was typed into the form beside the code.
async fn refused_typed(
    edge: &Edge,
    context: &Context,
    jar: CookieJar,
    (error, values): (&ServiceError, BTreeMap<String, String>),
) -> Response {
    let public = error.public(context.visitor.request);
    match error {
        ServiceError::SignIn(
            SignInFailure::OneTimeCode(_)
            | SignInFailure::RecoveryCode(_)
            | SignInFailure::NoSuchTenant
            | SignInFailure::NoSuchView,
        )
        | ServiceError::Invalid(_) => {
            let flash = Flash {
                kind: FlashKind::Error,
                message: public.message,
                request_id: Some(public.request_id),
                fields: public.fields,
                values,
            };
            let said = Said {
                flash: Some(flash),
                refused: None,
            };
            recorded(error, show(edge, context, jar, said).await)
        }
        _ => failed(edge, context, jar, error).await,
    }
}

/// POST `/sign-in/code`: the session starts by a code of the person's authenticator app. A plain form.
pub async fn code(
    State(edge): State<Edge>,
    context: Context,
    jar: CookieJar,
    form: Result<Form<Typed>, FormRejection>,
) -> Response {
    let sign_in = cookies::value(&jar, SIGN_IN).map(str::to_owned);
    let former = cookies::value(&jar, SESSION).map(str::to_owned);
    let (sign_in, former) = (sign_in.as_deref(), former.as_deref());
    let typed = typed(form);
    let finished = edge
        .service
        .finish_code(&context.visitor, sign_in, former, &typed);
    match finished.await {
        Ok(arrival) => {
            let cookie = cookies::until(SESSION, &arrival.reference, edge.service.now(), arrival.until);
            let jar = jar.add(cookies::removed(SIGN_IN)).add(cookie);
            (jar, see_other("/")).into_response()
        }
        Err(error) => refused(&edge, &context, jar, &error).await,
    }
}

/// What the session shall be narrowed to.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Narrower {
    #[serde(default)]
    tenant: String,
    #[serde(default)]
    viewing_as: String,
    #[serde(default)]
    reads_only: String,
}

/// POST `/sign-in/narrow`: what the session shall be narrowed to that this sign-in leads to. A plain form; whether there is
/// such a tenant is asked when the session begins.
pub async fn narrow(
    State(edge): State<Edge>,
    context: Context,
    jar: CookieJar,
    form: Result<Form<Narrower>, FormRejection>,
) -> Response {
    let wanted = form.map_or_else(|_| Narrower::default(), |form| form.0);
    let sign_in = cookies::value(&jar, SIGN_IN).map(str::to_owned);
    let wish = NarrowRequest {
        tenant: Some(wanted.tenant.clone()),
        reach: super::narrow::reach(&wanted.reads_only),
        viewing_as: Some(wanted.viewing_as),
    };
    match edge.service.wish_narrow(sign_in.as_deref(), &wish).await {
        Ok(()) => see_other("/sign-in"),
        Err(error) => {
            let typed = BTreeMap::from([("tenant".to_owned(), wanted.tenant)]);
            refused_typed(&edge, &context, jar, (&error, typed)).await
        }
    }
}

/// POST `/sign-in/recovery`: a recovery code is used, and the sign-in leads to a new passkey. A plain form.
pub async fn recovery(
    State(edge): State<Edge>,
    context: Context,
    jar: CookieJar,
    form: Result<Form<TypedRecovery>, FormRejection>,
) -> Response {
    let typed = form.map_or_else(|_| String::new(), |form| form.0.recovery_code);
    let sign_in = cookies::value(&jar, SIGN_IN).map(str::to_owned);
    let recovered = edge
        .service
        .recover_sign_in(&context.visitor, sign_in.as_deref(), &typed);
    match recovered.await {
        Ok(recovered) => {
            let now = edge.service.now();
            let cookie = cookies::until(SIGN_IN, &recovered.reference, now, now.plus(IDENTIFIED_TTL));
            (jar.add(cookie), see_other("/sign-in")).into_response()
        }
        Err(error) => refused(&edge, &context, jar, &error).await,
    }
}
