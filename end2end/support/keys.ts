// The console under the hands: the palette, the keys, the selection.

import { type Locator, type Page, expect } from "@playwright/test";
import { users } from "./users";

export const palette = (page: Page): Locator => page.getByRole("dialog", { name: "Go to" });

export const paletteField = (page: Page): Locator => palette(page).getByRole("combobox");

export const options = (page: Page): Locator => palette(page).getByRole("option");

/** The option that Enter takes: the one that the field points to. */
export async function pointedAt(page: Page): Promise<string> {
  const id = await paletteField(page).getAttribute("aria-activedescendant");
  return id ? page.locator(`#${id}`).innerText() : "";
}

export async function openPalette(page: Page): Promise<void> {
  await page.keyboard.press("Control+k");
  await expect(palette(page)).toBeVisible();
  await expect(paletteField(page)).toBeFocused();
}

/** The row that the keys act upon. */
export const rowAt = (page: Page): Locator => page.locator("[data-row].at");

/** The boxes of the rows. */
export const boxes = (page: Page): Locator => users(page).getByRole("checkbox", { name: /^Select (?!all)/ });

export const chosenBar = (page: Page): Locator => page.getByRole("form", { name: "Selected people" });

/** The page's own clock, once it has drawn what it knows. */
export function drawn(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) =>
        requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now()))),
      ),
  );
}

/** The sum of all layout shifts since the page was opened, or since a moment of its clock, but for those that follow an input. */
export function shifted(page: Page, since = 0): Promise<number> {
  return page.evaluate(
    (since) =>
      new Promise<number>((resolve) => {
        const observer = new PerformanceObserver((list) => {
          const all = list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[];
          const shifts = all.filter(({ hadRecentInput, startTime }) => !hadRecentInput && startTime >= since);
          resolve(shifts.reduce((sum, { value }) => sum + value, 0));
        });
        observer.observe({ type: "layout-shift", buffered: true });
        setTimeout(() => resolve(0), 500);
      }),
    since,
  );
}
