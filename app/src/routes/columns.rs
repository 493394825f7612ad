//! Which columns of a wide list are shown: chosen in the address, or remembered, or the usual ones.
//!
//! The first column of a list is always there, and so is no column in here. The order is the list's own.

use std::borrow::Cow;

use super::query::Part;

/// The columns of a list that can be left out.
pub trait Column: Copy + PartialEq + Sized + 'static {
    /// The list's name, in the cookie and in the form.
    const LIST: &'static str;
    /// The first column, which stays: its name in the address and its words.
    const FIRST: (&'static str, &'static str);
    /// Every other column, in the order of the list.
    const ALL: &'static [Self];

    /// The name in addresses.
    fn name(self) -> &'static str;

    /// The words at its head.
    fn label(self) -> &'static str;

    /// Whether it is shown to whoever chose nothing.
    fn is_usual(self) -> bool;
}

/// The columns of a list that are shown, in the order of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown<C>(Vec<C>);

impl<C: Column> Default for Shown<C> {
    fn default() -> Self {
        Self::of(|column| column.is_usual())
    }
}

impl<C: Column> Shown<C> {
    fn of(chosen: impl Fn(C) -> bool) -> Self {
        Self(C::ALL.iter().copied().filter(|column| chosen(*column)).collect())
    }

    /// The columns of some names; a name that is none is passed over.
    #[must_use]
    pub fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let names: Vec<&str> = names.into_iter().collect();
        Self::of(|column| names.contains(&column.name()))
    }

    /// The columns of a list such as `user,role,seen`.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self::named(text.split(','))
    }

    /// The columns as a list; the first column stands in it, so that it is never empty.
    #[must_use]
    pub fn text(&self) -> String {
        let names = self.0.iter().map(|column| column.name());
        std::iter::once(C::FIRST.0)
            .chain(names)
            .collect::<Vec<_>>()
            .join(",")
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = C> + '_ {
        self.0.iter().copied()
    }

    /// Whether one is shown.
    #[must_use]
    pub fn has(&self, column: C) -> bool {
        self.0.contains(&column)
    }
}

impl<C: Column> Part for Option<Shown<C>> {
    fn read(text: Option<String>) -> Self {
        text.map(|text| Shown::parse(&text))
    }

    fn write(&self) -> Option<Cow<'_, str>> {
        self.as_ref().map(|shown| Cow::Owned(shown.text()))
    }
}

/// A list's columns as a table: variant, name, words, and whether it is usual.
macro_rules! columns {
    ($(
        $(#[$about:meta])+
        $list:ident of $name:literal, first $first:literal $words:literal {
            $($(#[$doc:meta])+ $variant:ident = $column:literal, $label:literal, $usual:literal;)+
        }
    )+) => {$(
        $(#[$about])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $list {
            $($(#[$doc])+ $variant,)+
        }

        impl Column for $list {
            const LIST: &'static str = $name;
            const FIRST: (&'static str, &'static str) = ($first, $words);
            const ALL: &'static [Self] = &[$(Self::$variant),+];

            fn name(self) -> &'static str {
                match self { $(Self::$variant => $column),+ }
            }

            fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }

            fn is_usual(self) -> bool {
                match self { $(Self::$variant => $usual),+ }
            }
        }
    )+};
}

columns! {
    /// The columns of the Users page.
    UserColumn of "users", first "user" "User" {
        /// The role.
        Role = "role", "Role", true;
        /// The last activity.
        Seen = "seen", "Last seen", true;
        /// Where the membership stands.
        Status = "status", "Status", true;
        /// The factors.
        Factors = "factors", "Factors", true;
        /// The risk.
        Risk = "risk", "Risk", true;
        /// The membership's id.
        Id = "id", "ID", false;
    }

    /// What stands beside a sentence of the audit log.
    AuditColumn of "audit", first "event" "Event" {
        /// The tenant.
        Tenant = "tenant", "Tenant", false;
        /// The network address it came from.
        From = "from", "From", false;
        /// The request.
        Request = "request", "Request", false;
        /// Ticket, outcome and marks.
        Labels = "labels", "Ticket and outcome", true;
        /// The six guardrails.
        Guards = "guards", "Guardrails", true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names<C: Column>(shown: &Shown<C>) -> Vec<&'static str> {
        shown.iter().map(Column::name).collect()
    }

    #[test]
    fn the_order_is_the_lists_own_and_strangers_are_passed_over() {
        let shown = Shown::<UserColumn>::parse("risk,role,password,role");
        assert_eq!(names(&shown), ["role", "risk"]);
        assert_eq!(shown.text(), "user,role,risk");
        assert!(shown.has(UserColumn::Risk) && !shown.has(UserColumn::Seen));
    }

    #[test]
    fn none_chosen_is_not_the_same_as_nothing_chosen() {
        let none = Shown::<UserColumn>::named([]);
        assert_eq!(none.text(), "user");
        assert_eq!(Shown::parse(&none.text()), none);
        assert_ne!(none, Shown::default());
    }

    #[test]
    fn what_is_written_is_read() {
        for shown in [Shown::<AuditColumn>::default(), Shown::named(["request", "from"])] {
            assert_eq!(Shown::parse(&shown.text()), shown);
        }
        assert_eq!(names(&Shown::<AuditColumn>::default()), ["labels", "guards"]);
    }
}
