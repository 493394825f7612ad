//! The fields that entries carry as facts, beside what every entry has: their names in storage, the words for people, and
//! what each holds. Which event may carry which stands in the event's row.
//!
//! Names and addresses of people are never facts: they travel beside an entry.

macro_rules! fields {
    ($(
        $(#[doc = $doc:literal])+
        $variant:ident = $name:literal, $label:literal;
    )+) => {
        /// A field that an entry may carry as a fact. Their order is that of their names in storage.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl Field {
            /// Every field, in the order of their names.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The name in storage.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The words before its value on a page.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }

            /// What it holds, in a sentence.
            #[must_use]
            pub const fn about(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),+).trim_ascii()),+ }
            }
        }
    };
}

fields! {
    /// How many seconds after the event, as its teller dates it, the deed was done.
    AfterSeconds = "after_seconds", "Seconds after";
    /// The id of the alert.
    Alert = "alert", "Alert";
    /// The id of the person in whose place the visit is asked for; absent where it is the tenant as such.
    AsWhom = "as_whom", "As whom";
    /// What raised the risk.
    Cause = "cause", "Cause";
    /// The error codes that strangers were refused with, each with its number of requests.
    Codes = "codes", "Codes";
    /// `no` where a file has only the first of the rows that matched.
    Complete = "complete", "Complete";
    /// `yes` where secrets that the person saw may be known to others.
    Compromised = "compromised", "Secrets compromised";
    /// The id of the request for consent that the visit came from, or that is answered.
    ConsentRequest = "consent_request", "Consent request";
    /// When the key was destroyed.
    DestroyedAt = "destroyed_at", "Destroyed";
    /// How many entries were made up.
    Entries = "entries", "Entries";
    /// The second factor that was proved.
    Factor = "factor", "Factor";
    /// A digest of all that decided which rows are in a file; its manifest has the same.
    Filter = "filter", "Filter";
    /// The first request of the minute.
    First = "first", "First";
    /// The form of a file.
    Format = "format", "Format";
    /// The last request of the minute.
    Last = "last", "Last";
    /// How many of the recovery codes are left.
    Left = "left", "Codes left";
    /// How high the risk is.
    Level = "level", "Level";
    /// Whether the visit may only read.
    Mode = "mode", "Mode";
    /// What the person calls the passkey.
    Name = "name", "Name";
    /// What the session is narrowed to, where it is: one tenant by its id, reads, or both.
    Narrowed = "narrowed", "Narrowed to";
    /// The call that the proof is for: its method and its path.
    Operation = "operation", "Operation";
    /// The id of the passkey that was used, or that the risk is about.
    Passkey = "passkey", "Passkey";
    /// How many passkeys were revoked with it.
    Passkeys = "passkeys", "Passkeys";
    /// The page on the tenant's host that was asked for.
    Path = "path", "Path";
    /// The identity provider that vouched, by its name.
    Provider = "provider", "Provider";
    /// The query that was typed.
    Query = "query", "Query";
    /// How many requests were refused in the minute.
    Requests = "requests", "Requests";
    /// The id of the risk event.
    Risk = "risk", "Risk event";
    /// The role that is represented or given.
    Role = "role", "Role";
    /// The id of the session that ended.
    Session = "session", "Session";
    /// How many sessions ended.
    Sessions = "sessions", "Sessions";
    /// How many sessions ended with it.
    SessionsEnded = "sessions_ended", "Sessions ended";
    /// When the first of the requests came, UTC.
    Since = "since", "Since";
    /// Where it came from, when not from a person at a page: the command line, the configuration file, an address unknown.
    Source = "source", "Source";
    /// What was done about the risk event.
    Step = "step", "Step";
    /// The id of the fresh proof that the call was allowed by, where it needed one.
    StepUp = "step_up", "Step-up";
    /// The sub-role that the person who acted had then.
    SubRole = "sub_role", "Sub-role";
    /// How many tenants were made up.
    Tenants = "tenants", "Tenants";
    /// The id of the trial that the change is part of.
    Trial = "trial", "Trial";
    /// How long the visit is asked for, in seconds.
    TtlSeconds = "ttl_seconds", "TTL seconds";
    /// When the visit, the temporary account or the trial ends by itself, UTC.
    Until = "until", "Until";
    /// The id of the person who was looked at.
    User = "user", "User";
    /// How many people were made up.
    Users = "users", "Users";
    /// The version of the responsibilities that were acknowledged.
    Version = "version", "Version";
    /// The narrower role that the session was viewed as, where it was.
    ViewingAs = "viewing_as", "Viewing as";
    /// The id of the visit whose account was read.
    Visit = "visit", "Visit";
    /// How the request stood before.
    Was = "was", "Was";
    /// Why it ended, where its owner did not end it.
    Why = "why", "Why";
}

impl Field {
    /// The field of a name in storage.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_stand_in_the_order_of_their_names_which_lead_back() {
        let names: Vec<_> = Field::ALL.iter().map(|field| field.as_str()).collect();
        assert!(names.windows(2).all(|two| two[0] < two[1]), "{names:?}");
        assert!(Field::ALL.is_sorted());
        for field in Field::ALL {
            assert_eq!(Field::from_name(field.as_str()), Some(*field));
        }
    }

    #[test]
    fn every_field_has_words_for_people() {
        for field in Field::ALL {
            assert!(field.label().starts_with(char::is_uppercase), "{}", field.label());
            assert!(field.about().ends_with('.'), "{}", field.about());
        }
    }
}
