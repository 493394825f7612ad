//! Small sets over closed enums: a bit a member, `Copy`, without allocation. They decide nothing.

use crate::action::Action;
use crate::assurance::FactorKind;
use crate::guard::NetworkKind;
use crate::role::StaffRole;

macro_rules! sets {
    ($($(#[$doc:meta])+ $name:ident of $item:ty as $bits:ty, all $all:expr;)+) => {$(
        $(#[$doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name($bits);

        impl $name {
            /// None of them.
            pub const NONE: Self = Self(0);

            /// All of them.
            pub const ALL: Self = Self::of($all);

            /// The ones listed.
            #[must_use]
            pub const fn of(items: &[$item]) -> Self {
                let (mut bits, mut at): ($bits, usize) = (0, 0);
                while at < items.len() {
                    bits |= (1 as $bits) << (items[at] as u32);
                    at += 1;
                }
                Self(bits)
            }

            /// Whether it is in.
            #[must_use]
            pub const fn contains(self, item: $item) -> bool {
                self.0 & ((1 as $bits) << (item as u32)) != 0
            }

            /// Whether nothing is in.
            #[must_use]
            pub const fn is_empty(self) -> bool {
                self.0 == 0
            }

            /// What is in both.
            #[must_use]
            pub const fn and(self, other: Self) -> Self {
                Self(self.0 & other.0)
            }

            /// What is in either.
            #[must_use]
            pub const fn or(self, other: Self) -> Self {
                Self(self.0 | other.0)
            }

            /// Its members, in the order of their enum.
            pub fn iter(self) -> impl Iterator<Item = $item> {
                $all.iter().copied().filter(move |item| self.contains(*item))
            }
        }

        impl FromIterator<$item> for $name {
            fn from_iter<I: IntoIterator<Item = $item>>(items: I) -> Self {
                items.into_iter().fold(Self::NONE, |set, item| Self(set.0 | Self::of(&[item]).0))
            }
        }
    )+};
}

sets! {
    /// Roles of staff.
    StaffRoles of StaffRole as u8, all StaffRole::ALL;
    /// Actions.
    ActionSet of Action as u128, all Action::ALL;
    /// Ways in.
    NetworkKinds of NetworkKind as u8, all NetworkKind::ALL;
    /// Second factors.
    Factors of FactorKind as u8, all FactorKind::ALL;
}

// One bit for each action.
const _: () = assert!(Action::ALL.len() <= 128);
