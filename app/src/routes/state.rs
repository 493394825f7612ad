//! What a page's address says besides its path: search, order, cursor, an open dialog. Unknown names are ignored, of a
//! repeated one the first counts, and none of it is believed before the service has checked it.

use stagedoor_core::view::directory::DirectorySort;

use super::columns::{AuditColumn, Shown, UserColumn};
use super::query::{Pairs, Part, address, queries};

queries! {
    /// The state of the console's Users page.
    UsersQuery {
        /// The tenant's slug; `None` asks for one to be chosen.
        tenant: Option<String>,
        /// The search as typed.
        q: String,
        /// The order; `None` is the page's own.
        sort: Option<DirectorySort>,
        /// The columns; `None` are the remembered or the usual ones.
        cols: Option<Shown<UserColumn>>,
        /// The sealed cursor of the page of rows.
        cursor: Option<String>,
        /// The membership whose Impersonate dialog is open.
        impersonate: Option<String>,
    }

    /// The state of an Audit log page, the console's or the portal's.
    AuditQuery {
        /// The tenant's slug; `None` is the whole platform. Never set on a tenant's own host.
        tenant: Option<String>,
        /// The search as typed.
        q: String,
        /// The columns; `None` are the remembered or the usual ones.
        cols: Option<Shown<AuditColumn>>,
        /// The sealed cursor of the page of entries.
        cursor: Option<String>,
        /// The entry that lies open.
        open: Option<String>,
    }

    /// The state of the portal's Members page.
    MembersQuery {
        /// The search as typed.
        q: String,
        /// The sealed cursor of the page of rows.
        cursor: Option<String>,
    }

    /// The state of the console's Sessions page.
    StaffSessionsQuery {
        /// The tenant's slug. With one, the sessions are its people's, unless `of` says otherwise.
        tenant: Option<String>,
        /// `staff` or `people`; nothing goes by the tenant.
        of: Option<String>,
        /// The search as typed.
        q: String,
        /// The sealed cursor of the page of rows.
        cursor: Option<String>,
        /// The session whose dialog is open.
        revoke: Option<String>,
        /// The person all of whose sessions the open dialog is about.
        revoke_all: Option<String>,
        /// `all` when the dialog about all that match is open.
        matching: Option<String>,
    }

    /// The state of the console's Impersonations page, and of an account below it.
    VisitsQuery {
        /// The tenant's slug; `None` is every tenant.
        tenant: Option<String>,
        /// The search as typed.
        q: String,
        /// The sealed cursor of the page of past visits.
        cursor: Option<String>,
    }

    /// The state of the console's Alerts page, and of an alert below it.
    AlertsQuery {
        /// The tenant's slug, carried along.
        tenant: Option<String>,
        /// The sealed cursor of the page of rows.
        cursor: Option<String>,
    }

    /// The state of the console's Risk events page, and of an event below it.
    RisksQuery {
        /// The tenant's slug; `None` is every tenant, and staff.
        tenant: Option<String>,
        /// The search as typed.
        q: String,
        /// The sealed cursor of the page of rows.
        cursor: Option<String>,
    }

    /// The state of the console's Tenants page.
    TenantsQuery {
        /// The tenant's slug, carried along.
        tenant: Option<String>,
        /// The search as typed.
        q: String,
        /// The sealed cursor of the page of rows.
        cursor: Option<String>,
    }

    /// The state of one tenant's own page.
    TenantQuery {
        /// The tenant's slug, carried along.
        tenant: Option<String>,
        /// `visits`; nothing is the overview.
        tab: Option<String>,
        /// The sealed cursor of the page of visits.
        cursor: Option<String>,
        /// The dialog that is open: `suspend`, `restore` or `rename`.
        act: Option<String>,
    }

    /// The state of the Staff page, and of one person's page below it.
    StaffQuery {
        /// The tenant's slug, carried along.
        tenant: Option<String>,
        /// The search as typed.
        q: String,
        /// The sealed cursor of the page of rows.
        cursor: Option<String>,
        /// The dialog that is open: `invite` over the list; over a person `change`, `reissue`, `reset`, `deactivate`, or a
        /// task of their checklist.
        act: Option<String>,
    }

    /// The state of the Identity providers page, and of one provider's page below it.
    ProvidersQuery {
        /// The tenant's slug, carried along.
        tenant: Option<String>,
        /// The dialog that is open: `add` over the list; over a provider `change` or `trust`.
        act: Option<String>,
    }

    /// The state of the page of one's own passkeys.
    PasskeysQuery {
        /// The tenant's slug, carried along.
        tenant: Option<String>,
        /// The passkey whose dialog to rename it is open.
        rename: Option<String>,
        /// The passkey whose dialog to revoke it is open.
        revoke: Option<String>,
        /// Which dialog about an authenticator app is open: `new` or `remove`.
        app: Option<String>,
        /// `new` where the dialog about new recovery codes is open.
        recovery: Option<String>,
    }

    /// The state of the console's Policies page: the role that is shown, and what the simulator is asked.
    PoliciesQuery {
        /// The tenant's slug, carried along.
        tenant: Option<String>,
        /// The role whose declarations are shown; empty is the super admin.
        show: String,
        /// Who would ask: a member of staff by id; empty is somebody made up.
        person: String,
        /// The role of somebody made up.
        role: String,
        /// Their sub-role; empty is the whole role.
        sub_role: String,
        /// Where their account stands.
        account: String,
        /// What they would do; empty asks nothing.
        action: String,
        /// The tenant that it is about, by slug or id.
        target: String,
        /// Whose the session or visit is.
        owner: String,
        /// Where they call from.
        address: String,
        /// What the identity-aware proxy in front said.
        proxy: String,
        /// Who vouches for whom.
        identity: String,
        /// What is said of their device.
        device: String,
        /// What they proved.
        factor: String,
        /// Of a passkey, its level; empty is any.
        level: String,
        /// How many minutes ago.
        factor_age: String,
        /// Where their session stands.
        session: String,
        /// How many minutes ago it began.
        session_age: String,
        /// How many minutes it has been idle.
        idle: String,
        /// The one tenant that it is narrowed to, by slug or id.
        only: String,
        /// `yes` where it is narrowed to reads.
        reads: String,
        /// The narrower role or sub-role that it is viewed as.
        viewing: String,
        /// When; empty is now.
        at: String,
        /// Whether they hold a break-glass grant.
        grant: String,
        /// The guard policy that the change is of, by name; empty is one more.
        kept: String,
        /// The change of one: the roles it concerns; empty is every one.
        concerns: String,
        /// The change of one: the actions it concerns; empty is every one.
        doing: String,
        /// The change: the kinds of network that count.
        networks: String,
        /// The change: the factors that count.
        factors: String,
        /// The change: the lowest level of passkey that counts.
        passkey: String,
        /// The change: the oldest proof that will do, in minutes.
        max_age: String,
        /// The change: whether a managed device is asked for.
        managed: String,
        /// The change: whether a grant is asked for.
        danger: String,
        /// The change: the longest session, in minutes.
        ttl: String,
        /// The change: the longest a session may be idle, in minutes.
        max_idle: String,
        /// The dialog that is open: `save`, or `remove`.
        act: Option<String>,
        /// The guard policy that is to be removed, by name.
        policy: Option<String>,
    }

    /// The state of the console's Network page, and the change of a rule that is asked about.
    NetworkQuery {
        /// The tenant's slug, carried along.
        tenant: Option<String>,
        /// The dialog that is open: `add`, `change` or `remove`.
        act: Option<String>,
        /// The rule it is about.
        rule: Option<String>,
        /// `preview` shows what the change would do; nothing asks for its fields.
        step: Option<String>,
        /// The rule's name.
        name: String,
        /// Its kind.
        kind: String,
        /// Its range.
        range: String,
        /// What it is for.
        note: String,
        /// `yes` where a very wide range is meant.
        wide: String,
    }

    /// The state of the console's Roles page.
    RolesQuery {
        /// The tenant's slug, carried along.
        tenant: Option<String>,
        /// What somebody would do; empty asks nothing.
        action: String,
        /// The tenant that it is about, by slug or id.
        target: String,
    }

    /// The state of the page that leads to all others.
    GoQuery {
        /// The tenant's slug, carried along.
        tenant: Option<String>,
        /// What is looked for, as typed.
        q: String,
    }

    /// The state of the portal's Sessions page.
    SessionsQuery {
        /// Only this person's, by their membership; `None` is all that the reader may see.
        user: Option<String>,
        /// The sealed cursor of the page of rows.
        cursor: Option<String>,
    }

    /// The state of the portal's Support access page.
    SupportQuery {
        /// The sealed cursor of the page of past visits.
        cursor: Option<String>,
    }
}
