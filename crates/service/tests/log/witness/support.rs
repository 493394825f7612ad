//! A witness that checks what it is told as the protocol says, remembers it, and can be made to misbehave.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use stagedoor_core::audit::checkpoint::Checkpoint;
use stagedoor_core::audit::cosignature::WitnessSigner;
use stagedoor_core::audit::leaf::TreeHash;
use stagedoor_core::audit::note::{Note, NoteKey};
use stagedoor_core::audit::proof::ConsistencyProof;
use stagedoor_core::audit::witness::{AddCheckpoint, SIZE_TYPE};
use stagedoor_service::log::witness::Witness;
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

/// How it behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    Honest,
    /// It says that it cannot now.
    Unwell,
    /// Its cosignature is of another text.
    OtherText,
    /// Its cosignature is by another key.
    OtherKey,
    /// Its answer has no line.
    Nonsense,
    /// It says more than anybody needs.
    Large,
    /// It sends whoever asks to somebody else.
    Elsewhere,
    /// It takes its time.
    Slow,
}

/// What it remembers.
struct Memory {
    manner: Manner,
    logs: HashMap<String, (u64, TreeHash)>,
    /// What it was told, with what it answered.
    heard: Vec<(AddCheckpoint, u16)>,
}

struct Inner {
    signer: WitnessSigner,
    trusted: Vec<NoteKey>,
    memory: Mutex<Memory>,
}

/// An answer, and its status once more: the template does not tell it.
type Answer = (u16, ResponseTemplate);

fn plain(status: u16) -> Answer {
    (status, ResponseTemplate::new(status))
}

fn with_text(text: String) -> Answer {
    (200, ResponseTemplate::new(200).set_body_string(text))
}

/// A witness that trusts some logs. Clones are the same one.
#[derive(Clone)]
pub(crate) struct TestWitness(Arc<Inner>);

impl TestWitness {
    pub(crate) fn new(name: &str, trusted: &[String]) -> Self {
        Self(Arc::new(Inner {
            signer: WitnessSigner::from_seed(name.parse().unwrap(), &[9; 32]),
            trusted: trusted.iter().map(|key| key.parse().unwrap()).collect(),
            memory: Mutex::new(Memory {
                manner: Manner::Honest,
                logs: HashMap::new(),
                heard: Vec::new(),
            }),
        }))
    }

    /// It, as an operator configures it.
    pub(crate) fn at(&self, url: &str) -> Witness {
        format!("{url} {}", self.0.signer.public()).parse().unwrap()
    }

    /// Its name in storage.
    pub(crate) fn label(&self) -> String {
        self.0.signer.public().label()
    }

    /// Answers on a server.
    pub(crate) async fn serve(&self, server: &MockServer) {
        Mock::given(method("POST"))
            .and(path("/w1/add-checkpoint"))
            .respond_with(self.clone())
            .mount(server)
            .await;
    }

    pub(crate) fn behave(&self, manner: Manner) {
        self.0.memory.lock().unwrap().manner = manner;
    }

    /// It has cosigned this before, and nobody told the log's keeper.
    pub(crate) fn has_seen(&self, note: &Note) {
        let checkpoint: Checkpoint = note.text().parse().unwrap();
        let seen = (checkpoint.size, checkpoint.root);
        self.0.memory.lock().unwrap().logs.insert(checkpoint.origin, seen);
    }

    /// The sizes that it was told to go on from, the sizes of the checkpoints, and its answers.
    pub(crate) fn heard(&self) -> Vec<(u64, u64, u16)> {
        let memory = self.0.memory.lock().unwrap();
        let size = |note: &Note| note.text().parse::<Checkpoint>().unwrap().size;
        let heard = memory.heard.iter();
        heard
            .map(|(told, status)| (told.old, size(&told.checkpoint), *status))
            .collect()
    }

    /// Whether a note bears its cosignature.
    pub(crate) fn has_cosigned(&self, note: &Note) -> bool {
        self.0.signer.public().cosigned(note).is_ok()
    }

    fn cosign(&self, note: &Note) -> Answer {
        with_text(self.0.signer.cosign(note, 1_795_262_400))
    }

    /// What an honest witness answers.
    fn judge(&self, told: &AddCheckpoint, logs: &mut HashMap<String, (u64, TreeHash)>) -> Answer {
        let origin = told.checkpoint.text().lines().next().unwrap();
        if !self.0.trusted.iter().any(|key| key.name().as_str() == origin) {
            return plain(404);
        }
        let Ok(checkpoint) = Checkpoint::open(&told.checkpoint, &self.0.trusted) else {
            return plain(403);
        };
        let nothing = (0, TreeHash::of_nothing());
        let (size, root) = logs.get(origin).copied().unwrap_or(nothing);
        if told.old > checkpoint.size {
            return plain(400);
        }
        if told.old != size {
            let template = ResponseTemplate::new(409).set_body_raw(format!("{size}\n"), SIZE_TYPE);
            return (409, template);
        }
        if size == checkpoint.size && root != checkpoint.root {
            return plain(409);
        }
        let proof = ConsistencyProof {
            from: size,
            to: checkpoint.size,
            path: told.proof.clone(),
        };
        if proof.verify(root, checkpoint.root).is_err() {
            return plain(422);
        }
        logs.insert(origin.to_owned(), (checkpoint.size, checkpoint.root));
        self.cosign(&told.checkpoint)
    }

    fn misbehave(&self, manner: Manner, told: &AddCheckpoint) -> Answer {
        match manner {
            Manner::Honest | Manner::Unwell => plain(503),
            Manner::OtherText => {
                let other = told.checkpoint.to_string().replacen("\n", "/other\n", 1);
                self.cosign(&other.parse().unwrap())
            }
            Manner::OtherKey => {
                let other = WitnessSigner::from_seed(self.0.signer.public().name().clone(), &[8; 32]);
                with_text(other.cosign(&told.checkpoint, 1_795_262_400))
            }
            Manner::Nonsense => with_text("Cosigned.\n".to_owned()),
            Manner::Large => with_text("\u{2014} ".repeat(70_000)),
            Manner::Elsewhere => {
                let template = ResponseTemplate::new(307).insert_header("location", "/w1/add-checkpoint");
                (307, template)
            }
            Manner::Slow => {
                let (status, template) = self.cosign(&told.checkpoint);
                (status, template.set_delay(Duration::from_secs(60)))
            }
        }
    }
}

impl Respond for TestWitness {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let told: AddCheckpoint = std::str::from_utf8(&request.body).unwrap().parse().unwrap();
        let mut memory = self.0.memory.lock().unwrap();
        let answer = match memory.manner {
            Manner::Honest => self.judge(&told, &mut memory.logs),
            manner => self.misbehave(manner, &told),
        };
        memory.heard.push((told, answer.0));
        answer.1
    }
}
