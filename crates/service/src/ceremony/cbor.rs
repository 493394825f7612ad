//! As much CBOR (RFC 8949) as an authenticator's answer takes: where an item ends, and what a map holds.
//!
//! CTAP2 allows definite lengths only and nests four deep; anything else is refused here. What the library decodes is decoded
//! there: this finds what it passes over, such as bytes behind the end.

/// How deep items may nest: CTAP2's four, counted from the outermost.
const DEPTH: u8 = 4;

/// One item's beginning: its kind, its number, and how long that is.
#[derive(Clone, Copy)]
struct Head {
    major: u8,
    number: u64,
    length: usize,
}

fn head(bytes: &[u8]) -> Option<Head> {
    let first = *bytes.first()?;
    let (number, length) = match first & 0x1f {
        small @ 0..24 => (u64::from(small), 1),
        wide @ 24..=27 => {
            let length = 1 << (wide - 24);
            let digits = bytes.get(1..=length)?;
            let number = digits
                .iter()
                .fold(0_u64, |number, digit| number << 8 | u64::from(*digit));
            (number, length + 1)
        }
        // Reserved, or of a length that is not said.
        _ => return None,
    };
    Some(Head {
        major: first >> 5,
        number,
        length,
    })
}

/// How many bytes the item at the beginning takes; `None` where it is cut short, too deep or of no definite length.
pub(super) fn length(bytes: &[u8]) -> Option<usize> {
    within(bytes, DEPTH)
}

fn within(bytes: &[u8], depth: u8) -> Option<usize> {
    let head = head(bytes)?;
    let end = match head.major {
        0 | 1 | 7 => head.length,
        2 | 3 => head.length.checked_add(usize::try_from(head.number).ok()?)?,
        4 | 5 => {
            let depth = depth.checked_sub(1)?;
            let items = head.number.checked_mul(if head.major == 5 { 2 } else { 1 })?;
            let mut at = head.length;
            for _ in 0..items {
                at = at.checked_add(within(bytes.get(at..)?, depth)?)?;
            }
            at
        }
        // Tags have no place in an authenticator's answer.
        _ => return None,
    };
    (end <= bytes.len()).then_some(end)
}

/// The members of a map that is all of these bytes, each with its key as it is encoded; `None` where it is no map, something
/// stands behind it, or a key comes twice.
pub(super) fn members(bytes: &[u8]) -> Option<Vec<(&[u8], &[u8])>> {
    let head = head(bytes).filter(|head| head.major == 5)?;
    if length(bytes)? != bytes.len() {
        return None;
    }
    let mut members: Vec<(&[u8], &[u8])> = Vec::new();
    let mut rest = bytes.get(head.length..)?;
    for _ in 0..head.number {
        let (key, behind) = rest.split_at_checked(length(rest)?)?;
        let (value, behind) = behind.split_at_checked(length(behind)?)?;
        if members.iter().any(|(known, _)| *known == key) {
            return None;
        }
        members.push((key, value));
        rest = behind;
    }
    Some(members)
}

/// The contents of a byte string.
pub(super) fn bytes(item: &[u8]) -> Option<&[u8]> {
    let head = head(item).filter(|head| head.major == 2)?;
    item.get(head.length..)
}

/// A whole number.
pub(super) fn int(item: &[u8]) -> Option<i64> {
    let head = head(item)?;
    let number = i64::try_from(head.number).ok()?;
    match head.major {
        0 => Some(number),
        1 => Some(-1 - number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_end_where_they_end() {
        for (item, end) in [
            (b"\x00".as_slice(), 1),
            (b"\x17\xff", 1),
            (b"\x18\x64\xff", 2),
            (b"\x38\x24", 2),
            (b"\x43abcd", 4),
            (b"\x63abc", 4),
            (b"\x82\x01\x41a", 4),
            (b"\xa1\x01\x82\x01\x02", 5),
            (b"\xf5", 1),
        ] {
            assert_eq!(length(item), Some(end), "{item:x?}");
            for cut in 0..end {
                assert_eq!(length(&item[..cut]), None, "{item:x?} cut at {cut}");
            }
        }
    }

    #[test]
    fn what_an_authenticator_may_not_say_is_not_read() {
        for item in [
            b"\x5f\x41a\xff".as_slice(),
            b"\xbf\xff",
            b"\xc0\x01",
            b"\x1c",
            b"\x81\x81\x81\x81\x81\x01",
            b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
            b"\x5b\xff\xff\xff\xff\xff\xff\xff\xff",
            b"\xbb\xff\xff\xff\xff\xff\xff\xff\xff",
        ] {
            assert_eq!(length(item), None, "{item:x?}");
        }
    }

    #[test]
    fn a_map_is_whole_and_has_each_key_once() {
        let map = b"\xa2\x01\x02\x20\x41z";
        let members = members(map).unwrap();
        assert_eq!(int(members[0].0), Some(1));
        assert_eq!(int(members[1].0), Some(-1));
        assert_eq!(bytes(members[1].1), Some(b"z".as_slice()));
        assert!(super::members(b"\xa1\x01\x02\x00").is_none(), "something behind");
        assert!(super::members(b"\xa2\x01\x02\x01\x03").is_none(), "a key twice");
        assert!(super::members(b"\x82\x01\x02").is_none(), "no map");
    }
}
