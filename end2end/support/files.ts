// What a page gives away as a file.

import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";

/** Follows a link or a button to a file. */
export async function downloaded(page: Page, act: () => Promise<void>): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([page.waitForEvent("download"), act()]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
}
