//! SQLite's one writer: a task that owns the writing connection and commits in batches.
//!
//! Queued work runs in turn, each piece in a savepoint inside one `BEGIN IMMEDIATE`; one COMMIT, and so one flush to disk,
//! serves the whole batch, and nobody is answered before it. Work that fails, panics or does not commit is rolled
//! back to its own savepoint and the others go on. When the COMMIT itself fails, everybody in the batch hears
//! [`Error::Unavailable`], those included whose own answer came from reading what is now gone.
//!
//! A connection that met a failure of the engine (read-only, full, unreadable) is given up, and the next batch opens
//! another: that is how the writer recovers by itself. It never makes a new file, and never goes on with a file that is no
//! longer the one at its path. When no transaction can begin, everybody who waits hears so at once.
//!
//! It is a task, because the futures of request handlers are dropped when a client goes away.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tokio::sync::{mpsc, oneshot};
use tracing::{Instrument, Span};

use crate::db::WriterQueue;
use crate::db::conn::Conn;
use crate::db::file::SameFile;
use crate::db::sqlite::{connect, control};
use crate::error::Error;
use crate::notary::Notary;
use crate::tx::{Committed, WriteTx, attempt};

/// How much work may wait: beyond it, callers wait to get into the queue.
const QUEUE: usize = 1024;
/// How many pieces share a commit at most, so that the first does not wait for ever.
const BATCH: usize = 256;

/// The way to the writer.
#[derive(Debug)]
pub(crate) struct Writer {
    queue: mpsc::Sender<Order>,
}

enum Order {
    Work(Box<dyn Job>),
    Stop(oneshot::Sender<()>),
    /// From now on, connections are opened like this.
    #[cfg(feature = "testing")]
    Reopen(Box<SqliteConnectOptions>),
}

impl Writer {
    /// Opens the writing connection, which creates the file, and starts the task.
    pub(crate) async fn open(options: SqliteConnectOptions, notary: Arc<Notary>) -> Result<Self, Error> {
        let conn = connect(&options).await?;
        let (queue, orders) = mpsc::channel(QUEUE);
        let task = Task {
            file: SameFile::at(options.get_filename())?,
            // A file that is lost must be found again, not replaced by an empty one.
            options: options.create_if_missing(false),
            notary,
            orders,
            conn: Some(Box::new(conn)),
            suspect: false,
            stop: None,
        };
        tokio::spawn(task.run());
        Ok(Self { queue })
    }

    /// Queues work and waits for its batch.
    pub(crate) async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(WriteTx) -> BoxFuture<'static, Result<Committed<T>, E>> + Send + Sync + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Work {
            work,
            span: Span::current(),
            result: None,
            reply,
        };
        let gone = || E::from(Error::unavailable("the writer has stopped"));
        self.queue
            .send(Order::Work(Box::new(job)))
            .await
            .map_err(|_| gone())?;
        answer.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Lets the next batch open its connection with other options: a fault that lasts, for tests.
    #[cfg(feature = "testing")]
    pub(crate) async fn reopen(&self, options: SqliteConnectOptions) {
        let order = Order::Reopen(Box::new(options.create_if_missing(false)));
        drop(self.queue.send(order).await);
    }

    /// How much work waits.
    pub(crate) fn waiting(&self) -> WriterQueue {
        WriterQueue {
            depth: self.queue.max_capacity() - self.queue.capacity(),
            most: self.queue.max_capacity(),
        }
    }

    /// Lets the queue run empty, then closes the connection.
    pub(crate) async fn stop(&self) {
        let (done, stopped) = oneshot::channel();
        if self.queue.send(Order::Stop(done)).await.is_ok() {
            // An error means that it has stopped already.
            drop(stopped.await);
        }
    }
}

/// A piece of work whose types are forgotten.
trait Job: Send {
    /// Runs it once and keeps its answer.
    fn run<'j>(&'j mut self, conn: Conn, notary: &'j Arc<Notary>) -> BoxFuture<'j, Ran>;

    /// Answers the caller: with its own answer, or with the failure of the whole batch.
    fn answer(self: Box<Self>, batch: Result<(), Error>);
}

/// What a piece of work leaves behind.
struct Ran {
    conn: Option<Conn>,
    /// Whether it may be committed.
    keep: bool,
    /// Whether the engine itself failed, rather than the work.
    broken: bool,
}

struct Work<T, E, F> {
    work: F,
    span: Span,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Job for Work<T, E, F>
where
    F: Fn(WriteTx) -> BoxFuture<'static, Result<Committed<T>, E>> + Send + Sync,
    T: Send,
    E: From<Error> + Send,
{
    fn run<'j>(&'j mut self, conn: Conn, notary: &'j Arc<Notary>) -> BoxFuture<'j, Ran> {
        let span = self.span.clone();
        let run = async move {
            let ended = attempt(&self.work, conn, notary).await;
            let keep = ended.result.is_ok();
            self.result = Some(ended.result);
            Ran {
                conn: ended.conn,
                keep,
                broken: matches!(ended.failed, Some(Error::Unavailable { .. })),
            }
        };
        Box::pin(run.instrument(span))
    }

    fn answer(self: Box<Self>, batch: Result<(), Error>) {
        let answer = match (batch, self.result) {
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(Error::unavailable("the writer did not come to it").into()),
            (Err(error), _) => Err(error.into()),
        };
        // Nobody listening is the caller's choice: the work is done all the same.
        drop(self.reply.send(answer));
    }
}

struct Task {
    options: SqliteConnectOptions,
    file: SameFile,
    notary: Arc<Notary>,
    orders: mpsc::Receiver<Order>,
    /// Missing after a failure that the connection may not have survived; the next batch opens a new one.
    conn: Option<Box<SqliteConnection>>,
    /// The engine has failed on the connection: it is not used for another batch.
    suspect: bool,
    /// Set when a batch met the order to stop.
    stop: Option<oneshot::Sender<()>>,
}

impl Task {
    async fn run(mut self) {
        while let Some(order) = self.orders.recv().await {
            match order {
                Order::Work(first) => self.batch(first).await,
                Order::Stop(done) => self.stop = Some(done),
                #[cfg(feature = "testing")]
                Order::Reopen(options) => self.reopen(*options),
            }
            if self.stop.is_some() {
                break;
            }
        }
        self.orders.close();
        if let Some(conn) = self.conn.take() {
            // A failing close loses nothing: what was acknowledged is on disk.
            drop(conn.close().await);
        }
        if let Some(done) = self.stop.take() {
            let _ = done.send(());
        }
    }

    #[cfg(feature = "testing")]
    fn reopen(&mut self, options: SqliteConnectOptions) {
        self.options = options;
        self.suspect = true;
    }

    /// Runs what is queued under one commit, and answers.
    async fn batch(&mut self, first: Box<dyn Job>) {
        let conn = match self.begin().await {
            Ok(conn) => conn,
            Err(error) => return self.refuse(first, &error),
        };
        let mut jobs = Vec::new();
        let committed = match self.run_all(conn, first, &mut jobs).await {
            Ok(conn) => self.commit(conn).await,
            Err(error) => Err(error),
        };
        for job in jobs {
            job.answer(committed.clone());
        }
    }

    /// No transaction can begin. Who waits behind would wait for the same failure, one patience after the other.
    fn refuse(&mut self, first: Box<dyn Job>, error: &Error) {
        first.answer(Err(error.clone()));
        while let Some(job) = self.waiting() {
            job.answer(Err(error.clone()));
        }
    }

    async fn begin(&mut self) -> Result<Box<SqliteConnection>, Error> {
        let same = self.file.check();
        if same.is_err() || std::mem::take(&mut self.suspect) {
            // Closing rolls back whatever a failure left open.
            if let Some(conn) = self.conn.take() {
                drop(conn.close().await);
            }
        }
        same?;
        let mut conn = match self.conn.take() {
            Some(conn) => conn,
            None => Box::new(connect(&self.options).await?),
        };
        match control(&mut conn, "BEGIN IMMEDIATE").await {
            Ok(()) => Ok(conn),
            Err(Error::Busy) => {
                self.conn = Some(conn);
                Err(Error::Busy)
            }
            Err(error) => {
                drop(conn.close().await);
                Err(error)
            }
        }
    }

    /// Runs job after job, and collects them. An error means that the transaction itself is lost.
    async fn run_all(
        &mut self,
        mut conn: Box<SqliteConnection>,
        first: Box<dyn Job>,
        jobs: &mut Vec<Box<dyn Job>>,
    ) -> Result<Box<SqliteConnection>, Error> {
        let mut next = Some(first);
        while let Some(mut job) = next {
            let ran = run_one(conn, job.as_mut(), &self.notary).await;
            jobs.push(job);
            (conn, self.suspect) = ran?;
            let more = jobs.len() < BATCH && !self.suspect;
            next = if more { self.waiting() } else { None };
        }
        Ok(conn)
    }

    /// Work that waits already.
    fn waiting(&mut self) -> Option<Box<dyn Job>> {
        match self.orders.try_recv().ok()? {
            Order::Work(job) => Some(job),
            Order::Stop(done) => {
                self.stop = Some(done);
                None
            }
            #[cfg(feature = "testing")]
            Order::Reopen(options) => {
                self.reopen(*options);
                None
            }
        }
    }

    async fn commit(&mut self, mut conn: Box<SqliteConnection>) -> Result<(), Error> {
        if let Err(error) = control(&mut conn, "COMMIT").await {
            // The connection is given up: closing it rolls back whatever the failure left open.
            drop(conn.close().await);
            return Err(lost(error));
        }
        self.conn = Some(conn);
        Ok(())
    }
}

/// One job in its savepoint. Some failures (a full disk) roll the whole transaction back: then the savepoint is gone,
/// its end fails, and with it the batch. Tells whether the engine failed.
async fn run_one(
    mut conn: Box<SqliteConnection>,
    job: &mut dyn Job,
    notary: &Arc<Notary>,
) -> Result<(Box<SqliteConnection>, bool), Error> {
    control(&mut conn, "SAVEPOINT work").await.map_err(lost)?;
    let Ran {
        conn: Some(Conn::Sqlite(mut conn)),
        keep,
        broken,
    } = job.run(Conn::Sqlite(conn), notary).await
    else {
        return Err(Error::unavailable("the transaction lost its connection"));
    };
    let ended = match keep {
        true => control(&mut conn, "RELEASE work").await,
        false => undo(&mut conn).await,
    };
    match ended {
        Ok(()) => Ok((conn, broken)),
        Err(error) => {
            drop(conn.close().await);
            Err(lost(error))
        }
    }
}

async fn undo(conn: &mut SqliteConnection) -> Result<(), Error> {
    control(conn, "ROLLBACK TO work").await?;
    control(conn, "RELEASE work").await
}

/// A batch that ends otherwise than by COMMIT is unavailable to everybody in it, whatever the engine calls it.
fn lost(error: Error) -> Error {
    match error {
        Error::Unavailable { .. } => error,
        other => Error::unavailable(format_args!("the commit failed: {other}")),
    }
}
