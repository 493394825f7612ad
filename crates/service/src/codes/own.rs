//! One's own codes: an authenticator app is enrolled with its first code, and removed; recovery codes are made anew as a
//! set. Each takes a passkey that was proved a short while ago. What is secret is shown to its owner, and never again.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use fast_qr::QRBuilder;
use stagedoor_core::action::Action;
use stagedoor_core::action::kind::{RecoveryRenew, TotpEnrol, TotpRemove};
use stagedoor_core::assurance::FactorKind;
use stagedoor_core::attempts::{Barred, CodeKind};
use stagedoor_core::audit::{Event, Field, Outcome};
use stagedoor_core::id::SessionId;
use stagedoor_core::impersonation::VisitEnd;
use stagedoor_core::input::FieldError;
use stagedoor_core::resource::Resource as _;
use stagedoor_core::session::SessionEnd;
use stagedoor_core::time::minutes;
use stagedoor_core::view::passkey::{AppView, CodesStanding, CodesView, NewAppView};
use stagedoor_store::tx::Unaudited;
use stagedoor_store::{code, session};
use url::Url;

use super::totp::{self, Matched};
use super::{CodeFault, GoodCode, Tried, place, recovery};
use crate::crypto::Purpose;
use crate::error::ServiceError;
use crate::impersonation::end_told_visits;
use crate::op::StaffOp;
use crate::passkeys::{own, told_end};
use crate::recorder::Story;
use crate::retry::again;
use crate::session::still_runs;

/// How long an app that is being enrolled waits for its first code.
const ENROLMENT_TTL: std::time::Duration = minutes(10);
const NOT_ALLOWED: &str = "Policy does not let your role use an authenticator app. Use your passkey.";
const NONE_WAITS: &str =
    "No authenticator app is being enrolled here, or it took longer than ten minutes. Begin again.";
const NO_APP: &str = "You have no authenticator app.";
const WRONG: &str = "This is not the code that the app shows now. Wait for the next one and type that.";

fn internal(error: impl std::fmt::Display) -> ServiceError {
    ServiceError::Internal(error.to_string())
}

/// What the caller has beside passkeys.
pub(crate) async fn codes_view(op: &StaffOp) -> Result<CodesView, ServiceError> {
    let (service, staff) = (op.service(), op.staff());
    let ex = &mut service.db().reader();
    let app = code::find_totp(ex, staff.id).await?;
    let attempts = code::find_attempts(ex, staff.id, CodeKind::Totp).await?;
    let left = code::count_recovery(ex, staff.id).await?;
    let barred = attempts.open(service.policy().code_attempts, op.now());
    Ok(CodesView {
        app_allowed: service.allows_app(op.own_role()),
        app: app.map(|app| AppView {
            created: app.created,
            last_used: app.last_used,
        }),
        standing: match (barred, attempts.suspended_until) {
            (Ok(()), _) => CodesStanding::Open,
            (Err(Barred::Suspended), Some(until)) => CodesStanding::Suspended(until),
            (Err(_), _) => CodesStanding::Locked,
        },
        recovery_left: left,
        recovery_few: left <= recovery::FEW,
    })
}

/// What an app is told, as text and as a picture.
fn new_app(op: &StaffOp, secret: &[u8]) -> Result<NewAppView, ServiceError> {
    let text = recovery::base32(secret);
    let mut uri = Url::parse("otpauth://totp/").map_err(internal)?;
    uri.set_path(&format!("/Stagedoor:{}", op.staff().email));
    uri.query_pairs_mut()
        .append_pair("secret", &text)
        .append_pair("issuer", "Stagedoor")
        .append_pair("algorithm", "SHA1")
        .append_pair("digits", "6")
        .append_pair("period", "30");
    let uri = uri.to_string();
    let picture = picture(&uri)?;
    Ok(NewAppView {
        secret: recovery::grouped(&text, " "),
        uri,
        picture,
    })
}

/// The dark modules of a QR code as the path of an SVG, row by row, with the four light ones that belong around it.
fn picture(text: &str) -> Result<(usize, String), ServiceError> {
    const QUIET: usize = 4;
    let code = QRBuilder::new(text)
        .build()
        .map_err(|error| internal(format!("a QR code: {error:?}")))?;
    let mut path = String::new();
    for row in 0..code.size {
        for column in 0..code.size {
            if code[row][column].value() {
                path.push_str(&format!("M{} {}h1v1h-1z", column + QUIET, row + QUIET));
            }
        }
    }
    Ok((code.size + 2 * QUIET, path))
}

/// Begins to enrol an authenticator app: a fresh secret, which counts when its first code is typed.
///
/// # Errors
/// Denied, also for a proof that is too old or no passkey's; conflict where policy allows no app.
pub async fn begin_app(op: &StaffOp) -> Result<NewAppView, ServiceError> {
    op.require::<TotpEnrol>(&own(op, None)).await?.discharge(());
    if !op.service().allows_app(op.own_role()) {
        return Err(told_failure(op, Event::TotpEnrol, ("totp_not_allowed", NOT_ALLOWED)).await);
    }
    let mut secret = [0_u8; totp::SECRET];
    op.service().rng().fill(&mut secret);
    let session = op.session().id;
    let key = op.service().vault().key(Purpose::TotpSecret);
    let sealed = key.seal(op.service().rng(), &place(session), &secret);
    let expires = op.now().plus(ENROLMENT_TTL);
    op.service()
        .db()
        .write(move |mut tx| {
            let sealed = sealed.clone();
            Box::pin(async move {
                code::put_enrolment(&mut tx, session, &sealed, expires).await?;
                Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::SignInState, ()).await?)
            })
        })
        .await?;
    new_app(op, &secret)
}

/// The app that the caller's session enrols, for its page; none where there is none, or the proof is no longer fresh.
///
/// # Errors
/// When the database cannot be read.
pub async fn waiting_app(op: &StaffOp) -> Result<Option<NewAppView>, ServiceError> {
    if !op.would(Action::TotpEnrol, own(op, None).facts()).is_permit() {
        return Ok(None);
    }
    let secret = waiting_secret(op).await?;
    secret.map(|secret| new_app(op, &secret)).transpose()
}

async fn waiting_secret(op: &StaffOp) -> Result<Option<Vec<u8>>, ServiceError> {
    let session = op.session().id;
    let sealed = code::find_enrolment(&mut op.service().db().reader(), session, op.now()).await?;
    let key = op.service().vault().key(Purpose::TotpSecret);
    Ok(sealed.and_then(|sealed| key.open(&place(session), &sealed).ok()))
}

/// Writes down that something failed: what the entry calls it, and the words of the conflict to return.
async fn told_failure(
    op: &StaffOp,
    event: Event,
    (code, words): (&'static str, &'static str),
) -> ServiceError {
    let mut story = Story::new(event);
    story.outcome = Outcome::Failed(code);
    op.refused_with(story, ServiceError::Conflict(words)).await
}

/// Enrols the app whose code was typed, in the place of a former one. A wrong code counts as any other.
///
/// # Errors
/// As [`begin_app`]; conflict where nothing is being enrolled; invalid with the field `code`.
pub async fn confirm_app(op: &StaffOp, typed: &str) -> Result<(), ServiceError> {
    let permit = op.require::<TotpEnrol>(&own(op, None)).await?.discharge(());
    let (service, staff) = (op.service(), op.staff().clone());
    let Some(secret) = waiting_secret(op).await? else {
        return Err(told_failure(op, Event::TotpEnrol, ("enrolment_absent", NONE_WAITS)).await);
    };
    let tried = service.try_first_code(op, &secret, typed).await?;
    let step = match tried.found {
        Ok(GoodCode::Totp(step)) => step,
        Ok(GoodCode::Recovery(_)) => return Err(internal("a recovery code enrols no app")),
        Err(fault) => {
            let story = Story::new(Event::TotpEnrol);
            let acting = op.acting();
            let told = service.refuse_code(op.visitor(), (&acting, &staff), (story, &tried, fault));
            told.await?;
            return Err(ServiceError::field(FieldError::new("code", WRONG)));
        }
    };
    let mut story = Story::new(Event::TotpEnrol);
    story.verdicts = Some(permit.decision().verdicts);
    match put_app(op, story, (&secret, step)).await {
        Ok(()) => Ok(()),
        // The try stays counted: nothing was proved by the code of an app that nobody has.
        Err(error) => {
            let told = service.tell_followed(op.visitor(), &staff, &tried).await;
            Err(told.err().unwrap_or(error))
        }
    }
}

async fn put_app(op: &StaffOp, story: Story, (secret, step): (&[u8], u64)) -> Result<(), ServiceError> {
    let service = op.service();
    let batch = op.record(story).await?;
    let key = service.vault().key(Purpose::TotpSecret);
    let sealed = key.seal(service.rng(), &place(op.staff().id), secret);
    let (session, person, now) = (op.session().id, op.staff().id, op.now());
    let write = service.db().write(move |mut tx| {
        let (sealed, batch) = (sealed.clone(), batch.clone());
        Box::pin(async move {
            still_runs(&mut tx, session).await?;
            if !code::delete_enrolment(&mut tx, session).await? {
                return Err(ServiceError::Conflict(NONE_WAITS));
            }
            code::put_totp(&mut tx, person, &sealed, (step, now)).await?;
            code::forget_attempts(&mut tx, person, CodeKind::Totp).await?;
            Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
        })
    });
    write.await
}

impl crate::state::Service {
    /// The first code of an app that is being enrolled is a try like any other: what is locked is not opened by a new app.
    async fn try_first_code(&self, op: &StaffOp, secret: &[u8], typed: &str) -> Result<Tried, ServiceError> {
        let counted = self.count_code_try(op.staff().id, CodeKind::Totp).await?;
        let found = match (counted, totp::matched(secret, typed, None, op.now())) {
            (Err(barred), _) => Err(CodeFault::Barred(barred)),
            (Ok(_), Matched::Fresh(step)) => Ok(GoodCode::Totp(step)),
            (Ok(_), Matched::Used | Matched::None) => Err(CodeFault::Wrong),
        };
        Ok(Tried {
            kind: CodeKind::Totp,
            counted,
            found,
        })
    }
}

/// Removes the caller's app. Their other sessions that a code proved end with it, and their visits.
///
/// # Errors
/// Denied, also for a proof that is too old or no passkey's; conflict for somebody without an app.
pub async fn remove_app(op: &StaffOp) -> Result<u64, ServiceError> {
    again(|| remove_app_once(op)).await
}

/// The caller's other sessions that a code proved.
fn by_code(op: &StaffOp, open: &[session::StaffSession]) -> Vec<SessionId> {
    open.iter()
        .filter(|other| other.factor.kind == FactorKind::Totp && other.id != op.session().id)
        .map(|other| other.id)
        .collect()
}

async fn remove_app_once(op: &StaffOp) -> Result<u64, ServiceError> {
    let permit = op.require::<TotpRemove>(&own(op, None)).await?.discharge(());
    let ex = &mut op.service().db().reader();
    if code::find_totp(ex, op.staff().id).await?.is_none() {
        return Err(told_failure(op, Event::TotpRemove, ("no_app", NO_APP)).await);
    }
    let ending = by_code(op, &session::list_of_staff(ex, op.staff().id).await?);
    let mut story = Story::new(Event::TotpRemove);
    story.verdicts = Some(permit.decision().verdicts);
    let mut batch = op.record(story).await?;
    for other in &ending {
        batch = batch.and_all(told_end(op, *other, "totp_removed").await?);
    }
    let (now, asking) = (op.now(), op.clone());
    let ended = ending.len() as u64;
    let write = op.service().db().write(move |mut tx| {
        let (ending, batch, asking) = (ending.clone(), batch.clone(), asking.clone());
        Box::pin(async move {
            let person = asking.staff().id;
            let open = session::list_of_staff(&mut tx, person).await?;
            if !code::delete_totp(&mut tx, person).await? || by_code(&asking, &open) != ending {
                return Err(ServiceError::Moved);
            }
            for other in &ending {
                if !session::end(&mut tx, *other, now, SessionEnd::Revoked).await? {
                    return Err(ServiceError::Moved);
                }
            }
            end_told_visits(&mut tx, &batch, now, VisitEnd::SessionEnded).await?;
            Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
        })
    });
    write.await?;
    Ok(ended)
}

/// Makes the caller's recovery codes anew, and returns them: they are shown this once. The former ones are void.
///
/// # Errors
/// Denied, also for a proof that is too old or no passkey's.
pub async fn renew_recovery(op: &StaffOp) -> Result<Vec<String>, ServiceError> {
    let permit = op.require::<RecoveryRenew>(&own(op, None)).await?.discharge(());
    let (service, staff) = (op.service(), op.staff().id);
    let codes = recovery::fresh(service.rng());
    let key = service.recovery_key();
    let digests: Vec<[u8; 32]> = codes
        .iter()
        .map(|code| recovery::digest(&key, staff, code))
        .collect();
    let mut story = Story::new(Event::RecoveryRenew);
    story.verdicts = Some(permit.decision().verdicts);
    story.facts.insert(Field::Left, codes.len().to_string());
    let batch = op.record(story).await?;
    let (session, now) = (op.session().id, op.now());
    let write = service.db().write(move |mut tx| {
        let (digests, batch) = (digests.clone(), batch.clone());
        Box::pin(async move {
            still_runs(&mut tx, session).await?;
            code::put_recovery(&mut tx, staff, &digests, now).await?;
            Ok::<_, ServiceError>(tx.commit(batch, ()).await?)
        })
    });
    write.await?;
    Ok(codes)
}

/// Seals codes for the one page of this session that shows them: they wait there for a moment, and never in the clear.
#[must_use]
pub fn seal_codes(op: &StaffOp, codes: &[String]) -> String {
    let key = op.service().vault().key(Purpose::ShownToken);
    let sealed = key.seal(op.service().rng(), &shown_at(op), codes.join(" ").as_bytes());
    URL_SAFE_NO_PAD.encode(sealed)
}

/// Opens codes that were sealed for this session; anything else is none.
#[must_use]
pub fn open_codes(op: &StaffOp, sealed: &str) -> Option<Vec<String>> {
    let key = op.service().vault().key(Purpose::ShownToken);
    let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
    let plain = String::from_utf8(key.open(&shown_at(op), &bytes).ok()?).ok()?;
    Some(plain.split(' ').map(str::to_owned).collect())
}

fn shown_at(op: &StaffOp) -> Vec<u8> {
    format!("recovery/{}", op.session().id).into_bytes()
}
