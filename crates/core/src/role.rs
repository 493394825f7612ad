//! The closed sets of roles, and where they hold (spec 01 "Roles", 04 "The tenant portal").

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::TenantId;

/// Text that names no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a role")]
pub struct BadRole;

macro_rules! closed_set {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal, $label:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// Every role, in the order of the matrix.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name in storage and on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }

            /// The name for people.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = BadRole;

            fn from_str(text: &str) -> Result<Self, BadRole> {
                match text { $($text => Ok(Self::$variant),)+ _ => Err(BadRole) }
            }
        }
    };
}

closed_set! {
    /// The role of a member of staff on the platform.
    StaffRole {
        /// Everything, but never past a guardrail.
        SuperAdmin = "super_admin", "super admin";
        /// Helps tenants, impersonates.
        Support = "support", "support";
        /// Reads every audit log, votes.
        Security = "security", "security";
        /// Looks, changes nothing.
        ReadOnly = "read_only", "read only";
    }
}

closed_set! {
    /// The role of a person inside one tenant, most powerful first.
    TenantRole {
        /// The tenant's owner.
        Owner = "owner", "owner";
        /// An administrator of the tenant.
        Admin = "admin", "admin";
        /// Applications and keys.
        Developer = "developer", "developer";
        /// The contact for billing.
        BillingAdmin = "billing-admin", "billing-admin";
        /// Oneself only.
        Member = "member", "member";
    }
}

impl TenantRole {
    /// The role that staff act with when they act as somebody of this role: the lower of it and `admin`, never `owner`.
    #[must_use]
    pub const fn impersonated(self) -> Self {
        match self {
            Self::Owner => Self::Admin,
            other => other,
        }
    }
}

/// Which tenants a member of staff may reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// All tenants.
    All,
    /// Only the listed ones; kept sorted, so that looking one up costs a binary search.
    Only(Box<[TenantId]>),
}

impl Scope {
    /// A scope of listed tenants.
    #[must_use]
    pub fn only(mut tenants: Vec<TenantId>) -> Self {
        tenants.sort_unstable();
        tenants.dedup();
        Self::Only(tenants.into())
    }

    /// Whether the tenant is inside.
    #[must_use]
    pub fn contains(&self, tenant: TenantId) -> bool {
        match self {
            Self::All => true,
            Self::Only(list) => list.binary_search(&tenant).is_ok(),
        }
    }

    /// The tenants that are inside both: never more than either, and none where they have none in common.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::All, one) | (one, Self::All) => one.clone(),
            (Self::Only(list), _) => {
                let both = list.iter().copied().filter(|tenant| other.contains(*tenant));
                Self::Only(both.collect())
            }
        }
    }

    /// Whether every tenant of another scope is inside.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::All, _) => true,
            (Self::Only(_), Self::All) => false,
            (Self::Only(_), Self::Only(list)) => list.iter().all(|tenant| self.contains(*tenant)),
        }
    }
}
