// Two projects run the same specs: `wasm` as people have it, `nowasm` with every module blocked, because each page must
// work before, and without, WebAssembly. What only an island can do is in `*.island.spec.ts` and runs in `wasm` alone; so do
// the pictures of all pages (`*pages.spec.ts`), whose markup is the same before any module runs.
//
// There is no `webServer` here: passkeys are kept by the server, so every worker has a server of its own (support/test.ts).
import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";
import type { Choices } from "./support/test";

// Debian's, where they are installed. The shell has no window to draw, and takes half the time for a test.
const INSTALLED = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];

export default defineConfig<Choices>({
  testDir: "specs",
  outputDir: "test-results",
  workers: 2,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    timezoneId: "Europe/Lisbon",
    contextOptions: { reducedMotion: "reduce" },
    screenshot: "only-on-failure",
    // A trace of each test would cost a quarter of the time, to be thrown away.
    trace: process.env.STAGEDOOR_TRACE ? "retain-on-failure" : "off",
    launchOptions: {
      executablePath: INSTALLED.find(existsSync),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        // The shell would fit letters to whole pixels, and make lines longer than people see them.
        "--font-render-hinting=none",
      ],
    },
  },
  projects: [
    { name: "wasm", use: { wasm: "runs" } },
    { name: "nowasm", testIgnore: ["**/*.island.spec.ts", "**/*pages.spec.ts"], use: { wasm: "blocked" } },
  ],
});
