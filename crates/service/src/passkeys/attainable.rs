//! Whether the levels that the configuration file asks for leave a way in. The console asks the same before it tries a guard policy;
//! a file is read when nobody can be asked, so it is asked at the start.

use stagedoor_core::assurance::PasskeyLevel;
use stagedoor_core::trial::{Lockout, passkey_lockout};

use crate::error::ServiceError;
use crate::state::Service;

impl Service {
    /// The level that the configuration asks of super admins and that no passkey reaches of those who are enrolled and stay so,
    /// with the words for it. `None` where one does, and where none of them has a passkey yet: the first one is asked for
    /// the level when it is registered.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn unattainable_level(&self) -> Result<Option<(PasskeyLevel, String)>, ServiceError> {
        let Some(best) = self.best_of_super_admins(&mut self.db().reader()).await? else {
            return Ok(None);
        };
        Ok(match passkey_lockout(&self.settings().policy, best) {
            Some(lockout @ Lockout::Passkey(_, level)) => Some((level, lockout.explain())),
            _ => None,
        })
    }
}
