// Figures that need a browser beside the program: `cargo xtask bench memory`, and the last of `bench audit`. One worker, one project, nothing asserted.
import base from "./playwright.config";

export default {
  ...base,
  testDir: "benches",
  testMatch: "*.bench.ts",
  outputDir: "test-results/benches",
  workers: 1,
  timeout: 180_000,
  projects: [{ name: "bench", use: { wasm: "runs" } }],
};
