//! One reader's question to one log: counted, drawn as bars, and answered page by page.

use stagedoor_core::audit::sentence::Reader;
use stagedoor_core::id::EventId;
use stagedoor_core::input::FieldError;
use stagedoor_core::time::Timestamp;
use stagedoor_core::view::audit::{AuditLine, AuditView, Bar};
use stagedoor_core::view::event::AuditEvent;
use stagedoor_core::view::{Page, Total};
use stagedoor_store::audit::{self, AuditFilter, Stored};
use stagedoor_store::log::head;

use super::AuditRequest;
use crate::cursor::CursorPlace;
use crate::directory::{LIMIT_DEFAULT, LIMIT_MAX};
use crate::error::ServiceError;
use crate::recent::{Extent, Recent};
use crate::state::Service;

/// Half an hour a bar, a day of them.
const BARS: usize = 48;
pub(super) const BAR_MICROS: i64 = 30 * 60 * 1_000_000;

/// Counts of logs with many entries.
#[derive(Default)]
pub(crate) struct KeptCounts {
    all: Recent<String, Total>,
    matching: Recent<String, (Total, Vec<Bar>)>,
}

fn extent(total: Total, bars: &[Bar]) -> Extent {
    match total {
        Total::AtLeast(_) => Extent::Large,
        Total::Exact(_) => Extent::of(bars.iter().map(|bar| bar.count).sum()),
    }
}

/// Whether a page says of each entry what was asked with it: only to who may ask the simulator.
#[derive(Clone, Copy)]
pub(super) enum Asked {
    Told,
    Untold,
}

/// One reader's question to one log.
pub(super) struct Question<'a> {
    pub(super) service: &'a Service,
    pub(super) place: CursorPlace<'a>,
    pub(super) reader: Reader,
    pub(super) asked: Asked,
    pub(super) request: &'a AuditRequest,
    pub(super) now: Timestamp,
    pub(super) kept_days: u64,
    /// All that the reader may see.
    pub(super) all: AuditFilter,
    /// What was asked for, or what is wrong with the query.
    pub(super) read: Result<(AuditFilter, Chips), String>,
}

pub(super) type Chips = Vec<stagedoor_core::view::directory::Chip>;

impl Question<'_> {
    /// The page, and how many entries stand on it.
    pub(super) async fn view(self) -> Result<(AuditView, u64), ServiceError> {
        let all = self.count_all().await?;
        let from = Timestamp::from_micros((self.now.micros() / BAR_MICROS - (BARS as i64 - 1)) * BAR_MICROS);
        let (query_error, filter, chips) = match &self.read {
            Ok((filter, chips)) => (None, Some(filter), chips.clone()),
            Err(message) => (Some(message.clone()), None, Vec::new()),
        };
        let ((matching, bars), page) = match filter {
            Some(filter) => (self.count(filter, from).await?, self.lines(filter).await?),
            None => (
                (Total::Exact(0), Vec::new()),
                Page {
                    items: Vec::new(),
                    next: None,
                },
            ),
        };
        let rows = page.items.len() as u64;
        let query = self.request.q.clone();
        let (kept_days, now) = (self.kept_days, self.now);
        let head = head::find(&mut self.service.db().reader(), &self.all.scope).await?;
        let signed_at = head.map(|head| head.at);
        let witnessed = self.service.logs().has_witnesses();
        Ok((
            AuditView {
                query,
                query_error,
                chips,
                all,
                matching,
                kept_days,
                signed_at,
                witnessed,
                bars,
                page,
                now,
            },
            rows,
        ))
    }

    /// All that the reader may read; ten seconds old at most where it is much.
    async fn count_all(&self) -> Result<Total, ServiceError> {
        let count = async {
            let total = audit::count_matching(&mut self.service.db().reader(), &self.all).await?;
            Ok((total, extent(total, &[])))
        };
        let key = format!("{:?}", self.all);
        self.service.counts().all.get(key, self.now, count).await
    }

    /// How many match, and when they happened; ten seconds old at most where they are many.
    async fn count(&self, filter: &AuditFilter, from: Timestamp) -> Result<(Total, Vec<Bar>), ServiceError> {
        let count = async {
            let ex = &mut self.service.db().reader();
            let total = audit::count_matching(ex, filter).await?;
            let bars = audit::histogram(ex, filter, from, BAR_MICROS, BARS).await?;
            let extent = extent(total, &bars);
            Ok(((total, bars), extent))
        };
        // The question as it was asked, not as it was read: a span ends at each moment anew.
        let key = format!("{:?} {} {}", self.all, self.place.route, self.place.filter);
        self.service.counts().matching.get(key, self.now, count).await
    }

    async fn lines(&self, filter: &AuditFilter) -> Result<Page<AuditLine>, ServiceError> {
        let (rows, next) = self.rows(filter).await?;
        let items = match self.asked {
            Asked::Told => self.service.lines_and_asked(&rows, self.reader).await?,
            Asked::Untold => self.service.lines(&rows, self.reader).await?,
        };
        Ok(Page { items, next })
    }

    pub(super) async fn events(self) -> Result<Page<AuditEvent>, ServiceError> {
        let invalid = |message: &String| ServiceError::field(FieldError::new("q", message.clone()));
        let (filter, _) = self.read.as_ref().map_err(invalid)?;
        let (rows, next) = self.rows(filter).await?;
        let items = self.service.events(&rows, self.reader).await?;
        Ok(Page { items, next })
    }

    async fn rows(&self, filter: &AuditFilter) -> Result<(Vec<Stored>, Option<String>), ServiceError> {
        let limit = self.request.limit.unwrap_or(LIMIT_DEFAULT).clamp(1, LIMIT_MAX);
        let before = match self.request.cursor.as_deref().filter(|cursor| !cursor.is_empty()) {
            Some(cursor) => Some(self.place.open::<(i64, EventId)>(self.service, cursor)?.0),
            None => None,
        };
        let before = before.map(|(at, id)| (Timestamp::from_micros(at), id));
        let mut rows = audit::list(&mut self.service.db().reader(), filter, before, limit + 1).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let next = match rows.last().filter(|_| more) {
            Some(last) => Some(self.place.seal(self.service, (last.at.micros(), last.id), 0)?),
            None => None,
        };
        Ok((rows, next))
    }
}
