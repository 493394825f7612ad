//! The table: a row for every event.
//!
//! Sentences, filters, `docs/events.md` and the tests that ask whether each event is ever emitted all read it. Nothing
//! here says when an event happens; that is for the use cases.

use super::{Criticality, Emission, EventScope, Noun, Retention};
use crate::alert::Alerting;
use crate::audit::field::Field;

macro_rules! noun {
    () => {
        None
    };
    ($named:literal, $unnamed:literal) => {
        Some(Noun {
            named: $named,
            unnamed: $unnamed,
            of: None,
        })
    };
    ($named:literal, $unnamed:literal, $of:literal) => {
        Some(Noun {
            named: $named,
            unnamed: $unnamed,
            of: Some($of),
        })
    };
}

macro_rules! kept {
    () => {
        None
    };
    ($retention:ident) => {
        Some(Retention::$retention)
    };
}

macro_rules! alerting {
    () => {
        Alerting::Nobody
    };
    ($whom:ident) => {
        Alerting::$whom
    };
}

macro_rules! emission {
    () => {
        Emission::Emitted
    };
    (awaited) => {
        Emission::Awaited
    };
    (unrefused) => {
        Emission::Unrefused
    };
}

// A row: name, log and criticality, then `kept` and a class where it is not the log's own, and `alerts` with which of its
// entries super admins must learn of at once; the words when done, the words
// when only tried; where the event is about something, the words before its name, those when there is no name, and the
// word before the tenant; in brackets the facts its entries may carry; at last `awaited` or
// `unrefused`, where nothing writes it down.
macro_rules! events {
    ($(
        $(#[doc = $doc:literal])+
        $variant:ident = $name:literal, $scope:ident $criticality:ident $(kept $retention:ident)?
            $(alerts $whom:ident)?, $done:literal, $tried:literal
            $(; $named:literal | $unnamed:literal $(| $of:literal)?)? $([$($field:ident)+])? $($emission:ident)?;
    )+) => {
        /// Every event of the product.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Event {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Event {
            /// Every event, in the order of the catalogue.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name, `noun.verb`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// What happened, in a line.
            #[must_use]
            pub const fn about(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),+).trim_ascii()),+ }
            }

            /// Whose log it goes to.
            #[must_use]
            pub const fn scope(self) -> EventScope {
                match self { $(Self::$variant => EventScope::$scope),+ }
            }

            /// Who has to know of it, and how soon.
            #[must_use]
            pub const fn criticality(self) -> Criticality {
                match self { $(Self::$variant => Criticality::$criticality),+ }
            }

            /// The retention class of its entries, where it is not that of the log they stand in.
            #[must_use]
            pub const fn kept(self) -> Option<Retention> {
                match self { $(Self::$variant => kept!($($retention)?)),+ }
            }

            /// Which of its entries super admins must learn of at once.
            #[must_use]
            pub const fn alerting(self) -> Alerting {
                match self { $(Self::$variant => alerting!($($whom)?)),+ }
            }

            /// The words after the actor when it was done.
            #[must_use]
            pub const fn done(self) -> &'static str {
                match self { $(Self::$variant => $done),+ }
            }

            /// The words after the actor when it was only tried.
            #[must_use]
            pub const fn tried(self) -> &'static str {
                match self { $(Self::$variant => $tried),+ }
            }

            /// The words for what it is about; `None` where the words of the verb say it all.
            #[must_use]
            pub const fn noun(self) -> Option<Noun> {
                match self { $(Self::$variant => noun!($($named, $unnamed $(, $of)?)?)),+ }
            }

            /// The facts that its entries may carry, by name.
            #[must_use]
            pub const fn fields(self) -> &'static [Field] {
                match self { $(Self::$variant => &[$($(Field::$field),+)?]),+ }
            }

            /// Whether the product writes it down; `cargo xtask test` holds the tests to it.
            #[must_use]
            pub const fn emission(self) -> Emission {
                match self { $(Self::$variant => emission!($($emission)?)),+ }
            }
        }
    };
}

events! {
    /// A staff session started.
    StaffSignIn = "staff.sign_in", Platform Routine, "signed in", "tried to sign in" [Factor Provider];
    /// A staff session ended by its owner.
    StaffSignOut = "staff.sign_out", Platform Routine, "signed out", "tried to sign out" [Why];
    /// An identity provider said that somebody signed out there, and ended what came from it here.
    StaffProviderSignOut = "staff.provider_sign_out", Platform Notable, "ended", "tried to end"; "the sessions of" | "sessions by an identity provider's word" [AfterSeconds Provider Sessions];
    /// A member of staff registered a passkey.
    PasskeyRegister = "staff.register_passkey", Platform Notable alerts AboutSuperAdmins, "registered a passkey", "tried to register a passkey" [Name];
    /// One's own passkeys were looked at.
    PasskeyViewOwn = "passkey.view_own", Platform Routine, "looked at their own passkeys", "tried to look at their own passkeys";
    /// A member of staff gave their passkey another name.
    PasskeyRename = "passkey.rename", Platform Routine, "renamed a passkey", "tried to rename a passkey";
    /// A member of staff revoked a passkey of theirs.
    PasskeyRevoke = "passkey.revoke", Platform Notable, "revoked a passkey", "tried to revoke a passkey" [Name];
    /// A member of staff enrolled an authenticator app.
    TotpEnrol = "totp.enrol", Platform Notable alerts AboutSuperAdmins, "enrolled an authenticator app", "tried to enrol an authenticator app";
    /// A member of staff removed their authenticator app.
    TotpRemove = "totp.remove", Platform Notable, "removed their authenticator app", "tried to remove their authenticator app";
    /// A member of staff used a code of their authenticator app.
    TotpUse = "totp.use", Platform Routine, "used a one-time code", "tried to use a one-time code" [Operation StepUp];
    /// A member of staff made their recovery codes anew; the former ones are void.
    RecoveryRenew = "recovery.renew", Platform Notable alerts AboutSuperAdmins, "made new recovery codes", "tried to make new recovery codes" [Left];
    /// A member of staff signed in with a recovery code: their other sessions ended, and they register a new passkey.
    RecoveryUse = "recovery.use", Platform Critical alerts Always, "used a recovery code", "tried to use a recovery code" [Left Provider SessionsEnded];
    /// One's own responsibilities were looked at.
    DutiesViewOwn = "responsibilities.view_own", Platform Routine, "looked at their own responsibilities", "tried to look at their own responsibilities";
    /// A member of staff acknowledged their responsibilities, in the version that the entry names.
    DutiesAcknowledge = "responsibilities.acknowledge", Platform Notable, "acknowledged their responsibilities", "tried to acknowledge their responsibilities" [Version];
    /// A member of staff left a backup contact, or changed it. What it is stands in no entry.
    BackupContactChange = "backup_contact.change", Platform Notable, "changed their backup contact", "tried to change their backup contact";
    /// After several wrong codes in a row no more are looked at for a while.
    CodesSuspend = "codes.suspend", Platform Notable, "suspended", "tried to suspend"; "the codes of" | "codes" [Factor Until];
    /// After many wrong codes in a row no more are looked at until another super admin resets the person's factors.
    CodesLock = "codes.lock", Platform Critical alerts Always, "locked", "tried to lock"; "the codes of" | "codes" [Factor];
    /// A member of staff proved their passkey again in a session that runs.
    SessionRenew = "session.renew", Platform Routine, "used their passkey again", "tried to use their passkey again" [Passkey];
    /// A member of staff narrowed the session that runs: to one tenant, to reads, to the view of a narrower role.
    SessionNarrow = "session.narrow", Platform Routine, "narrowed their session", "tried to narrow their session";
    /// A member of staff proved their passkey for exactly one call.
    StaffStepUp = "staff.step_up", Platform Routine, "used their passkey for one call", "tried to use their passkey for one call" [Operation Passkey StepUp];
    /// A new member of staff brought their token.
    StaffEnrol = "staff.enrol", Platform Notable alerts AboutSuperAdmins, "enrolled", "tried to enrol" [Provider];
    /// A session was revoked by staff: one of staff, or, in both logs, one of a tenant's people.
    SessionRevoke = "session.revoke", Dual Notable, "revoked", "tried to revoke"; "a session of" | "a session" | "in" [Session Sessions Why];
    /// Sessions were listed.
    SessionView = "session.view", Platform Routine, "looked at sessions", "tried to look at sessions";
    /// One's own session was looked at.
    SessionViewOwn = "session.view_own", Platform Routine, "looked at their own session", "tried to look at their own session" unrefused;

    /// A visit began.
    ImpersonationStart = "impersonation.start", Dual Notable, "started", "tried to start"; "impersonation of" | "an impersonation" [ConsentRequest Mode Role Until];
    /// A visit became able to write.
    ImpersonationEscalate = "impersonation.escalate", Dual Notable, "escalated", "tried to escalate"; "impersonation of" | "an impersonation" awaited;
    /// A visit ended.
    ImpersonationEnd = "impersonation.end", Dual Routine, "ended", "tried to end"; "impersonation of" | "an impersonation" [Path Why];
    /// One request of a visit: what was viewed.
    ImpersonationView = "impersonation.view", Dual Routine, "viewed", "tried to view" [Path];
    /// Visits were listed.
    ImpersonationList = "impersonation.list", Platform Routine, "looked at impersonations", "tried to look at impersonations" [Visit];

    /// Tenants were listed.
    TenantList = "tenant.list", Platform Routine, "listed tenants", "tried to list tenants";
    /// A tenant was looked at.
    TenantView = "tenant.view", Platform Routine, "looked at", "tried to look at"; "" | "a tenant";
    /// A tenant was created.
    TenantCreate = "tenant.create", Dual Notable, "created", "tried to create"; "tenant" | "a tenant" awaited;
    /// A tenant was changed.
    TenantUpdate = "tenant.update", Dual Notable, "changed", "tried to change"; "the details of" | "a tenant";
    /// A tenant was suspended.
    TenantSuspend = "tenant.suspend", Dual Notable, "suspended", "tried to suspend"; "" | "a tenant" [Sessions];
    /// A tenant was restored.
    TenantRestore = "tenant.restore", Dual Notable, "restored", "tried to restore"; "" | "a tenant";
    /// A tenant was deleted.
    TenantDelete = "tenant.delete", Dual Critical, "deleted", "tried to delete"; "" | "a tenant" awaited;
    /// A tenant's owner was restored.
    TenantOwnerRecover = "tenant.owner_recover", Dual Critical, "restored", "tried to restore"; "the owner of" | "an owner" awaited;
    /// One tenant's directory was read.
    TenantViewDirectory = "tenant.view_directory", Dual Routine, "read", "tried to read"; "the directory of" | "a directory" [User];
    /// One tenant's directory left as a file.
    TenantExportDirectory = "tenant.export_directory", Dual Notable, "exported", "tried to export"; "the directory of" | "a directory" [Complete Filter Format];
    /// People were searched across tenants.
    PlatformQueryUsers = "platform.query_users", Platform Routine, "searched people across tenants", "tried to search people across tenants" awaited;
    /// A flag was set.
    FlagUpdate = "flag.update", Dual Notable, "updated", "tried to update"; "flag" | "a flag" | "for" awaited;
    /// An API key was rotated.
    ApiKeyRotate = "api_key.rotate", Dual Notable, "rotated", "tried to rotate"; "API key" | "an API key" | "of" awaited;
    /// An API key was created by the tenant.
    ApiKeyCreate = "api_key.create", Tenant Notable, "created", "tried to create"; "API key" | "an API key" | "of" awaited;
    /// Somebody was invited.
    InvitationCreate = "invitation.create", Dual Notable, "invited", "tried to invite"; "" | "somebody" | "to" awaited;
    /// An invitation was accepted.
    InvitationAccept = "invitation.accept", Dual Routine, "accepted", "tried to accept"; "the invitation to" | "an invitation" awaited;
    /// A person's state was changed.
    UserChangeState = "user.change_state", Dual Notable, "changed", "tried to change"; "the state of" | "the state of somebody" | "in" awaited;
    /// A person of a tenant signed in.
    UserSignIn = "user.sign_in", Tenant Routine, "signed in", "tried to sign in" [Factor Path];
    /// A person of a tenant signed out, or their session came to its end.
    UserSignOut = "user.sign_out", Tenant Routine, "signed out", "tried to sign out" [Path Session Why];
    /// Sessions on a tenant's host were looked at.
    UserSessionView = "user.view_sessions", Tenant Routine, "looked at sessions", "tried to look at sessions" [Path];
    /// Sessions on a tenant's host were ended by somebody.
    UserSessionRevoke = "user.revoke_session", Tenant Routine, "ended", "tried to end"; "sessions of" | "sessions" [Path Session Sessions];
    /// A person of a tenant opened the portal's front page.
    PortalView = "portal.view", Tenant Routine, "opened the portal", "tried to open the portal" [Path] unrefused;
    /// A tenant's members were listed.
    MemberList = "member.list", Tenant Routine, "listed members", "tried to list members" [Path];
    /// A tenant's members were changed.
    MemberManage = "member.manage", Tenant Notable, "changed", "tried to change"; "member" | "a member" | "of" [Path] awaited;
    /// A tenant's audit log was read.
    TenantAuditRead = "audit.read", Tenant Routine, "read the audit log", "tried to read the audit log" [Path];
    /// A tenant's audit log was exported.
    TenantAuditExport = "export.audit", Tenant Notable, "exported the audit log", "tried to export the audit log" [Complete Filter Format Path];
    /// The owner chose whether platform support may visit.
    ConsentChange = "support_access.consent", Dual Notable, "changed", "tried to change"; "support access to" | "support access" [Path];
    /// How support access stands was looked at.
    SupportView = "support_access.view", Tenant Routine, "looked at support access", "tried to look at support access" [Path];
    /// Staff asked the owner for a visit.
    ConsentRequest = "support_access.request", Dual Notable, "asked for", "tried to ask for"; "support access to" | "support access" [AsWhom ConsentRequest TtlSeconds];
    /// The owner agreed to a visit.
    ConsentApprove = "support_access.approve", Dual Notable, "agreed to", "tried to agree to"; "support access to" | "support access" [ConsentRequest Path TtlSeconds];
    /// The owner refused a visit.
    ConsentDeny = "support_access.deny", Dual Notable, "refused", "tried to refuse"; "support access to" | "support access" [ConsentRequest Path TtlSeconds];
    /// Nobody answered staff's question in time, or the answer was not used in time.
    ConsentExpire = "support_access.expire", Dual Routine, "closed", "tried to close"; "the request for support access to" | "a request for support access" [ConsentRequest TtlSeconds Was];
    /// A tenant's sign-in settings were changed.
    AuthSettings = "auth.settings", Tenant Notable, "changed the sign-in settings", "tried to change the sign-in settings" [Path] awaited;
    /// A tenant's billing was changed.
    Billing = "billing.manage", Tenant Notable, "changed billing", "tried to change billing" [Path] awaited;

    /// Risk was raised.
    RiskRaise = "risk.raise", Dual Notable alerts AboutPasskeys, "raised", "tried to raise"; "the risk of" | "a risk" [Cause Level Passkey Risk];
    /// Risk events were listed, or one was looked at.
    RiskView = "risk.view", Platform Routine, "looked at risk events", "tried to look at risk events" [Risk];
    /// A risk event was acknowledged, given to somebody, written about or closed.
    RiskTriage = "risk.triage", Platform Notable, "worked on", "tried to work on"; "a risk event of" | "a risk event" [Risk Step];
    /// A grant was asked for.
    BreakGlassRequest = "break_glass.request", Platform Critical, "asked for", "tried to ask for"; "break-glass on" | "break-glass" awaited;
    /// Somebody voted.
    BreakGlassVote = "break_glass.vote", Platform Notable, "voted on", "tried to vote on"; "break-glass for" | "break-glass" awaited;
    /// A use was reviewed.
    BreakGlassReview = "break_glass.review", Platform Notable, "reviewed", "tried to review"; "break-glass on" | "break-glass" awaited;

    /// The platform's audit was read.
    AuditRead = "admin.audit.read", Platform Routine, "read the audit log", "tried to read the audit log" [Query];
    /// The platform's audit was exported.
    AuditExport = "admin.audit.export", Platform Notable, "exported the audit log", "tried to export the audit log" [Complete Filter Format];
    /// What the audit knew of a person was erased, by destroying their key.
    PersonalErase = "admin.personal.erase", Platform Critical, "erased", "tried to erase"; "the personal data of" | "personal data" [DestroyedAt];
    /// A person's data, or a log, is neither erased nor aged out from now on.
    HoldPlace = "admin.legal_hold.place", Platform Critical, "placed", "tried to place"; "a legal hold on" | "a legal hold";
    /// It may be again.
    HoldLift = "admin.legal_hold.lift", Platform Critical, "lifted", "tried to lift"; "the legal hold on" | "a legal hold";
    /// Archived audit was restored.
    AuditRestore = "admin.audit.restore", Platform Critical, "restored archived audit", "tried to restore archived audit" awaited;
    /// Staff were looked at.
    StaffView = "admin.staff.view", Platform Routine, "looked at staff", "tried to look at staff";
    /// A member of staff got another name, role, scope or end.
    StaffManage = "admin.staff.manage", Platform Notable alerts AboutSuperAdmins, "changed", "tried to change"; "staff member" | "staff" [Role SessionsEnded];
    /// A member of staff was invited.
    StaffCreate = "admin.staff.create", Platform Notable alerts AboutSuperAdmins, "invited", "tried to invite"; "staff member" | "a staff member" [Role Until];
    /// A member of staff was switched off for ever: role, sessions, visits and requests ended.
    StaffDeactivate = "admin.staff.deactivate", Platform Critical alerts Always, "deactivated", "tried to deactivate"; "staff member" | "a staff member" [Compromised Role SessionsEnded];
    /// The factors and the identity of a member of staff were cleared: they enrol again.
    StaffReset = "admin.staff.reset_factors", Platform Critical alerts Always, "reset", "tried to reset"; "the factors of" | "the factors of a staff member" [Passkeys SessionsEnded];
    /// A temporary account came to its end.
    StaffExpire = "admin.staff.expire", Platform Notable alerts AboutSuperAdmins, "ended", "tried to end"; "the temporary account of" | "a temporary account" [Role SessionsEnded Until];
    /// What a member of staff was given for a time came to its end.
    StaffLapse = "admin.staff.lapse", Platform Notable alerts AboutSuperAdmins, "took back", "tried to take back"; "what was given for a time to" | "what was given for a time" [Role SessionsEnded];
    /// The first super admin was invited from the command line.
    StaffBootstrap = "admin.staff.bootstrap", Platform Critical alerts Always, "invited", "tried to invite"; "the first super admin" | "a first super admin" [SessionsEnded Source];
    /// A super admin who lost everything was invited again from the command line.
    StaffRecover = "admin.staff.recover", Platform Critical alerts Always, "recovered", "tried to recover"; "super admin" | "a super admin" [SessionsEnded Source];
    /// A super admin whom the configuration file names was given an account, to enrol without a token.
    StaffDeclare = "admin.staff.declare", Platform Critical alerts Always, "named", "tried to name"; "super admin" | "a super admin" [Source];
    /// A fresh enrolment token was made.
    StaffReissue = "admin.staff.reissue_enrollment", Platform Critical alerts AboutSuperAdmins, "reissued", "tried to reissue"; "the enrollment token of" | "an enrollment token" [SessionsEnded Source];
    /// Access reviews were looked at.
    ReviewView = "admin.review.view", Platform Routine, "looked at access reviews", "tried to look at access reviews" awaited;
    /// An access review was decided.
    Review = "admin.review.decide", Platform Notable, "decided", "tried to decide"; "the access review of" | "an access review" awaited;
    /// An alert to super admins was looked at.
    AlertView = "admin.alert.view", Platform Routine, "looked at an alert", "tried to look at an alert" [Alert];
    /// A super admin took note of an alert.
    AlertAcknowledge = "admin.alert.acknowledge", Platform Routine, "acknowledged an alert", "tried to acknowledge an alert" [Alert];
    /// A test alert was sent over every channel.
    AlertTest = "admin.alert.test", Platform Routine alerts Always, "sent a test alert", "tried to send a test alert";
    /// Guard policies were looked at.
    PolicyView = "admin.policy.view", Platform Routine, "looked at guard policies", "tried to look at guard policies";
    /// A guard policy was changed.
    PolicyChange = "admin.policy.update", Platform Notable, "changed", "tried to change"; "guard policy" | "a guard policy" [Trial Until];
    /// Network rules were looked at.
    NetworkView = "admin.network.view", Platform Routine, "looked at network rules", "tried to look at network rules";
    /// A network rule was changed.
    NetworkChange = "admin.network.update", Platform Notable, "changed", "tried to change"; "network rule" | "a network rule" [Trial Until];
    /// A change that was on trial was confirmed, and stays.
    TrialConfirm = "admin.trial.confirm", Platform Notable, "confirmed", "tried to confirm"; "the change of" | "a change on trial" [Trial];
    /// A change that was on trial was rolled back, by somebody or because nobody confirmed it.
    TrialRollBack = "admin.trial.roll_back", Platform Notable, "rolled back", "tried to roll back"; "the change of" | "a change on trial" [Trial Why];
    /// Identity providers were looked at.
    IdpView = "admin.identity_provider.view", Platform Routine, "looked at identity providers", "tried to look at identity providers";
    /// An identity provider was added.
    IdpCreate = "admin.identity_provider.create", Platform Critical, "added", "tried to add"; "identity provider" | "an identity provider";
    /// An identity provider was changed.
    IdpChange = "admin.identity_provider.update", Platform Notable alerts Always, "changed", "tried to change"; "identity provider" | "an identity provider" [Source Trial Until];
    /// The connection to an identity provider was tested.
    IdpTest = "admin.identity_provider.test", Platform Routine, "tested", "tried to test"; "identity provider" | "an identity provider";
    /// Sinks were looked at.
    SinkView = "admin.sink.view", Platform Routine, "looked at sinks", "tried to look at sinks" awaited;
    /// A sink was changed.
    SinkChange = "admin.sink.update", Platform Notable, "changed", "tried to change"; "sink" | "a sink" awaited;
    /// Settings were looked at.
    SettingsView = "admin.settings.view", Platform Routine, "looked at settings", "tried to look at settings" awaited;
    /// Settings were changed.
    SettingsChange = "admin.settings.update", Platform Notable, "changed", "tried to change"; "setting" | "settings" awaited;
    /// Keys or enforcement were destroyed or switched off.
    SafetyOff = "admin.safety.off", Platform Critical, "switched off", "tried to switch off"; "" | "a safeguard" awaited;
    /// Queues and jobs were looked at.
    SystemView = "admin.system.view", Platform Routine, "looked at the system", "tried to look at the system";
    /// Strangers' requests were refused: one entry a minute and source.
    AccessRefuse = "access.refuse", Platform Routine, "turned away", "tried to turn away" [Codes First Last Requests Since Source];
    /// Made-up data was put into an empty database.
    SystemSeed = "admin.system.seed", Platform Notable, "seeded demo data", "tried to seed demo data" [Entries Tenants Users];
}
