//! What a session of either kind began with, as a condition on its table: from which addresses, with which agent, when.

use std::net::IpAddr;

use stagedoor_core::time::Timestamp;

/// A range of addresses, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddressRange {
    /// The first.
    pub first: IpAddr,
    /// The last.
    pub last: IpAddr,
}

/// An address as 16 bytes whose order is that of addresses, IPv4 mapped into IPv6; `None` for what is no address.
pub(crate) fn address_key(address: &str) -> Option<Vec<u8>> {
    address.parse().ok().map(bytes)
}

pub(super) fn bytes(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.to_ipv6_mapped().octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    }
}

/// What a session of either kind began with: where, with what, when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Beginning {
    /// From one of these addresses.
    pub from: Option<AddressRange>,
    /// With an agent that has all of these in it, whatever the case.
    pub agent: Vec<String>,
    /// Before this, or then.
    pub before: Option<Timestamp>,
}

/// The same conditions on either table.
macro_rules! beginning {
    ($filter:expr, $beginning:expr, $table:literal) => {{
        let mut filter = $filter;
        if let Some(range) = $beginning.from {
            filter = filter.and(
                concat!($table, ".address_key >= $1 AND ", $table, ".address_key <= $2"),
                [
                    $crate::session_list::beginning::bytes(range.first).into(),
                    $crate::session_list::beginning::bytes(range.last).into(),
                ],
            );
        }
        for word in &$beginning.agent {
            filter = filter.and(
                concat!("lower(", $table, ".agent) LIKE $1 ESCAPE '!'"),
                [$crate::session_list::beginning::within(word).into()],
            );
        }
        filter.and_opt(concat!($table, ".started_at <= $1"), $beginning.before)
    }};
}
pub(super) use beginning;

/// A pattern of what has this in it.
pub(super) fn within(word: &str) -> String {
    let mut pattern = String::from("%");
    for letter in word.to_lowercase().chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}
