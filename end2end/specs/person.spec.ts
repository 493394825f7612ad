// One person beside the list they were found in, and people chosen together.

import type { Page } from "@playwright/test";
import { entries } from "../support/audit";
import { told } from "../support/flash";
import { boxes, chosenBar } from "../support/keys";
import { dialog, isLetIn, refused, valInside } from "../support/rooms";
import { expect, settled, test } from "../support/test";
import { emails, userRow, users } from "../support/users";

const LIST = "/users?tenant=acme&q=role%3Aowner%2Cadmin&sort=name";
const panel = (page: Page, name: string) => page.getByRole("complementary", { name });

test.beforeEach(async ({ signedIn }, info) => {
  await signedIn(info.title.startsWith("support") ? "jess" : info.title.startsWith("security") ? "sasha" : "kim");
});

test("the panel opens over the list and leaves it as it was", async ({ page, site, wasm }) => {
  await page.goto(site.staff(LIST));
  const shown = await emails(page);
  expect(shown).toContain("val@acme.com");
  await userRow(page, "val@acme.com").getByRole("link", { name: /Val Marsh/ }).click();
  await expect(panel(page, "Val Marsh")).toContainText("val@acme.com");
  await expect(panel(page, "Val Marsh")).toContainText(/Role\s*owner/);
  expect(new URL(page.url()).pathname).toMatch(/^\/users\/usr_\w{26}$/);
  expect(await emails(page), "the same list").toEqual(shown);
  await settled(page, wasm);
  if (wasm === "runs") await page.keyboard.press("Escape");
  else await panel(page, "Val Marsh").getByRole("link", { name: "Close" }).click();
  await expect(page).toHaveURL(site.staff(LIST));
  await expect(panel(page, "Val Marsh")).toHaveCount(0);
});

test("a person has an address of their own, and leads on", async ({ page, site }) => {
  await page.goto(site.staff(LIST));
  await userRow(page, "rod@acme.com").getByRole("link", { name: /Rod Walsh/ }).click();
  await page.waitForURL(/\/users\/usr_/);
  const path = new URL(page.url()).pathname;
  await page.goto(site.staff(path));
  const rod = panel(page, "Rod Walsh");
  await expect(rod).toBeVisible();
  await expect(users(page)).toBeVisible();
  for (const heading of ["Profile", "Sessions and devices", "Risk", "What they did", "What was done about them"]) {
    await expect(rod.getByRole("heading", { name: heading })).toBeVisible();
  }
  await rod.getByRole("link", { name: "All sessions" }).click();
  await expect(page).toHaveURL(/\/sessions\?tenant=acme&q=rod%40acme\.com/);
  await page.goto(site.staff(path));
  await rod.getByRole("link", { name: "Audit log" }).last().click();
  await expect(page).toHaveURL(/\/audit\?tenant=acme&q=target%3Ausr_/);
  await page.goto(site.staff(path));
  await rod.getByRole("link", { name: "Impersonate" }).click();
  await expect(page.getByRole("dialog", { name: "Impersonate Rod Walsh" })).toBeVisible();
});

test("on a narrow screen the panel is the page", async ({ page, site }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(site.staff(LIST));
  await userRow(page, "val@acme.com").getByRole("link", { name: /Val Marsh/ }).click();
  await expect(panel(page, "Val Marsh")).toBeVisible();
  const box = await panel(page, "Val Marsh").boundingBox();
  expect([box?.x, box?.width]).toEqual([0, 390]);
  await panel(page, "Val Marsh").getByRole("link", { name: "Close" }).click();
  await expect(users(page)).toBeVisible();
});

test("an unknown person is nothing", async ({ page, site, watch }) => {
  watch.expectStatus(404);
  const unknown = "/users/usr_01k9w000000000000000000010?tenant=acme";
  expect((await page.goto(site.staff(unknown)))?.status()).toBe(404);
  await expect(page.getByRole("heading", { name: "Nothing here" })).toBeVisible();
});

test("security has no directory, and no person of it", async ({ page, site, watch }) => {
  watch.expectStatus(403);
  const unknown = "/users/usr_01k9w000000000000000000010?tenant=acme";
  expect((await page.goto(site.staff(unknown)))?.status()).toBe(403);
  await expect(page.getByRole("heading", { name: "Your role does not open this page" })).toBeVisible();
});

test("sessions of the people who were chosen end together, and the list stays", async ({ page, browser, site }) => {
  test.slow();
  const val = await valInside(browser, site);
  await page.goto(site.staff(LIST));
  const shown = await emails(page);
  const at = [shown.indexOf("val@acme.com"), shown.indexOf("rod@acme.com")];
  for (const number of at) await boxes(page).nth(number).check();
  await chosenBar(page).getByRole("button", { name: "Revoke sessions" }).click();
  await expect(dialog(page).getByRole("heading", { name: "Revoke the sessions of 2 people of Acme?" })).toBeVisible();
  const names = dialog(page).getByRole("list", { name: "Who was chosen" }).getByRole("listitem");
  await expect(names).toHaveText([/Rod Walsh.*(session|not signed in)/, /Val Marsh.*session/]);
  await dialog(page).getByRole("link", { name: "Cancel" }).click();
  await expect(page).toHaveURL(site.staff(LIST));
  expect(await isLetIn(val.context(), site.tenant("acme", "/members")), "nothing was done").toBe(true);

  await boxes(page).nth(at[0]).check();
  await chosenBar(page).getByRole("button", { name: "Revoke sessions" }).click();
  await expect(dialog(page).getByRole("heading", { name: "Revoke the sessions of Val Marsh?" })).toBeVisible();
  const reason = dialog(page).getByLabel("Reason");
  await reason.fill("short               ");
  await dialog(page).getByRole("button", { name: /^Revoke \d+ sessions?$/ }).click();
  await refused(reason, /at least 10 characters/, "short               ");
  await reason.fill("Password seen in a leak");
  await dialog(page).getByRole("button", { name: /^Revoke \d+ sessions?$/ }).click();
  await expect(told(page)).toContainText("of Val Marsh ended");
  await expect(page).toHaveURL(site.staff(LIST));
  expect(await isLetIn(val.context(), site.tenant("acme", "/members"))).toBe(false);
  await val.context().close();

  await boxes(page).nth(at[0]).check();
  await chosenBar(page).getByRole("button", { name: "Revoke sessions" }).click();
  await expect(dialog(page)).toContainText("Val Marsh is not signed in. There is nothing to revoke.");
  await dialog(page).getByRole("link", { name: "Back to the list" }).click();
  await expect(page).toHaveURL(site.staff(LIST));
  await page.goto(site.staff("/audit?tenant=acme&q=action:session.revoke"));
  await expect(entries(page).first()).toContainText("revoked a session of val@acme.com");
});

test("support, who may not revoke, is not offered it", async ({ page, site }) => {
  await page.goto(site.staff(LIST));
  await boxes(page).first().check();
  await expect(chosenBar(page).getByRole("button", { name: "Export CSV" })).toBeVisible();
  await expect(chosenBar(page).getByRole("button", { name: "Revoke sessions" })).toHaveCount(0);
});
