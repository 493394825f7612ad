// Policies and roles: what is declared, what the simulator says before anything is changed, who can do what and why. The
// forms are GETs, so what was asked stands in the address.

import type { Page } from "@playwright/test";
import { Keyring } from "../support/authenticator";
import { told } from "../support/flash";
import { dialog } from "../support/rooms";
import { Staff } from "../support/staff";
import { expect, test } from "../support/test";

const simulator = (page: Page) => page.getByRole("form", { name: "Simulator" });
const answer = (page: Page) => page.getByRole("region", { name: "What the core says" });
const inForce = (page: Page) => answer(page).getByRole("region", { name: "In force" });
const withChange = (page: Page) => answer(page).getByRole("region", { name: "With the change" });

async function simulate(page: Page): Promise<void> {
  await simulator(page).getByRole("button", { name: "Simulate" }).click();
  await page.waitForURL(/action=/);
}

test("the navigation leads to what guards the console, role by role", async ({ page, signedIn }) => {
  await signedIn("kim");
  await page.getByRole("navigation", { name: "Console" }).getByRole("link", { name: "Policies" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Policies" })).toBeVisible();
  const policies = page.getByRole("region", { name: "Guard policies" });
  await expect(policies).toContainText("super_admin");
  await expect(policies).toContainText("No guard policy is kept beside those that come with the program.");
  const declared = page.getByRole("table", { name: "What each action asks for" });
  await expect(declared.getByRole("row", { name: /^platform\.manage_staff held .* passkey 1 h / })).toBeVisible();
  await page.getByRole("navigation", { name: "Role" }).getByRole("link", { name: "support" }).click();
  await page.waitForURL(/show=support/);
  await expect(declared.getByRole("row", { name: /^platform\.manage_staff not held/ })).toBeVisible();
  await expect(declared.getByRole("row", { name: /^staff\.sign_out on their own not asked not asked not asked/ })).toBeVisible();
});

test("a made-up request is held against the core, fact by fact", async ({ page, signedIn }) => {
  const kim = await signedIn("kim");
  await kim.goes("/policies?tenant=acme");
  await simulate(page);
  await expect(inForce(page)).toContainText("Permitted");
  await expect(inForce(page)).toContainText("permission = tenant.view");
  await expect(inForce(page).getByRole("listitem")).toHaveCount(6);
  await expect(withChange(page)).toHaveCount(0);

  await simulator(page).getByLabel("From address").fill("203.0.113.9");
  await simulate(page);
  await page.waitForURL(/203\.0\.113\.9/);
  await expect(inForce(page)).toContainText("Refused");
  await expect(inForce(page).getByRole("listitem").filter({ hasText: "Network" })).toContainText(
    "Your address is not in an allowed network.",
  );
  await expect(simulator(page).getByLabel("From address")).toHaveValue("203.0.113.9");

  await page.reload();
  await expect(inForce(page)).toContainText("NETWORK_DENIED");
  await simulator(page).getByRole("link", { name: "Start over" }).click();
  await expect(page).toHaveURL(/\/policies$/);
  await expect(answer(page)).toHaveCount(0);
});

test("a stricter policy is tried beside the one in force, and nothing is kept of it", async ({ page, signedIn }) => {
  const kim = await signedIn("kim");
  await kim.goes("/policies?tenant=acme");
  await simulator(page).getByLabel("Action").selectOption("tenant.suspend");
  await simulator(page).getByLabel("Proved, minutes ago").fill("30");
  await simulator(page).getByText("With a stricter policy beside").click();
  await simulator(page).getByLabel("Proof, minutes at most").fill("5");
  await simulate(page);
  await expect(inForce(page)).toContainText("Permitted");
  await expect(withChange(page)).toContainText("A fresh passkey is asked for");
  await expect(withChange(page)).toContainText("A proof of the last 5 min will do.");
  await expect(withChange(page)).toContainText("max_age = 5m");

  await simulator(page).getByLabel("Proof, minutes at most").fill("999");
  await simulate(page);
  await page.waitForURL(/max_age=999/);
  await expect(simulator(page)).toContainText("a policy can only be stricter");
  await simulator(page).getByLabel("Proof, minutes at most").fill("soon");
  await simulate(page);
  await page.waitForURL(/max_age=soon/);
  await expect(simulator(page)).toContainText("Give whole minutes.");
  await expect(answer(page)).toHaveCount(0);
});

test("what a narrowing takes away is said as it would be", async ({ page, signedIn }) => {
  const kim = await signedIn("kim");
  await kim.goes("/policies?tenant=acme");
  await simulator(page).getByLabel("Action").selectOption("tenant.suspend");
  await simulator(page).getByLabel("The session").selectOption("only looks");
  await simulate(page);
  await expect(answer(page)).toContainText("in a session narrowed: reads only");
  await expect(inForce(page)).toContainText("Refused");
  await expect(inForce(page)).toContainText("This session is narrowed to reads");
  await simulator(page).getByLabel("Viewing as").selectOption("super admin");
  await simulate(page);
  await page.waitForURL(/viewing=super_admin/);
  await expect(simulator(page)).toContainText("Choose a role that holds less than the one in force.");
  await expect(simulator(page).getByLabel("The session")).toHaveValue("yes");
});

test("a guard policy is kept, then changed from what it says", async ({ page, untouched: site }) => {
  test.setTimeout(120_000);
  const banner = page.getByRole("region", { name: "Change on trial" });
  const kept = page.getByRole("region", { name: "Guard policies" }).getByRole("listitem").filter({ hasText: "night" });
  const kim = new Staff(page, site, "kim", new Keyring());
  await kim.signIn();
  await kim.goes("/policies?role=support&action=tenant.suspend&target=acme&max_age=5&act=save");
  await dialog(page).getByLabel("Name").fill("night");
  await dialog(page).getByLabel("Why").fill("Nobody suspends by night");
  await dialog(page).getByRole("button", { name: "Try it" }).click();
  await expect(told(page)).toContainText("night is added");
  await banner.getByRole("button", { name: "Confirm" }).click();
  await expect(told(page)).toContainText("The change is confirmed");
  await kim.goes("/policies");
  await expect(kept).toContainText("a proof of the last 5 min");
  await kept.getByRole("link", { name: "Change" }).click();
  await expect(simulator(page).getByLabel("Doing what")).toHaveValue("tenant.suspend");
  await expect(simulator(page).getByLabel("Proof, minutes at most")).toHaveValue("5");
  await simulator(page).getByLabel("Proof, minutes at most").fill("15");
  await simulate(page);
  await expect(inForce(page)).toContainText("max_age = 5m");
  await expect(withChange(page)).toContainText("max_age = 15m");
  await page.getByRole("link", { name: "Keep this change" }).click();
  await expect(dialog(page)).toContainText("Change night?");
  await dialog(page).getByLabel("Why").fill("Fifteen minutes will do");
  await dialog(page).getByRole("button", { name: "Try it" }).click();
  await expect(told(page)).toContainText("night is changed");
  await expect(kept).toContainText("a proof of the last 15 min");
  await banner.getByRole("button", { name: "Roll back" }).click();
  await expect(told(page)).toContainText("rolled back");
});

test("a real person is asked about by name", async ({ page, signedIn }) => {
  const sasha = await signedIn("sasha");
  await sasha.goes("/policies?tenant=acme");
  const jess = simulator(page).getByLabel("Who").locator("option", { hasText: /support/ }).first();
  await simulator(page).getByLabel("Who").selectOption((await jess.getAttribute("value")) ?? "");
  await simulator(page).getByLabel("Action").selectOption("policy.view");
  await simulator(page).getByLabel("Tenant, if about one").fill("");
  await simulate(page);
  await expect(answer(page)).toContainText("support, policy.view");
  await expect(inForce(page)).toContainText("Refused");
});

test("the matrix is read, and who can do something is asked", async ({ page, signedIn }) => {
  await signedIn("kim");
  await page.getByRole("navigation", { name: "Console" }).getByRole("link", { name: "Roles" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Roles" })).toBeVisible();
  const matrix = page.getByRole("table", { name: "Who holds what" });
  await expect(matrix.getByRole("row", { name: /^tenant\.delete holds it, and needs a break-glass grant too/ })).toBeVisible();
  await expect(matrix.getByRole("row", { name: /^session\.revoke holds it on what is their own/ })).toBeVisible();

  const form = page.getByRole("form", { name: "Who can" });
  await form.getByLabel("Action").selectOption("tenant.suspend");
  await form.getByRole("button", { name: "Ask" }).click();
  await page.waitForURL(/action=tenant\.suspend/);
  await expect(form).toContainText("Choose the tenant that it is about.");
  await form.getByLabel("Tenant, if about one").fill("acme");
  await form.getByRole("button", { name: "Ask" }).click();
  await page.waitForURL(/target=acme/);
  const who = page.getByRole("table", { name: "Who can", exact: true });
  await expect(who.getByRole("row", { name: /kim@.* yes The role super admin holds it, for every tenant\./ })).toBeVisible();
  await expect(who.getByRole("row", { name: /sasha@.* no Your role does not allow this\./ })).toBeVisible();
});

test("who may not see them has no way there, and is told why", async ({ page, site, signedIn, watch }) => {
  watch.expectStatus(403);
  await signedIn("jess");
  const navigation = page.getByRole("navigation", { name: "Console" });
  await expect(navigation.getByRole("link", { name: "Overview" })).toBeVisible();
  for (const [name, path] of [["Policies", "/policies"], ["Roles", "/roles"]]) {
    await expect(navigation.getByRole("link", { name })).toHaveCount(0);
    expect((await page.goto(site.staff(path)))?.status()).toBe(403);
    await expect(page.getByRole("main")).toContainText("Your role does not allow this. A super admin can tell you who may.");
  }
});
