// Choosing people: a run of them, the page, and their addresses for elsewhere.

import { boxes, chosenBar, rowAt } from "../support/keys";
import { expect, settled, test } from "../support/test";
import { emails, openUsers, users } from "../support/users";

test.beforeEach(async ({ signedIn, page, site, wasm }) => {
  await signedIn("kim");
  await openUsers(page, site, "acme");
  await settled(page, wasm);
});

test("Shift chooses a run in either direction, and the bar counts", async ({ page }) => {
  await expect(chosenBar(page)).toBeHidden();
  await boxes(page).nth(6).click();
  await boxes(page).nth(2).click({ modifiers: ["Shift"] });
  await expect(chosenBar(page)).toContainText("5 selected");
  await boxes(page).nth(4).click({ modifiers: ["Shift"] });
  await expect(chosenBar(page)).toContainText("2 selected");
  await chosenBar(page).getByRole("button", { name: "Clear" }).click();
  await expect(chosenBar(page)).toBeHidden();
});

test("the whole page, and back", async ({ page }) => {
  const all = page.getByRole("checkbox", { name: "Select all on this page" });
  await all.click();
  await expect(chosenBar(page)).toContainText("50 selected");
  await boxes(page).nth(0).click();
  await expect(chosenBar(page)).toContainText("49 selected");
  expect(await all.evaluate((box: HTMLInputElement) => box.indeterminate)).toBe(true);
  await page.keyboard.press("Escape");
  await expect(chosenBar(page)).toBeHidden();
});

test("addresses and ids are copied, one a line", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const known = await emails(page);
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await expect(rowAt(page)).toHaveCount(1);
  await chosenBar(page).getByRole("button", { name: "Copy addresses" }).click();
  await expect(chosenBar(page)).toContainText("2 addresses copied");
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  expect(await copied()).toBe(`${known[0]}\n${known[1]}\n`);
  await chosenBar(page).getByRole("button", { name: "Copy ids" }).click();
  await expect(chosenBar(page)).toContainText("2 ids copied");
  expect(await copied()).toMatch(/^(usr_\w{26}\n){2}$/);
  await expect(users(page).locator("tr:has(:checked)")).toHaveCount(2);
});
