// The test that every spec uses: a server a worker, its staff's passkeys, and an eye on the browser's console.

import { writeFile } from "node:fs/promises";
import { type BrowserContext, type Page, type TestInfo, test as base } from "@playwright/test";
import { Keyring } from "./authenticator";
import { Program } from "./program";
import type { Site } from "./site";
import { type Person, Staff } from "./staff";
import { Watch } from "./watch";

export { expect } from "@playwright/test";

/** Chosen by the project. */
export type Choices = { wasm: "runs" | "blocked" };

type Fixtures = Choices & {
  watch: Watch;
  /** Signs somebody in on the test's page. */
  signedIn: (person: Person) => Promise<Staff>;
  /** A page of another browser, for a second person at the same time. */
  anotherBrowser: () => Promise<Page>;
  /** A demo that nobody has signed in to yet. */
  untouched: Site;
};

type WorkerFixtures = { program: Program; site: Site; keyring: Keyring };

// Each worker has four ports: a server and its metrics, an untouched one and its metrics. Another first one lets two
// runs share a machine.
const FIRST_PORT = Number(process.env.STAGEDOOR_FIRST_PORT ?? 7217);

export const test = base.extend<Fixtures, WorkerFixtures>({
  wasm: ["runs", { option: true }],

  program: [
    async ({}, use, worker) => {
      const program = await Program.start(FIRST_PORT + 4 * worker.parallelIndex);
      await use(program);
      await program.stop();
    },
    { scope: "worker", timeout: 90_000 },
  ],

  site: [async ({ program }, use) => use(program.site), { scope: "worker" }],

  keyring: [async ({}, use) => use(new Keyring()), { scope: "worker" }],

  untouched: [
    async ({ context }, use, info) => {
      const program = await Program.start(FIRST_PORT + 4 * info.parallelIndex + 2);
      await use(program.site);
      // A page that is still fetching would complain about the server that goes away.
      await Promise.all(context.pages().map((page) => page.close()));
      await keepLog(info, program);
      await program.stop();
    },
    { timeout: 90_000 },
  ],

  watch: [
    async ({ context, program, wasm }, use, info) => {
      const watch = new Watch(wasm);
      await watch.over(context);
      await use(watch);
      await keepLog(info, program);
      watch.verify();
    },
    { auto: true },
  ],

  anotherBrowser: async ({ browser, watch }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async () => {
      const context = await browser.newContext();
      contexts.push(context);
      await watch.over(context);
      return context.newPage();
    });
    await Promise.all(contexts.map((context) => context.close()));
  },

  signedIn: async ({ page, site, keyring }, use) => {
    await use(async (person) => {
      const staff = new Staff(page, site, person, keyring);
      await staff.signIn();
      return staff;
    });
  },
});

/** What the program logged goes with the report of a test that failed. */
async function keepLog(info: TestInfo, program: Program): Promise<void> {
  if (info.status === info.expectedStatus) return;
  const path = info.outputPath(`program-${program.site.port}.log`);
  await writeFile(path, program.log());
  await info.attach("program.log", { path });
}

/** Waits until a page is complete: its fonts are there and, where they run, its islands are awake. */
export async function settled(page: Page, wasm: Choices["wasm"]): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  if (wasm === "runs" && (await page.locator("leptos-island").count()) > 0) {
    await page.locator("html[data-awake]").waitFor();
  }
}
