//! The audit log's Merkle tree against pymerkle, and its signatures against cryptography: two implementations that share
//! nothing with ours. What they look at are the vectors that a Rust test holds against the code.

use crate::python::Environment;
use crate::shell::{Failure, Progress, run};

const PYTHON: Environment = Environment {
    folder: "target/pymerkle",
    packages: &["pymerkle==7.0.0", "cryptography==50.0.2"],
};
const PROGRAM: &str = "xtask/python/merkle.py";
const VECTORS: &str = "crates/core/tests/golden/tree.json";

/// Lets them check every vector, and every vector with a byte changed.
pub(crate) fn test(progress: &Progress) -> Result<(), Failure> {
    ensure(progress)?;
    progress.say("Merkle tree: another implementation looks at its vectors");
    run(PYTHON.program("python").args([PROGRAM, VECTORS]))?;
    progress.say("Merkle tree tests passed");
    Ok(())
}

/// Both packages, installed when missing.
pub(crate) fn ensure(progress: &Progress) -> Result<(), Failure> {
    PYTHON.ensure(progress)
}
