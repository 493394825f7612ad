// How a page looks: pictures for people to look at, axe for what a machine can tell, and no sideways scrolling.

import AxeBuilder from "@axe-core/playwright";
import { type Page, expect, test } from "@playwright/test";
import { type Choices, settled } from "./test";

export type Theme = "light" | "dark";

const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
];
// What axe looks at changes with the frame, and that is the same at both of the wide ones.
const FRAMES = [1440, 390];
// A visit ends when its time is up, and nobody may prolong it: WCAG 2.2.1 knows such limits as essential. Without
// WebAssembly the page leaves by `refresh`, which axe cannot tell from one that is a mere convenience.
const ESSENTIAL_LIMITS = ["meta-refresh"];
const STANDARDS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"];

/** Takes the page's pictures in all sizes, and checks it in each. Findings are collected, so that all are seen. */
export async function looksWell(page: Page, name: string, theme: Theme, wasm: Choices["wasm"]): Promise<void> {
  await test.step(`${name} looks well`, async () => {
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await settled(page, wasm);
      const folder = `artefacts/${test.info().project.name}`;
      await picture(page, `${folder}/${name}-${theme}-${size.width}.png`);
      const place = `${name}, ${theme}, ${size.width} px`;
      expect.soft(await overflow(page), `${place}: pixels that stick out sideways`).toBeLessThanOrEqual(0);
      if (FRAMES.includes(size.width)) {
        expect.soft(await seriousFindings(page), `${place}: what axe finds`).toEqual([]);
      }
    }
    await page.setViewportSize(SIZES[0]);
  });
}

/** Chromium now and then has no frame to take a picture of, whatever the page shows: then another one is asked for. */
async function picture(page: Page, path: string): Promise<void> {
  for (let tries = 3; ; tries--) {
    try {
      await page.screenshot({ path });
      return;
    } catch (error) {
      if (tries === 1 || !String(error).includes("Unable to capture screenshot")) throw error;
    }
  }
}

/** How many pixels wider the document is than its window. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

async function seriousFindings(page: Page): Promise<string[]> {
  const axe = new AxeBuilder({ page }).withTags(STANDARDS).disableRules(ESSENTIAL_LIMITS);
  // No page here has a frame, so nothing is lost without the second tab that axe would open to put frames together.
  const { violations } = await axe.setLegacyMode().analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, help, nodes }) => `${id}: ${help} — ${nodes.map(({ html }) => html).join(" | ").slice(0, 600)}`);
}
