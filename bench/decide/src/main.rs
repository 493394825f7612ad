//! `decide` beside Cedar and casbin: the same rules, the same questions, in turns, in one run. The answers are compared
//! first; one that differs ends the bench. `--json PATH` leaves the figures there, `--wasm MODULE` times the core in
//! WebAssembly, too.

mod peers;

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use casbin::CoreApi;
use peers::cedar::{Cedar, Failure};
use serde::{Deserialize, Serialize};
use stagedoor_bench_decide::{Question, digest, policy, questions};
use stagedoor_core::request::Policy;

/// Rounds in which all take turns.
const ROUNDS: usize = 5;

/// Counts what is allocated.
struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: everything is handed on to the system's allocator; only a number is kept beside it.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller keeps to the contract of the trait.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Nanoseconds for each question.
#[derive(Default)]
struct Times(Vec<u64>);

impl Times {
    fn take(&mut self, asked: impl FnOnce() -> bool) {
        let begin = Instant::now();
        black_box(asked());
        let span = begin.elapsed();
        self.0.push(u64::try_from(span.as_nanos()).unwrap_or(u64::MAX));
    }

    /// Half of them, and all but a hundredth, were at most this, without what looking at the clock costs.
    fn figure(mut self, clock: u64) -> Figure {
        self.0.sort_unstable();
        let at = |hundredths: usize| self.0[self.0.len() * hundredths / 100].saturating_sub(clock);
        Figure {
            p50_ns: at(50),
            p99_ns: at(99),
        }
    }
}

#[derive(Serialize)]
struct Figure {
    p50_ns: u64,
    p99_ns: u64,
}

#[derive(Serialize, Deserialize)]
struct Wasm {
    nanoseconds: f64,
    digest: String,
}

#[derive(Serialize)]
struct Figures {
    questions: usize,
    permitted: usize,
    decide: Figure,
    cedar: Figure,
    casbin: Figure,
    allocations_on_permit: u64,
    wasm: Option<Wasm>,
}

struct Asked {
    policy: Policy,
    questions: Vec<Question>,
    cedar: Cedar,
    to_cedar: Vec<peers::cedar::Prepared>,
    casbin: casbin::Enforcer,
    to_casbin: Vec<Vec<casbin::rhai::Dynamic>>,
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().collect();
    let after = |flag: &str| {
        let at = arguments.iter().position(|argument| argument == flag)?;
        arguments.get(at + 1).cloned()
    };
    let asked = asked()?;
    let permitted = compare(&asked)?;
    let figures = measure(&asked, permitted, after("--wasm").as_deref())?;
    print(&figures, &asked);
    if let Some(path) = after("--json") {
        std::fs::write(path, serde_json::to_vec_pretty(&figures)?)?;
    }
    Ok(())
}

fn asked() -> Result<Asked, Failure> {
    let (policy, questions) = (policy(), questions());
    let rules = peers::rules(&policy);
    let runtime = tokio::runtime::Builder::new_current_thread().build()?;
    Ok(Asked {
        cedar: Cedar::new(&rules)?,
        to_cedar: questions
            .iter()
            .map(peers::cedar::prepare)
            .collect::<Result<_, _>>()?,
        casbin: runtime.block_on(peers::casbin::enforcer(&rules))?,
        to_casbin: questions.iter().map(peers::casbin::prepare).collect(),
        policy,
        questions,
    })
}

/// Who differs has another policy, and its figures would say nothing.
fn compare(asked: &Asked) -> Result<usize, Failure> {
    let mut permitted = 0;
    for (at, question) in asked.questions.iter().enumerate() {
        let ours = question.decide(&asked.policy).is_permit();
        let cedar = asked.cedar.permits(&asked.to_cedar[at]);
        let casbin = asked.casbin.enforce(asked.to_casbin[at].clone())?;
        if (cedar, casbin) != (ours, ours) {
            let (role, action) = (question.role, question.action.name());
            return Err(format!(
                "question {at} ({role}, {action}): decide {ours}, Cedar {cedar}, casbin {casbin}: {:?} {:?}",
                question.decide(&asked.policy).outcome,
                question.facts
            )
            .into());
        }
        permitted += usize::from(ours);
    }
    Ok(permitted)
}

fn measure(asked: &Asked, permitted: usize, wasm: Option<&str>) -> Result<Figures, Failure> {
    let (mut ours, mut cedar, mut casbin, mut clock) = <(Times, Times, Times, Times)>::default();
    for _ in 0..ROUNDS {
        for question in &asked.questions {
            ours.take(|| black_box(question).decide(&asked.policy).is_permit());
            clock.take(|| true);
        }
        for prepared in &asked.to_cedar {
            cedar.take(|| asked.cedar.permits(black_box(prepared)));
        }
        for words in &asked.to_casbin {
            casbin.take(|| asked.casbin.enforce(black_box(words).clone()).unwrap_or(false));
        }
    }
    let clock = clock.figure(0).p50_ns;
    Ok(Figures {
        questions: asked.questions.len(),
        permitted,
        decide: ours.figure(clock),
        cedar: cedar.figure(clock),
        casbin: casbin.figure(clock),
        allocations_on_permit: allocations(asked),
        wasm: wasm.map(|module| in_wasm(module, asked)).transpose()?,
    })
}

fn allocations(asked: &Asked) -> u64 {
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    black_box(stagedoor_bench_decide::decide_all(
        &asked.policy,
        &asked.questions,
    ));
    ALLOCATIONS.load(Ordering::Relaxed) - before
}

fn in_wasm(module: &str, asked: &Asked) -> Result<Wasm, Failure> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/wasm.mjs");
    let output = std::process::Command::new("node")
        .args([script, module, "200"])
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let wasm: Wasm = serde_json::from_slice(&output.stdout)?;
    let host = format!("{:x}", digest(&asked.policy, &asked.questions));
    if wasm.digest != host {
        return Err(format!(
            "WebAssembly answers differently: {} here, {} there",
            host, wasm.digest
        )
        .into());
    }
    Ok(wasm)
}

fn print(of: &Figures, asked: &Asked) {
    println!(
        "{} questions, {} permitted; the same answers by all; Cedar with {} policies",
        of.questions,
        of.permitted,
        asked.cedar.policies()
    );
    let line = |name: &str, figure: &Figure| {
        let times = figure.p50_ns / of.decide.p50_ns.max(1);
        println!(
            "{name:<12} p50 {:>8} ns  p99 {:>8} ns  {times}x",
            figure.p50_ns, figure.p99_ns
        );
    };
    line("decide", &of.decide);
    line("Cedar", &of.cedar);
    line("casbin", &of.casbin);
    println!("allocations while all are answered: {}", of.allocations_on_permit);
    if let Some(wasm) = &of.wasm {
        println!("WebAssembly  mean {:.0} ns, the same answers", wasm.nanoseconds);
    }
}
