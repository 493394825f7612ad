//! Messages that are shown once: what came of a form, kept on the server so that no link can forge one. Each is sealed for its
//! owner: it may hold what was typed into a form, or pasted, which nobody who reads the database is to read.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use stagedoor_core::time::minutes;
use stagedoor_core::view::frame::Flash;
use stagedoor_store::flash;
use stagedoor_store::tx::Unaudited;

use crate::crypto::Purpose;
use crate::error::ServiceError;
use crate::state::Service;

const LIFETIME: Duration = minutes(10);

impl Service {
    /// Keeps a message for the next page of an owner: a session's, a visit's or a sign-in's id.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn put_flash(&self, owner: &str, message: &Flash) -> Result<(), ServiceError> {
        let plain = serde_json::to_vec(message).map_err(|error| ServiceError::Internal(error.to_string()))?;
        let key = self.vault().key(Purpose::Flash);
        let body = STANDARD.encode(key.seal(self.rng(), owner.as_bytes(), &plain));
        let (owner, expires) = (owner.to_owned(), self.now().plus(LIFETIME));
        self.db()
            .write(move |mut tx| {
                let (owner, body) = (owner.clone(), body.clone());
                Box::pin(async move {
                    flash::put(&mut tx, &owner, &body, expires).await?;
                    Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::SignInState, ()).await?)
                })
            })
            .await
    }

    /// Takes the message of an owner, if one waits.
    ///
    /// # Errors
    /// When the database cannot be used.
    pub async fn take_flash(&self, owner: &str) -> Result<Option<Flash>, ServiceError> {
        if !flash::waits(&mut self.db().reader(), owner).await? {
            return Ok(None);
        }
        let (taker, now) = (owner.to_owned(), self.now());
        let body = self
            .db()
            .write(move |mut tx| {
                let owner = taker.clone();
                Box::pin(async move {
                    let taken = flash::take(&mut tx, &owner, now).await?;
                    Ok::<_, ServiceError>(tx.commit_unaudited(Unaudited::SignInState, taken).await?)
                })
            })
            .await?;
        Ok(body.and_then(|body| self.read_flash(owner, &body)))
    }

    /// What does not open, or says nothing, is nothing to show.
    fn read_flash(&self, owner: &str, body: &str) -> Option<Flash> {
        let sealed = STANDARD.decode(body).ok()?;
        let plain = self
            .vault()
            .key(Purpose::Flash)
            .open(owner.as_bytes(), &sealed)
            .ok()?;
        serde_json::from_slice(&plain).ok()
    }
}
