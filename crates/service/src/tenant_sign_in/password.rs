//! Passwords: hashed with argon2id, two at a time, off the runtime's own threads.
//!
//! Every check computes exactly one hash of the same cost, whether there is anything to compare it with or not, so that
//! the work done tells nobody who exists. The counter of computed hashes is there for a test to hold this against.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};

use argon2::password_hash::phc::{Output, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use stagedoor_core::clock::Rng;
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

use crate::error::ServiceError;

/// OWASP's first recommendation for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// How many hashes are computed at once; each takes the memory above.
const AT_ONCE: usize = 2;
const OUTPUT: usize = 32;
const SALT: usize = 16;

/// A hash of the current cost that no password is known for. What is compared with nothing else is compared with it.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c3RhZ2Vkb29yL25vYm9keQ$mDRCVOq+IFyfl5+LBfug1Mzy68p4uUXsyMNv/osPLyE";

/// Checks and makes the hashes of passwords.
#[derive(Debug)]
pub(crate) struct Passwords {
    permits: Semaphore,
    worker: Arc<Worker>,
}

#[derive(Debug, Default)]
struct Worker {
    /// Memory of earlier hashes, kept while others are under way, for at most as many as run at once.
    pool: Mutex<Vec<Memory>>,
    computed: AtomicU64,
    running: AtomicU64,
}

struct Memory(Vec<Block>);

impl std::fmt::Debug for Memory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Memory(…)")
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self {
            permits: Semaphore::new(AT_ONCE),
            worker: Arc::default(),
        }
    }
}

impl Passwords {
    /// How many hashes were computed since the process started.
    pub(crate) fn computed(&self) -> u64 {
        self.worker.computed.load(Ordering::Relaxed)
    }

    /// Whether a password is that of a stored hash. Without one, or with one that cannot be read, the same work is done and
    /// the answer is no.
    pub(crate) async fn verify(&self, phc: Option<&str>, typed: &str) -> Result<bool, ServiceError> {
        let known = phc.and_then(Stored::parse);
        let is_known = known.is_some();
        let stored = match known.or_else(|| Stored::parse(NOBODYS)) {
            Some(stored) => stored,
            None => return Err(broken("the hash of nobody does not parse")),
        };
        let typed = Zeroizing::new(typed.as_bytes().to_vec());
        let equal = self
            .work(move |worker| {
                let computed = worker.compute(&stored.params, &typed, &stored.salt)?;
                Some(computed == stored.output)
            })
            .await?;
        Ok(equal && is_known)
    }

    /// A PHC string for a new password.
    pub(crate) async fn hash(&self, rng: &dyn Rng, new: &str) -> Result<String, ServiceError> {
        let mut salt = [0_u8; SALT];
        rng.fill(&mut salt);
        let new = Zeroizing::new(new.as_bytes().to_vec());
        let params = current().ok_or_else(|| broken("the parameters are refused"))?;
        self.work(move |worker| {
            let output = worker.compute(&params, &new, &salt)?;
            Some(PasswordHash {
                algorithm: Algorithm::Argon2id.ident(),
                version: Some(Version::V0x13.into()),
                params: (&params).try_into().ok()?,
                salt: Some(Salt::new(&salt).ok()?),
                hash: Some(output),
            })
        })
        .await
        .map(|phc| phc.to_string())
    }

    /// One hash on a thread of its own, when there is room.
    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Worker) -> Option<T> + Send + 'static,
    ) -> Result<T, ServiceError> {
        let _permit = self.permits.acquire().await.map_err(|_| broken("closed"))?;
        let worker = Arc::clone(&self.worker);
        tokio::task::spawn_blocking(move || work(&worker))
            .await
            .ok()
            .flatten()
            .ok_or_else(|| broken("a hash could not be computed"))
    }
}

fn broken(why: &str) -> ServiceError {
    ServiceError::Internal(format!("passwords: {why}"))
}

fn current() -> Option<Params> {
    Params::new(MEMORY_KIB, PASSES, LANES, Some(OUTPUT)).ok()
}

/// A stored hash, taken apart.
struct Stored {
    params: Params,
    salt: Vec<u8>,
    output: Output,
}

impl Stored {
    fn parse(phc: &str) -> Option<Self> {
        let parsed = PasswordHash::new(phc).ok()?;
        let supported =
            parsed.algorithm == Algorithm::Argon2id.ident() && parsed.version == Some(Version::V0x13.into());
        Some(Self {
            params: Params::try_from(&parsed).ok().filter(|_| supported)?,
            salt: parsed.salt?.as_ref().to_vec(),
            output: parsed.hash?,
        })
    }
}

impl Worker {
    /// The one place where a hash is computed, and counted. Outputs are compared by their own constant-time equality.
    fn compute(&self, params: &Params, password: &[u8], salt: &[u8]) -> Option<Output> {
        self.running.fetch_add(1, Ordering::SeqCst);
        let mut memory = self.take(params.block_count());
        let mut output = [0_u8; OUTPUT];
        let done = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
            .hash_password_into_with_memory(password, salt, &mut output, &mut memory.0)
            .is_ok();
        self.computed.fetch_add(1, Ordering::Relaxed);
        self.give_back(memory);
        done.then(|| Output::new(&output).ok()).flatten()
    }

    fn take(&self, blocks: usize) -> Memory {
        let pooled = self.pool.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut memory = pooled.unwrap_or(Memory(Vec::new()));
        memory.0.resize(blocks, Block::default());
        memory
    }

    /// Memory waits for the next hash only while another one runs: an idle server holds none.
    fn give_back(&self, memory: Memory) {
        let mut pool = self.pool.lock().unwrap_or_else(PoisonError::into_inner);
        if self.running.fetch_sub(1, Ordering::SeqCst) > 1 {
            pool.push(memory);
        } else {
            pool.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::OsRng;

    #[tokio::test]
    async fn a_password_is_right_or_wrong_and_costs_one_hash_either_way() {
        let passwords = Passwords::default();
        let phc = passwords.hash(&OsRng, "correct horse").await.unwrap();
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert_eq!(passwords.computed(), 1);
        for (stored, typed, right) in [
            (Some(phc.as_str()), "correct horse", true),
            (Some(phc.as_str()), "correct horse ", false),
            (Some(phc.as_str()), "", false),
            (None, "correct horse", false),
            (Some("no hash at all"), "correct horse", false),
            (
                Some("$argon2i$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaGhhc2g"),
                "x",
                false,
            ),
        ] {
            let before = passwords.computed();
            assert_eq!(
                passwords.verify(stored, typed).await.unwrap(),
                right,
                "{stored:?} {typed}"
            );
            assert_eq!(passwords.computed() - before, 1, "{stored:?}");
        }
    }

    #[tokio::test]
    async fn two_equal_passwords_have_two_hashes() {
        let passwords = Passwords::default();
        let one = passwords.hash(&OsRng, "correct horse").await.unwrap();
        assert_ne!(one, passwords.hash(&OsRng, "correct horse").await.unwrap());
    }

    #[test]
    fn nobodys_hash_costs_what_everybodys_does() {
        let nobody = Stored::parse(NOBODYS).unwrap();
        let new = current().unwrap();
        assert_eq!(
            (
                nobody.params.m_cost(),
                nobody.params.t_cost(),
                nobody.params.p_cost()
            ),
            (new.m_cost(), new.t_cost(), new.p_cost())
        );
        assert_eq!((nobody.salt.len(), nobody.output.len()), (SALT, OUTPUT));
    }

    #[tokio::test]
    async fn an_idle_server_holds_no_memory_for_hashes() {
        let passwords = Arc::new(Passwords::default());
        let checks: Vec<_> = (0..4)
            .map(|_| {
                let passwords = Arc::clone(&passwords);
                tokio::spawn(async move { passwords.verify(None, "x").await })
            })
            .collect();
        for check in checks {
            assert!(!check.await.unwrap().unwrap());
        }
        assert_eq!(passwords.computed(), 4);
        assert!(passwords.worker.pool.lock().unwrap().is_empty());
    }
}
