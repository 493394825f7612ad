// The palette: everything by name, by keyboard alone.

import { drawn, options, openPalette, palette, paletteField, pointedAt, shifted } from "../support/keys";
import { expect, settled, test } from "../support/test";
import { openUsers, users } from "../support/users";

test.beforeEach(async ({ signedIn, page, wasm }, info) => {
  await signedIn(info.title.startsWith("who may not") ? "rio" : "kim");
  await settled(page, wasm);
});

test("a page by name: type, look, Enter", async ({ page, site }) => {
  await openPalette(page);
  await paletteField(page).fill("aud");
  await expect(options(page)).toHaveText([/Audit log/]);
  expect(await pointedAt(page)).toContain("Audit log");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(site.staff("/audit"));
});

test("a tenant by a word of its name, from the server", async ({ page, site }) => {
  await openPalette(page);
  await paletteField(page).fill("lum");
  await expect(options(page).filter({ hasText: "lumen" })).toBeVisible();
  await expect(palette(page).getByRole("status")).toHaveText("1 result");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(site.staff("/tenants/lumen"));
  await expect(page.getByRole("heading", { level: 1, name: "Lumen" })).toBeVisible();
});

test("arrows move and stay within, and Escape gives the focus back", async ({ page }) => {
  const link = page.getByRole("link", { name: "Search pages, tenants, actions" });
  await link.focus();
  await openPalette(page);
  const names = await options(page).allInnerTexts();
  expect(await pointedAt(page)).toBe(names[0]);
  await page.keyboard.press("ArrowUp");
  expect(await pointedAt(page)).toBe(names[0]);
  for (const name of names.slice(1)) {
    await page.keyboard.press("ArrowDown");
    expect(await pointedAt(page)).toBe(name);
  }
  await page.keyboard.press("ArrowDown");
  expect(await pointedAt(page)).toBe(names.at(-1));
  await expect(palette(page).locator("[aria-selected=true]")).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(palette(page)).toBeHidden();
  await expect(link).toBeFocused();
});

test("the focus stays inside, nothing behind it reacts, and nothing moves", async ({ page, site }) => {
  await openUsers(page, site, "acme");
  await page.locator("html[data-awake]").waitFor();
  expect(await shifted(page)).toBe(0);
  await page.getByRole("link", { name: "Search pages, tenants, actions" }).click();
  await expect(paletteField(page)).toBeFocused();
  for (let times = 0; times < 4; times++) {
    await page.keyboard.press("Tab");
    const inside = await page.evaluate(() => {
      const active = document.activeElement;
      return active === document.body || active?.closest("#palette") !== null;
    });
    expect(inside).toBe(true);
  }
  await page.keyboard.type("j");
  await expect(page.locator("[data-row].at")).toHaveCount(0);
  // What a key hides or shows is no shift, however late a busy machine draws it; what the server answers then would be one. So
  // it answers when that is drawn, and when half a second has gone by in which the browser puts a shift down to the key.
  let answer = () => {};
  const asked = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route("**/api/admin/tenants?*", async (route) => {
    await asked;
    await route.continue();
  });
  await page.keyboard.press("Backspace");
  await page.keyboard.type("lum", { delay: 20 });
  await expect(palette(page).getByRole("status")).toHaveText("Nothing of that name.");
  const known = await drawn(page);
  await page.waitForTimeout(600);
  answer();
  await expect(options(page).filter({ hasText: "lumen" })).toBeVisible();
  expect(await shifted(page, known)).toBe(0);
  await page.keyboard.type(" no such thing", { delay: 20 });
  await expect(palette(page).getByRole("status")).toHaveText("Nothing of that name.");
  await expect(options(page)).toHaveCount(0);
  await page.keyboard.press("Enter");
  await expect(palette(page)).toBeVisible();
});

test("actions: the theme, the list of keys, the way out", async ({ page, site }) => {
  await openPalette(page);
  await paletteField(page).fill("dark");
  await page.keyboard.press("Enter");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.locator("html[data-awake]").waitFor();
  await openPalette(page);
  await paletteField(page).fill("keyb");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await page.keyboard.press("Escape");
  await openPalette(page);
  await paletteField(page).fill("sign out");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(site.staff("/signed-out"));
});

test("recent pages are those of this tab, newest first, without what was searched", async ({ page, site, wasm }) => {
  await page.goto(site.staff("/users?tenant=acme&q=rod"));
  await settled(page, wasm);
  await page.goto(site.staff("/audit"));
  await settled(page, wasm);
  await openPalette(page);
  const recent = palette(page).getByRole("group", { name: "Recent" }).getByRole("option");
  await expect(recent).toHaveText([/Users · Acme/, /Overview/]);
  expect(await recent.first().getAttribute("href")).toBe("/users?tenant=acme");
  await recent.first().click();
  await expect(users(page)).toBeVisible();
});

test("who may not open a page does not find it", async ({ page }) => {
  await openPalette(page);
  await paletteField(page).fill("users");
  await expect(palette(page).getByRole("status")).toHaveText("Nothing of that name.");
});
