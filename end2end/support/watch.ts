// What a page must never do unseen: log an error, throw, or break its own content security policy.

import { type BrowserContext, type ConsoleMessage, expect } from "@playwright/test";

/** With every module blocked, the boot script's failure to fetch one is what we asked for. */
const BLOCKED = [/\.wasm/, /Failed to fetch/, /net::ERR_FAILED/];

/** A navigation may skip its cross-document transition, and Chromium calls that an unhandled rejection. */
const SKIPPED_TRANSITION = /^thrown: Transition was (aborted|skipped)/;

export class Watch {
  private readonly complaints: string[] = [];
  private readonly expected: RegExp[] = [SKIPPED_TRANSITION];

  constructor(private readonly wasm: "runs" | "blocked") {
    if (wasm === "blocked") this.expected.push(...BLOCKED);
  }

  /** Watches the pages of a browser, and keeps modules from them where the project says so. */
  async over(context: BrowserContext): Promise<void> {
    if (this.wasm === "blocked") await context.route("**/*.wasm", (route) => route.abort());
    context.on("console", (message) => this.heard(message));
    context.on("weberror", (error) => this.complaints.push(`thrown: ${error.error().message}`));
  }

  private heard(message: ConsoleMessage): void {
    const text = `${message.type()}: ${message.text()} (${message.location().url})`;
    const serious = message.type() === "error" || /Content Security Policy/.test(message.text());
    if (serious) this.complaints.push(text);
  }

  /** Chromium logs the status of a page that is refused: say so before opening one. */
  expectStatus(status: number): void {
    this.expected.push(new RegExp(`status of ${status}`));
  }

  /** Fails unless all that was heard was expected. */
  verify(): void {
    const unexpected = this.complaints.filter((text) => !this.expected.some((known) => known.test(text)));
    expect(unexpected, "errors in the browser's console").toEqual([]);
  }
}
