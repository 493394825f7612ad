// The main job of the product, from the first sign-in to both audit logs, as one person does it in one sitting.

import { entries, entry, openEntry } from "../support/audit";
import { Keyring } from "../support/authenticator";
import { get } from "../support/http";
import { banner, endImpersonation, goTo, secondsLeft, timer, VISIT_COOKIE, visitCookie, whyOver } from "../support/portal";
import { Staff } from "../support/staff";
import { expect, test } from "../support/test";
import { emails, openDialog, openUsers, REASON, searchUsers, startImpersonation, TICKET, users } from "../support/users";

const ROD = "rod@acme.com";

test("kim helps Acme, and both sides can read what was done", async ({ page, untouched: site, watch }) => {
  test.setTimeout(120_000);
  const kim = new Staff(page, site, "kim", new Keyring());

  await test.step("kim signs in for the first time, and registers a passkey", async () => {
    await kim.throughTheProvider();
    await kim.withPasskey("Register a passkey");
    await expect(page.getByRole("heading", { level: 1 })).toContainText("Kim");
  });

  await test.step("kim signs out, and in again with that passkey", async () => {
    await kim.signOut();
    await kim.throughTheProvider();
    await kim.withPasskey("Use passkey");
  });

  await test.step("kim finds rod among Acme's 142 people", async () => {
    await openUsers(page, site, "acme");
    await expect(page.getByRole("main")).toContainText("142 people");
    expect(await users(page).locator("tbody tr").count()).toBe(50);
    await searchUsers(page, "rod");
    expect(await emails(page)).toContain(ROD);
  });

  await test.step("kim impersonates rod for a reason", async () => {
    await openDialog(page, ROD);
    await startImpersonation(page, REASON, TICKET);
    await page.waitForURL(`${site.tenant("acme")}**`);
    for (const words of ["Kim Moreno", ROD, "Acme", REASON, TICKET, "read only"]) {
      await expect(banner(page)).toContainText(words);
    }
    await expect(page).toHaveTitle(/^▲ acting as rod@acme\.com/);
  });

  await test.step("the banner stays, and its time runs, on every page and through reloads", async () => {
    const first = await secondsLeft(page);
    expect(first).toBeGreaterThan(14 * 60);
    expect(first).toBeLessThanOrEqual(15 * 60);
    await goTo(page, "Members");
    await expect(banner(page)).toBeVisible();
    await expect(page.getByRole("table", { name: "Members" }).locator("tbody tr")).toHaveCount(50);
    await goTo(page, "Audit log");
    await expect(banner(page)).toBeVisible();
    await page.waitForTimeout(1_100);
    await page.reload();
    await expect(timer(page)).toBeVisible();
    expect(await secondsLeft(page)).toBeLessThan(first);
  });

  await test.step("Acme's own log shows platform support inside", async () => {
    const started = entry(page, "started acting as");
    await expect(started).toContainText("Kim Moreno");
    await expect(started).toContainText("Platform support");
    await expect(entry(page, "Members")).toContainText("Platform support");
  });

  const cookie = await visitCookie(page, site, "acme");
  const members = () =>
    get(site.tenant("acme", "/api/tenant/users"), { cookie: `${VISIT_COOKIE}=${cookie}`, accept: "application/json" });
  expect((await members()).status).toBe(200);

  await test.step("kim ends it, and is led back to the console", async () => {
    await endImpersonation(page);
    await expect(whyOver(page)).toContainText("you ended it");
    await page.getByRole("link", { name: "Back to the console" }).click();
    await expect(page).toHaveURL(site.staff("/users?tenant=acme"));
  });

  await test.step("the visit's cookie opens nothing any more", async () => {
    const answer = await members();
    expect(answer.status).toBe(401);
    expect(JSON.parse(answer.body).error.code).toBe("UNAUTHENTICATED");
    watch.expectStatus(401);
    await page.goto(site.tenant("acme", "/members"));
    await expect(page.getByRole("heading", { name: "Sign in to Acme" })).toBeVisible();
  });

  await test.step("the platform's log shows the visit from its start to its end", async () => {
    await page.goto(site.staff("/audit?q=action:impersonation.* actor:kim"));
    const told = (await entries(page).allInnerTexts()).map((text) => text.replace(/\s+/g, " "));
    const at = (words: RegExp) => told.findIndex((text) => words.test(text));
    const [ended, viewed, started] = [at(/kim ended impersonation of/), at(/kim viewed .*Members/), at(/kim started impersonation of/)];
    expect(ended, "the end, newest").toBe(0);
    expect(viewed, "what was seen").toBeGreaterThan(ended);
    expect(started, "the start").toBeGreaterThan(viewed);
    await expect(entry(page, "kim started impersonation of")).toContainText(ROD);
    const known = await openEntry(page, "kim started impersonation of");
    for (const words of [REASON, TICKET, "Acme"]) await expect(known).toContainText(words);
  });

  await test.step("and so does Acme's, to the next visitor", async () => {
    await openUsers(page, site, "acme");
    await searchUsers(page, "rod");
    await openDialog(page, ROD);
    await startImpersonation(page, "Checking that the visit is in the log", TICKET);
    await page.waitForURL(`${site.tenant("acme")}**`);
    await goTo(page, "Audit log");
    await expect(entry(page, "stopped acting as")).toContainText("Kim Moreno");
    await expect(entry(page, "stopped acting as")).toContainText("Platform support");
    await endImpersonation(page);
  });
});
