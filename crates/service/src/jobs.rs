//! What is due by itself: writing activity behind, writing down ends that have come, clearing what expired.
//!
//! Every job is safe to run in several processes at once: each change is a compare-and-swap. A request never waits for
//! a job to be refused: the decision reads the clocks itself. A process that serves tenants' hosts alone writes down what it
//! keeps in memory, and leaves all else to the staff's side.

use std::time::Duration;

use stagedoor_store::tx::Unaudited;
use stagedoor_store::{
    code, flash, impersonation, provider_session, rate, session_ceremony, sign_in, step_up,
};

use crate::error::ServiceError;
use crate::state::Service;
use crate::status::Job;

/// How often.
pub(crate) const EVERY: Duration = Duration::from_secs(1);

impl Service {
    /// One round of everything that is due: one job that fails keeps no other from its turn, and least of all the log.
    ///
    /// # Errors
    /// The first error, when all have had their turn; what failed is tried again the next time.
    pub async fn run_due(&self) -> Result<(), ServiceError> {
        let touches = self.noted(Job::Touches, self.flush_touches()).await;
        let ends = self.write_ends().await;
        let refusals = self.noted(Job::Refusals, self.write_noted_refusals()).await;
        if self.db().keeps_to_tenants() {
            return touches.and(refusals);
        }
        let expired = self.noted(Job::Expired, self.clear_expired()).await;
        let log = self.noted(Job::Log, async { self.sequence().await.map(drop) });
        let log = log.await;
        let checkpoints = self.noted(Job::Checkpoints, self.write_checkpoints()).await;
        touches
            .and(ends)
            .and(refusals)
            .and(expired)
            .and(log)
            .and(checkpoints)
    }

    /// Writes down the ends that have come, of all that ends by itself; none of them on the tenants' side.
    async fn write_ends(&self) -> Result<(), ServiceError> {
        if self.db().keeps_to_tenants() {
            return Ok(());
        }
        let visits = self.noted(Job::Visits, self.expire_visits()).await;
        let accounts = self.noted(Job::StaffAccounts, async {
            let accounts = self.expire_staff().await;
            accounts.and(self.settle_terms().await)
        });
        let accounts = accounts.await;
        let sessions = self.noted(Job::StaffSessions, self.expire_sessions()).await;
        let members = self.noted(Job::MemberSessions, self.expire_member_sessions());
        let members = members.await;
        let requests = self.noted(Job::ConsentRequests, self.expire_consent_requests());
        let requests = requests.await;
        let trials = self.noted(Job::Trials, self.end_trials()).await;
        visits
            .and(accounts)
            .and(sessions)
            .and(members)
            .and(requests)
            .and(trials)
    }

    async fn write_noted_refusals(&self) -> Result<(), ServiceError> {
        let tries = self.write_refused_tries().await;
        tries.and(self.write_refusals().await)
    }

    /// Runs one job, and notes how it went for the System page.
    pub(crate) async fn noted(
        &self,
        job: Job,
        work: impl Future<Output = Result<(), ServiceError>>,
    ) -> Result<(), ServiceError> {
        let done = work.await;
        let failure = done.as_ref().err().map(ToString::to_string);
        self.job_log().note(job, self.now(), failure);
        done
    }

    /// Writes down all that is still in memory. Called once, at the stop, after the last request.
    ///
    /// # Errors
    /// When the database cannot be written: the first error, when all has been tried.
    pub async fn settle(&self) -> Result<(), ServiceError> {
        let touches = self.flush_touches().await;
        let tries = self.write_refused_tries().await;
        let refusals = self.write_all_refusals().await;
        let noted = touches.and(tries).and(refusals);
        if self.db().keeps_to_tenants() {
            return noted;
        }
        let log = self.sequence().await.map(drop);
        let looked = self.note_checkpoints().await;
        let checkpoints = self.write_checkpoints().await;
        noted.and(log).and(looked).and(checkpoints)
    }

    async fn clear_expired(&self) -> Result<(), ServiceError> {
        let (now, counters) = (self.now(), self.counters_over());
        self.db()
            .write(move |mut tx| {
                Box::pin(async move {
                    sign_in::expire(&mut tx, now).await?;
                    session_ceremony::expire(&mut tx, now).await?;
                    code::expire_enrolments(&mut tx, now).await?;
                    step_up::expire(&mut tx, now).await?;
                    provider_session::expire(&mut tx, now).await?;
                    flash::expire(&mut tx, now).await?;
                    impersonation::expire_handoffs(&mut tx, now).await?;
                    rate::expire(&mut tx, counters).await?;
                    Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::Expiry, ()).await?)
                })
            })
            .await
    }

    /// Runs rounds for as long as the process lives, gives entries their places as they are committed, and has witnesses cosign
    /// what has grown. An error is logged, and the next round tries again.
    pub async fn run_jobs(self) {
        if self.db().keeps_to_tenants() {
            return self.run_rounds().await;
        }
        if let Err(error) = self.read_checkpoints() {
            tracing::error!(target: "stagedoor", %error, "the logs stand still");
        }
        while let Err(error) = self.adopt_entries().await {
            tracing::warn!(%error, "entries from before the log could not be sealed");
            tokio::time::sleep(EVERY).await;
        }
        if let Err(error) = self.reconsider_refused().await {
            tracing::warn!(%error, "entries that were refused a place could not be looked at again");
        }
        if let Err(error) = self.note_checkpoints().await {
            tracing::warn!(%error, "checkpoints could not be looked at; each log's goes outside when it grows");
        }
        tokio::join!(
            self.run_rounds(),
            self.run_sequencer(),
            self.run_witnesses(),
            self.run_alerts()
        );
    }

    async fn run_rounds(&self) {
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.run_due().await {
                tracing::warn!(%error, "a round of due work failed");
            }
        }
    }
}
