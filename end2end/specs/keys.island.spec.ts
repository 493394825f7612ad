// Single keys: they move, open and go, and never while somebody types.

import type { Page } from "@playwright/test";
import { rowAt } from "../support/keys";
import { expect, settled, test } from "../support/test";
import { openUsers, userRow, users } from "../support/users";

const list = (page: Page) => page.getByRole("dialog", { name: "Keyboard shortcuts" });

test.beforeEach(async ({ signedIn, page, site, wasm }) => {
  await signedIn("kim");
  await openUsers(page, site, "acme");
  await settled(page, wasm);
});

test("j and k move, x selects, o opens, Escape closes", async ({ page, wasm }) => {
  const rows = users(page).locator("tbody tr");
  await page.keyboard.press("j");
  await expect(rows.nth(0)).toBeFocused();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  await expect(rowAt(page)).toHaveCount(1);
  await expect(rows.nth(1)).toBeFocused();
  await page.keyboard.press("x");
  await expect(rows.nth(1).getByRole("checkbox")).toBeChecked();
  await page.keyboard.press("Escape");
  await expect(rows.nth(1).getByRole("checkbox")).not.toBeChecked();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/users\/usr_/);
  await settled(page, wasm);
  await page.keyboard.press("Escape");
  await expect(page).not.toHaveURL(/\/users\/usr_/);
  await settled(page, wasm);
  await users(page).getByRole("button", { name: "Impersonate" }).first().click();
  await expect(page.getByRole("dialog", { name: /^Impersonate/ })).toBeVisible();
  await page.locator("html[data-awake]").waitFor();
  await page.getByRole("dialog").getByRole("heading").click();
  await page.keyboard.press("j");
  await expect(rowAt(page)).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("a row out of sight is brought into it, below the header", async ({ page }) => {
  const count = await users(page).locator("tbody tr").count();
  for (let times = 0; times < count; times++) await page.keyboard.press("j");
  await expect(users(page).locator("tbody tr").last()).toBeInViewport();
  for (let times = 0; times < count; times++) await page.keyboard.press("k");
  await expect(users(page).locator("tbody tr").first()).toBeInViewport({ ratio: 1 });
});

test("slash searches, and letters are letters there", async ({ page }) => {
  await page.keyboard.press("/");
  const box = page.getByRole("searchbox", { name: "Search users" });
  await expect(box).toBeFocused();
  await page.keyboard.type("jxg?/");
  await expect(box).toHaveValue("jxg?/");
  await expect(rowAt(page)).toHaveCount(0);
  await expect(list(page)).toBeHidden();
  await page.keyboard.press("Escape");
  await expect(box).not.toBeFocused();
});

test("g and a letter go to the pages there are", async ({ page, site, wasm }) => {
  await page.keyboard.press("g");
  await page.keyboard.press("a");
  await expect(page).toHaveURL(site.staff("/audit?tenant=acme"));
  await settled(page, wasm);
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(rowAt(page).locator("details")).toHaveAttribute("open", "");
  await page.keyboard.press("g");
  await page.keyboard.press("z");
  await page.keyboard.press("g");
  await page.keyboard.press("o");
  await expect(page).toHaveURL(site.staff("/?tenant=acme"));
});

test("the rooms have letters, and their rows open by Enter", async ({ page, site, wasm }) => {
  const rooms = [
    ["s", "/sessions?tenant=acme", /^\/users\/usr_/],
    ["t", "/tenants?tenant=acme", /^\/tenants\/[a-z-]+$/],
    ["i", "/impersonations?tenant=acme", /^\/impersonations\/imp_/],
    ["l", "/roles?tenant=acme", undefined],
    ["c", "/policies?tenant=acme", undefined],
    ["w", "/network?tenant=acme", undefined],
    ["d", "/identity-providers?tenant=acme", /^\/identity-providers\/idp_/],
    ["y", "/system?tenant=acme", undefined],
  ] as const;
  for (const [letter, address, opened] of rooms) {
    await page.keyboard.press("g");
    await page.keyboard.press(letter);
    await expect(page).toHaveURL(site.staff(address));
    await settled(page, wasm);
    if (!opened) continue;
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await expect(rowAt(page)).toHaveCount(1);
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => opened.test(url.pathname));
    await settled(page, wasm);
    // The panel of a person is closed, and the list below it stays.
    if (letter === "s") await page.keyboard.press("Escape");
    if (letter === "s") await page.waitForURL((url) => url.pathname === "/users");
    await settled(page, wasm);
  }
});

test("? lists them all, and a modifier leaves keys to the browser", async ({ page }) => {
  await page.keyboard.press("Alt+j");
  await expect(rowAt(page)).toHaveCount(0);
  await page.keyboard.press("?");
  await expect(list(page)).toBeVisible();
  for (const words of ["Next row", "Search the list", "Overview", "Sessions", "Tenants", "Impersonations", "Audit log"]) {
    await expect(list(page).getByText(words, { exact: true })).toBeVisible();
  }
  await page.keyboard.press("j");
  await expect(rowAt(page)).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(list(page)).toBeHidden();
});

test("single keys can be switched off, and on again", async ({ page }) => {
  await page.keyboard.press("?");
  await list(page).getByRole("button", { name: "Switch single keys off" }).click();
  await page.locator("html[data-awake]").waitFor();
  await expect(userRow(page, "@").first()).toBeVisible();
  for (const key of ["j", "x", "?", "/"]) await page.keyboard.press(key);
  await expect(rowAt(page)).toHaveCount(0);
  await expect(list(page)).toBeHidden();
  await expect(page.getByText("all keys")).toHaveCount(0);
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog", { name: "Go to" })).toBeVisible();
  await page.keyboard.type("keyboard");
  await page.keyboard.press("Enter");
  await list(page).getByRole("button", { name: "Switch single keys on" }).click();
  await page.locator("html[data-awake]").waitFor();
  await page.keyboard.press("j");
  await expect(rowAt(page)).toHaveCount(1);
});
