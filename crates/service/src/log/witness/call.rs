//! One call to a witness, and what its answer is: bounded in time and size, no redirect followed.

use std::time::Duration;

use stagedoor_core::audit::witness::{AddCheckpoint, SIZE_TYPE, read_size};

use super::Witness;
use crate::sign_in::{CallError, HttpClient};

/// The longest that a witness may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// The largest answer that is read: a cosignature is a line.
const ANSWER_MAX: usize = 64 * 1024;

/// What a witness answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// Lines of signatures, not checked yet.
    Lines(String),
    /// The size was not the one that it has cosigned last; which one that is, where it says so.
    Conflict(Option<u64>),
    /// The checkpoint does not go on from the size that it was said to go on from.
    Inconsistent,
    /// It does not cosign, in words.
    Refused(String),
    /// It cannot answer for now, in words.
    Unwell(String),
}

/// Submits a checkpoint.
pub(super) async fn submit(http: &HttpClient, witness: &Witness, submitted: &AddCheckpoint) -> Answer {
    let posted = http
        .post_text(&witness.submission(), submitted.to_string(), PATIENCE, ANSWER_MAX)
        .await;
    match posted {
        Ok(posted) => {
            let is_size = posted.content_type.as_deref() == Some(SIZE_TYPE);
            read(posted.status, is_size, posted.body)
        }
        Err(error @ CallError::Unanswered(_)) => Answer::Unwell(error.to_string()),
        Err(error) => Answer::Refused(error.to_string()),
    }
}

fn read(status: u16, is_size: bool, body: String) -> Answer {
    let refused = |words: &str| Answer::Refused(words.to_owned());
    match status {
        200 => Answer::Lines(body),
        403 => refused("it knows none of the keys that the log signs with"),
        404 => refused("it does not know the log"),
        409 if is_size => match read_size(&body) {
            Some(size) => Answer::Conflict(Some(size)),
            None => refused("it answered with a size that is no number"),
        },
        409 => Answer::Conflict(None),
        422 => Answer::Inconsistent,
        429 | 500..=599 => Answer::Unwell(format!("it answered {status}")),
        _ => Answer::Refused(format!("it answered {status}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_answer_is_what_the_protocol_says() {
        let read = |status, is_size, body: &str| read(status, is_size, body.to_owned());
        assert_eq!(read(200, false, "any"), Answer::Lines("any".to_owned()));
        assert_eq!(read(409, true, "20852014\n"), Answer::Conflict(Some(20_852_014)));
        assert_eq!(read(409, false, "20852014\n"), Answer::Conflict(None));
        assert_eq!(read(422, false, ""), Answer::Inconsistent);
        for status in [429, 500, 503, 599] {
            assert!(matches!(read(status, false, ""), Answer::Unwell(_)), "{status}");
        }
        assert!(matches!(read(409, true, "many\n"), Answer::Refused(_)));
        for status in [201, 204, 301, 307, 400, 401, 403, 404, 413] {
            assert!(matches!(read(status, false, ""), Answer::Refused(_)), "{status}");
        }
    }
}
