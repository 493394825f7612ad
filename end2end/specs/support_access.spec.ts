// Support access, from both sides at once: what staff do in one browser, the owner sees, allows and ends in another.

import type { Page } from "@playwright/test";
import { told } from "../support/flash";
import { banner, whyOver } from "../support/portal";
import { rows } from "../support/rooms";
import { at, choose, enter, here, sidebar, strip } from "../support/tenant";
import { expect, test } from "../support/test";
import { dialog, impersonate, lookUp, startImpersonation } from "../support/users";

const ROD = { tenant: "acme", email: "rod@acme.com" };
const LEE = { tenant: "acme", email: "lee@acme.com" };

const asked = (page: Page) => page.getByRole("region", { name: "Platform support asks to come in" }).getByRole("listitem");
const earlier = (page: Page) => rows(page, "Earlier visits");

/** The visitor's next step, whatever it is, ends on the page that says why. */
async function isOver(page: Page, address: string, why: string): Promise<void> {
  await page.goto(address);
  await expect(page.getByRole("heading", { name: "This impersonation has ended" })).toBeVisible();
  await expect(whyOver(page)).toContainText(why);
  await expect(banner(page)).toHaveCount(0);
}

test.describe.configure({ timeout: 120_000 });

test("the owner sees a visit while it runs, ends it, and keeps its account", async ({ page, site, signedIn, anotherBrowser }) => {
  const why = "Seen by the owner as it runs";
  const val = await anotherBrowser();
  await enter(val, site, "val");
  await expect(strip(val, why)).toHaveCount(0);
  await signedIn("kim");
  await impersonate(page, site, ROD, why);
  await page.goto(at(site, "/sessions"));

  await val.goto(at(site, "/members"));
  await expect(strip(val, why)).toContainText("Kim Moreno acts as rod@acme.com, read only");
  await expect(strip(val, why)).toContainText(/1[45]:\d\d left: “Seen by the owner as it runs”, ticket #4218/);
  await expect(sidebar(val).getByRole("link", { name: /Support access/ })).toContainText(/\d/);
  await strip(val, why).getByRole("link", { name: "See the visit" }).click();
  await expect(val.getByRole("heading", { level: 1, name: "Kim Moreno acts as rod@acme.com" })).toBeVisible();
  const viewed = val.getByRole("region", { name: "What was viewed" });
  for (const room of ["Members", "Sessions"]) {
    await expect(viewed.getByRole("row").filter({ hasText: room })).toHaveCount(1);
  }
  await expect(val.getByRole("region", { name: "What was changed" })).toContainText("Nothing was changed.");

  await val.goto(at(site, "/support-access"));
  await here(val, why).getByRole("button", { name: "End now: the visit of Kim Moreno" }).click();
  await expect(told(val)).toContainText("The visit has ended. Its next step is refused.");
  await expect(here(val, why)).toHaveCount(0);
  await isOver(page, at(site, "/audit"), "the tenant ended it");
  await page.goto(at(site, "/members"));
  await expect(page, "and stays out").toHaveURL(at(site, "/sign-in"));

  const row = earlier(val).filter({ hasText: why }).first();
  await expect(row).toContainText("ended from here");
  await row.getByRole("link", { name: "The account of the visit of Kim Moreno" }).click();
  await expect(val.getByRole("heading", { level: 1, name: "Kim Moreno acted as rod@acme.com" })).toBeVisible();
  await expect(val.getByRole("button", { name: /^End now/ })).toHaveCount(0);
  await val.getByRole("link", { name: "In the audit log" }).click();
  const entries = val.getByRole("region", { name: "Entries" });
  await expect(entries).toContainText("Val Marsh ended the visit of platform support as rod@acme.com");
  await expect(entries.getByText("Platform support", { exact: true }).first()).toBeVisible();
});

test("switching support access off ends every visit in the same moment", async ({ page, site, signedIn, anotherBrowser }) => {
  const val = await anotherBrowser();
  await enter(val, site, "val");
  await choose(val, site, "On");
  await signedIn("kim");
  await impersonate(page, site, ROD, "Inside when it is closed");
  const second = await page.context().newPage();
  await second.goto(at(site, "/members"));
  await expect(banner(second)).toBeVisible();

  await choose(val, site, "Off");
  await expect(here(val, "")).toHaveCount(0);
  await expect(earlier(val).filter({ hasText: "Inside when it is closed" }).first()).toContainText("support access was closed");
  await isOver(second, at(site, "/sessions"), "the owner switched support access off");
  await lookUp(page, site, ROD);
  await expect(dialog(page).getByRole("alert")).toBeVisible();
  await expect(dialog(page).getByRole("button", { name: /^(Start|Ask)/ })).toHaveCount(0);

  await choose(val, site, "On");
  await impersonate(page, site, ROD, "Open again, so inside again");
});

test("an owner who is asked each time lets in exactly the visit that was asked for", async ({ page, site, signedIn, anotherBrowser }) => {
  const val = await anotherBrowser();
  await enter(val, site, "val");
  await choose(val, site, "Ask each time");
  await signedIn("jess");
  await lookUp(page, site, ROD);
  await dialog(page).getByLabel("Reason").fill("May I look at the webhooks?");
  await dialog(page).getByRole("button", { name: "Ask the owner" }).click();
  await expect(dialog(page)).toContainText(/You asked the owner of Acme .*: “May I look at the webhooks\?”. Nothing has begun yet\./);
  await dialog(page).getByRole("link", { name: "Look again" }).click();
  await expect(dialog(page)).toContainText("Nothing has begun yet.");
  await expect(dialog(page).getByRole("button", { name: /^(Start|Ask)/ })).toHaveCount(0);

  await val.goto(at(site, "/support-access"));
  const question = asked(val).filter({ hasText: "May I look at the webhooks?" });
  await expect(question).toContainText("Jess Park asks to look at it as rod@acme.com, read only, for 15 min");
  await question.getByRole("button", { name: "Approve the visit of Jess Park" }).click();
  await expect(told(val)).toContainText("You agreed. The visit can begin once, as it was asked for.");
  await expect(question).toHaveCount(0);

  await dialog(page).getByRole("link", { name: "Look again" }).click();
  await expect(dialog(page).getByLabel("Reason")).toHaveValue("May I look at the webhooks?");
  await dialog(page).getByRole("button", { name: "Start impersonation" }).click();
  await page.waitForURL(`${site.tenant("acme")}**`);
  await expect(banner(page)).toBeVisible();
  await val.reload();
  const visit = here(val, "May I look at the webhooks?");
  await expect(visit).toContainText("Jess Park acts as rod@acme.com");
  await visit.getByRole("button", { name: /^End now/ }).click();
  await isOver(page, at(site, "/members"), "the tenant ended it");
  await choose(val, site, "On");
});

test("an owner's no is told to who asked", async ({ page, site, signedIn, anotherBrowser }) => {
  const val = await anotherBrowser();
  await enter(val, site, "val");
  await choose(val, site, "Ask each time");
  await signedIn("rob");
  await lookUp(page, site, LEE);
  await dialog(page).getByLabel("Reason").fill("May I look at the bills?");
  await dialog(page).getByRole("button", { name: "Ask the owner" }).click();
  await expect(dialog(page)).toContainText("Nothing has begun yet.");
  await val.goto(at(site, "/support-access"));
  await asked(val).filter({ hasText: "bills" }).getByRole("button", { name: "Deny the visit of Rob Hale" }).click();
  await expect(told(val)).toContainText("You refused. Platform support is told so.");
  await dialog(page).getByRole("link", { name: "Look again" }).click();
  await expect(dialog(page).getByRole("alert")).toContainText("The owner of Acme refused this visit.");
  await expect(dialog(page).getByRole("button", { name: /^(Start|Ask)/ })).toHaveCount(0);
  await choose(val, site, "On");
});

test("a window needs a day, and what was chosen is kept", async ({ page, site }) => {
  await enter(page, site, "val");
  await page.goto(at(site, "/support-access"));
  const until = page.getByLabel("Open until the end of");
  await page.getByRole("radio", { name: "Until a date" }).check();
  await page.getByRole("button", { name: "Save the choice" }).click();
  await expect(page.getByRole("alert").first()).toContainText("Nothing was changed.");
  await expect(until).toHaveAttribute("aria-invalid", "true");
  await expect(until).toHaveAccessibleDescription(/Say until when it is open\./);
  await expect(page.getByRole("radio", { name: "Until a date" })).toBeChecked();
  await until.fill("2099-12-31");
  await page.getByRole("button", { name: "Save the choice" }).click();
  await expect(until).toHaveAccessibleDescription(/Choose a moment within a year/);
  await expect(until).toHaveValue("2099-12-31");
  const day = new Date(Date.now() + 48 * 3_600_000).toISOString().slice(0, 10);
  await until.fill(day);
  await page.getByRole("button", { name: "Save the choice" }).click();
  await expect(told(page)).toContainText("Support access is as you chose.");
  await page.goto(at(site, "/support-access"));
  await expect(page.getByRole("radio", { name: "Until a date" })).toBeChecked();
  await expect(until).toHaveValue(day);
  await choose(page, site, "On");
});

test("an administrator sees all of it, ends a visit, and chooses nothing", async ({ page, site, signedIn, anotherBrowser }) => {
  const val = await anotherBrowser();
  await enter(val, site, "val");
  await choose(val, site, "Ask each time");
  await signedIn("sol");
  await lookUp(page, site, ROD);
  await dialog(page).getByLabel("Reason").fill("A question that only the owner answers");
  await dialog(page).getByRole("button", { name: "Ask the owner" }).click();
  await expect(dialog(page)).toContainText("Nothing has begun yet.");

  const rod = await anotherBrowser();
  await enter(rod, site, "rod");
  await rod.goto(at(site, "/support-access"));
  const question = asked(rod).filter({ hasText: "A question that only the owner answers" });
  await expect(question).toContainText("Only the owner answers.");
  await expect(question.getByRole("button")).toHaveCount(0);
  const choice = rod.getByRole("region", { name: "May platform support visit?" });
  await expect(choice).toContainText("Ask each time");
  await expect(choice).toContainText("Only the owner changes this.");
  await expect(choice.getByRole("radio")).toHaveCount(0);
  await expect(choice.getByRole("button")).toHaveCount(0);

  await choose(val, site, "On");
  await lookUp(page, site, LEE);
  await startImpersonation(page, "Ended by an administrator", "#4218");
  await expect(banner(page)).toBeVisible();
  await rod.reload();
  await here(rod, "Ended by an administrator").getByRole("button", { name: /^End now/ }).click();
  await expect(told(rod)).toContainText("The visit has ended.");
  await isOver(page, at(site, "/"), "the tenant ended it");
});
