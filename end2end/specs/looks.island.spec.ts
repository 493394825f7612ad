// How what only the islands open looks: the palette, the list of keys, the selection, the menus.

import { boxes, chosenBar, openPalette, palette, paletteField } from "../support/keys";
import { looksWell, type Theme } from "../support/looks";
import { expect, settled, test } from "../support/test";
import { openUsers } from "../support/users";

const THEMES: Theme[] = ["light", "dark"];

for (const theme of THEMES) {
  test.describe(theme, () => {
    test.use({ colorScheme: theme });
    test.setTimeout(120_000);

    test("under the hands", async ({ page, site, wasm, signedIn }) => {
      const looks = (name: string) => looksWell(page, name, theme, wasm);
      await signedIn("kim");
      await openUsers(page, site, "acme");
      await settled(page, wasm);
      await openPalette(page);
      await looks("palette");
      await paletteField(page).fill("a");
      await expect(palette(page).getByRole("option", { name: "Acme acme" })).toBeVisible();
      await looks("palette-found");
      await page.keyboard.press("Escape");
      await expect(palette(page)).toBeHidden();
      await page.keyboard.press("?");
      await looks("keys");
      await page.keyboard.press("Escape");
      await page.keyboard.press("j");
      await boxes(page).nth(1).click();
      await boxes(page).nth(3).click({ modifiers: ["Shift"] });
      await expect(chosenBar(page)).toBeVisible();
      await looks("selection");
      await page.locator("summary", { hasText: "Columns" }).click();
      await looks("columns");
      await page.locator("summary", { hasText: /^\s*Export/ }).click();
      await looks("export");
    });
  });
}
