// How long one entry's proof takes in the browser (09-figures, "audit"): by the page's own clock, from the receipt's text to what it
// proves. The first one on a page runs code that the browser has just compiled.

import { writeFileSync } from "node:fs";
import { entries } from "../support/audit";
import { Keyring } from "../support/authenticator";
import { Program } from "../support/program";
import { Staff } from "../support/staff";
import { test } from "../support/test";

const PORT = Number(process.env.STAGEDOOR_FIRST_PORT ?? 7217) + 40;
const PAGES = 12;
const MORE = 9;

/** The figure in the middle, and the one that 99 of 100 do not pass. */
function spread(figures: number[]): { p50: number; p99: number; of: number } {
  const sorted = [...figures].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)];
  return { p50: at(0.5), p99: at(0.99), of: sorted.length };
}

test("one proof", async ({ page }) => {
  const program = await Program.start(PORT);
  await new Staff(page, program.site, "kim", new Keyring()).signIn();
  const first: number[] = [];
  const later: number[] = [];
  for (let visit = 0; visit < PAGES; visit++) {
    await page.goto(program.site.staff("/audit"));
    for (let n = 0; n <= MORE; n++) {
      const line = entries(page).nth(n);
      await line.locator("summary").click();
      const card = line.locator('[data-proof][data-standing="proved"]');
      await card.waitFor();
      (n === 0 ? first : later).push(Number(await card.getAttribute("data-spent")));
    }
  }
  await page.close();
  await program.stop();

  const figures = { first_ms: spread(first), later_ms: spread(later) };
  const told = (name: string, { p50, p99, of }: ReturnType<typeof spread>) =>
    console.log(`${name.padEnd(34)}${p50.toFixed(1)} ms p50, ${p99.toFixed(1)} ms p99 of ${of}   (at most 5)`);
  told("the first proof on a page", figures.first_ms);
  told("each one after it", figures.later_ms);
  if (process.env.STAGEDOOR_BENCH_JSON) writeFileSync(process.env.STAGEDOOR_BENCH_JSON, JSON.stringify(figures, null, 2));
});
