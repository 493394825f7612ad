// What a page gives away as a file.

import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";

/** Follows a link or a button to a file. */
export async function downloaded(page: Page, act: () => Promise<void>): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([page.waitForEvent("download"), act()]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
}

/** An audit log as JSON Lines: its manifest, a row for each entry, and what is signed over all of it. */
export function auditLines(text: string): { manifest: Record<string, any>; rows: Record<string, any>[]; end: string } {
  const lines = text.trim().split("\n").map((line) => JSON.parse(line));
  return { manifest: lines[0].manifest, rows: lines.slice(1, -1), end: lines.at(-1).end };
}
