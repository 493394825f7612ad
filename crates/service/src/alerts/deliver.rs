//! The way out: every second, each channel by itself, what waits in the outbox is tried. A delivery is taken before it is tried
//! and settled after; who dies in between leaves it to be tried again under the same name.

use std::time::Duration;

use stagedoor_core::alert::{Attempt, Channel};
use stagedoor_store::Unaudited;
use stagedoor_store::alert::{self, Alert, Delivery};
use stagedoor_store::staff;

use super::words::Why;
use crate::error::ServiceError;
use crate::jobs::EVERY;
use crate::state::Service;
use crate::status::Job;

/// How long a taken delivery is left to whoever took it: longer than a try may take.
const TAKEN: Duration = Duration::from_secs(120);
/// How many are tried in a round.
const ROUND: u32 = 50;

impl Service {
    /// Tries what waits in the outbox for a channel, once.
    ///
    /// # Errors
    /// When the database cannot be used. A delivery that fails is no error: it is tried again.
    pub async fn deliver_alerts(&self, channel: Channel) -> Result<(), ServiceError> {
        let waiting = alert::open(&mut self.db().reader(), channel, self.now(), ROUND).await?;
        for delivery in waiting {
            if self.take_delivery(&delivery).await? {
                let went = self.attempt(&delivery).await?;
                self.settle_delivery(&delivery, went).await?;
            }
        }
        Ok(())
    }

    /// Rounds of both channels for as long as the process lives. A channel that hangs holds up nobody but itself.
    pub(crate) async fn run_alerts(&self) {
        tokio::join!(
            self.run_channel(Channel::Email, Job::AlertLetters),
            self.run_channel(Channel::Webhook, Job::AlertCalls),
        );
    }

    async fn run_channel(&self, channel: Channel, job: Job) {
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if let Err(error) = self.noted(job, self.deliver_alerts(channel)).await {
                tracing::warn!(%error, %channel, "a round of alerts failed");
            }
        }
    }

    async fn take_delivery(&self, delivery: &Delivery) -> Result<bool, ServiceError> {
        let (delivery, now) = (delivery.clone(), self.now());
        self.db()
            .write(move |mut tx| {
                let delivery = delivery.clone();
                Box::pin(async move {
                    let taken = alert::take(&mut tx, &delivery, now, now.plus(TAKEN)).await?;
                    Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::Delivery, taken).await?)
                })
            })
            .await
    }

    /// One try: how it went, and why not.
    async fn attempt(&self, delivery: &Delivery) -> Result<(Attempt, Option<String>), ServiceError> {
        let Some(one) = alert::get(&mut self.db().reader(), delivery.alert).await? else {
            return Ok((Attempt::NotSetUp, None));
        };
        let tried = match delivery.channel {
            Channel::Email => self.write_to(&one, delivery).await?,
            Channel::Webhook => self.call(&one).await?,
        };
        Ok(match tried {
            None => (Attempt::NotSetUp, None),
            Some(Ok(())) => (Attempt::Delivered, None),
            Some(Err(why)) => {
                tracing::warn!(alert = %one.id, channel = %delivery.channel, why, "an alert could not be delivered");
                (Attempt::Failed, Some(why))
            }
        })
    }

    /// `None` where no mail is set up, or there is nobody to write to.
    async fn write_to(
        &self,
        one: &Alert,
        delivery: &Delivery,
    ) -> Result<Option<Result<(), String>>, ServiceError> {
        let ex = &mut self.db().reader();
        let (Some(mail), Some(to)) = (&self.channels().mail, delivery.recipient) else {
            return Ok(None);
        };
        let Some(to) = staff::find(ex, to, self.now()).await? else {
            return Ok(None);
        };
        let why = match alert::find(ex, to.id, one.id).await? {
            Some(_) => Why::SuperAdmin,
            None => Why::Concerned,
        };
        let line = self.causes([one.entry].into_iter()).await?.into_values().next();
        let letter = self.letter_of(one, line.as_ref(), &to, why);
        Ok(Some(mail.send(letter).await))
    }

    /// `None` where no webhook is set up.
    async fn call(&self, one: &Alert) -> Result<Option<Result<(), String>>, ServiceError> {
        let Some(webhook) = &self.channels().webhook else {
            return Ok(None);
        };
        let body = self
            .call_of(one)
            .map_err(|error| ServiceError::Internal(format!("an alert as JSON: {error}")))?;
        Ok(Some(webhook.call(&one.id.to_string(), self.now(), body).await))
    }

    async fn settle_delivery(
        &self,
        delivery: &Delivery,
        (went, why): (Attempt, Option<String>),
    ) -> Result<(), ServiceError> {
        let mut random = [0u8; 8];
        self.rng().fill(&mut random);
        let (tries, now) = (delivery.tries + 1, self.now());
        let next = went.next((tries, delivery.raised), now, u64::from_be_bytes(random));
        let delivery = delivery.clone();
        self.db()
            .write(move |mut tx| {
                let (delivery, why) = (delivery.clone(), why.clone());
                Box::pin(async move {
                    alert::settle(&mut tx, (&delivery, tries), next, (now, why.as_deref())).await?;
                    Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::Delivery, ()).await?)
                })
            })
            .await
    }
}
