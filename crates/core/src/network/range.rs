//! A range of addresses as somebody writes it: read into its one form, and held to a width that is meant.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::Wide;
use crate::input::FieldError;

/// A range of IPv4 with a shorter prefix is asked about once more.
const WIDE_V4: u8 = 8;
/// The same of IPv6.
const WIDE_V6: u8 = 16;

/// A range in its one form: IPv4 mapped into IPv6 is IPv4, and one address is a range of one.
///
/// # Errors
/// Names the field `range`.
pub fn read_range(text: &str) -> Result<IpNet, FieldError> {
    let text = text.trim();
    let message = "Give a range such as 203.0.113.0/24 or 2001:db8::/32, or one address.";
    let range = parsed(text).ok_or_else(|| FieldError::new("range", message))?;
    let range = unmapped(range);
    if range.trunc() != range {
        let message = format!(
            "{range} has bits behind its prefix. Did you mean {}?",
            range.trunc()
        );
        return Err(FieldError::new("range", message));
    }
    Ok(range)
}

/// Numbers with leading zeros are refused: to some programs they are octal.
fn parsed(text: &str) -> Option<IpNet> {
    let Some((address, length)) = text.split_once('/') else {
        return text.parse::<IpAddr>().ok().map(IpNet::from);
    };
    let plain =
        length.bytes().all(|byte| byte.is_ascii_digit()) && (length == "0" || !length.starts_with('0'));
    let length: u8 = length.parse().ok().filter(|_| plain)?;
    IpNet::new(address.parse().ok()?, length).ok()
}

/// Addresses are compared in their one form, so that a range of mapped ones would never match.
fn unmapped(range: IpNet) -> IpNet {
    let IpNet::V6(v6) = range else {
        return range;
    };
    let inner = v6.addr().to_ipv4_mapped();
    match (inner, v6.prefix_len().checked_sub(96)) {
        (Some(inner), Some(length)) => Ipv4Net::new(inner, length).map_or(range, IpNet::V4),
        _ => range,
    }
}

pub(super) fn check_width(range: IpNet, wide: Wide) -> Result<(), FieldError> {
    let refuse = |message: String| Err(FieldError::new("range", message));
    if range.prefix_len() == 0 {
        return refuse(format!(
            "{range} is everywhere. Name the ranges that staff come from."
        ));
    }
    let local = [loopback_v4(), loopback_v6()];
    if local
        .iter()
        .any(|local| local.contains(&range) || range.contains(local))
    {
        return refuse(format!(
            "{range} has this machine's own addresses in it, which count in the demo and in development alone."
        ));
    }
    let narrowest = match range {
        IpNet::V4(_) => WIDE_V4,
        IpNet::V6(_) => WIDE_V6,
    };
    if range.prefix_len() < narrowest && wide == Wide::Unasked {
        let message = format!(
            "{range} is wider than /{narrowest}. If that is what you mean, say so with confirm_wide."
        );
        return Err(FieldError::new("confirm_wide", message));
    }
    Ok(())
}

fn loopback_v4() -> IpNet {
    IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::LOCALHOST, 8).trunc())
}

fn loopback_v6() -> IpNet {
    IpNet::V6(Ipv6Net::new_assert(Ipv6Addr::LOCALHOST, 128))
}
