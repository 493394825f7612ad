// A real identity provider beside the demo (support/provider.mjs), and somebody who signs in there.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Page } from "@playwright/test";

export class RealProvider {
  private constructor(
    readonly issuer: string,
    private readonly child: ChildProcess,
  ) {}

  /** Starts one that knows the console at an origin. */
  static async start(origin: string): Promise<RealProvider> {
    const child = spawn(process.execPath, [join(__dirname, "provider.mjs"), origin], { stdio: ["ignore", "pipe", "ignore"] });
    const gone = once(child, "exit").then(([code]) => {
      throw new Error(`the provider ended with ${code} before it was ready`);
    });
    const lines = createInterface({ input: child.stdout! });
    const ready = new Promise<string>((resolve) => {
      lines.on("line", (line) => line.startsWith("ready ") && resolve(line.slice("ready ".length)));
    });
    const issuer = await Promise.race([ready, gone]);
    gone.catch(() => {});
    return new RealProvider(issuer, child);
  }

  async stop(): Promise<void> {
    const ended = once(this.child, "exit");
    this.child.kill("SIGTERM");
    await ended;
  }
}

/** The two pages of the provider: who it is, and that they agree. */
export async function signInThere(page: Page, login: string): Promise<void> {
  await page.locator('input[name="login"]').fill(login);
  await page.locator('input[name="password"]').fill("any");
  await page.getByRole("button", { name: "Sign-in" }).click();
  await page.getByRole("button", { name: "Continue" }).click();
}
