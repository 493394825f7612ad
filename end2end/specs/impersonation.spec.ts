// Impersonation: what is refused, what ends it, and what it can never do.

import { told } from "../support/flash";
import { banner, endImpersonation, VISIT_COOKIE, visitCookie, visitFor, whyOver } from "../support/portal";
import { expect, test } from "../support/test";
import { dialog, impersonate, openDialog, openUsers, startImpersonation, userRow, users } from "../support/users";
import { get } from "../support/http";

const ROD = { tenant: "acme", email: "rod@acme.com" };

test("a reason that is too short is named, and what was typed is kept", async ({ page, site, signedIn }) => {
  await signedIn("kim");
  await openUsers(page, site, "acme");
  await openDialog(page, "val@acme.com");
  await expect(dialog(page).getByLabel("Reason")).toBeFocused();
  await dialog(page).getByText("5 min", { exact: true }).click();
  // Long enough for the browser, too short for the server, which trims.
  await startImpersonation(page, "too short        ", "#77");
  const reason = dialog(page).getByLabel("Reason");
  await expect(reason).toHaveAttribute("aria-invalid", "true");
  await expect(reason).toHaveAccessibleDescription(/at least 10 characters/);
  await expect(reason).toHaveValue("too short        ");
  await expect(dialog(page).getByLabel("Ticket")).toHaveValue("#77");
  await expect(dialog(page).getByRole("radio", { name: "5 min", exact: true })).toBeChecked();
  await dialog(page).getByRole("link", { name: "Cancel" }).click();
  await expect(dialog(page)).toHaveCount(0);
  await expect(users(page)).toBeVisible();
});

test("an owner is seen as an administrator, and the portal says what is out of bounds", async ({ page, site, signedIn }) => {
  await signedIn("kim");
  await impersonate(page, site, { tenant: "acme", email: "val@acme.com" });
  for (const closed of ["Security", "API keys", "Billing"]) {
    await expect(page.getByText(closed, { exact: true })).toBeVisible();
    await expect(page.getByRole("link", { name: closed })).toHaveCount(0);
  }
  await endImpersonation(page);
});

test("an owner who has closed the door keeps it closed", async ({ page, signedIn, watch }) => {
  for (const status of [403, 422]) watch.expectStatus(status);
  await signedIn("kim");
  const answer = await page.evaluate(async () => {
    const people = await fetch("/api/admin/tenants/acme/users?limit=1");
    const closed = [];
    for (const link of document.querySelectorAll<HTMLAnchorElement>(".drop a.item[href*='tenant=']")) {
      const tenant = new URL(link.href).searchParams.get("tenant");
      const response = await fetch(`/api/admin/tenants/${tenant}/impersonate`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ reason: "short" }),
      });
      const { error } = await response.json();
      if (error.code !== "INVALID") closed.push({ status: response.status, code: error.code });
    }
    return { people: people.status, closed };
  });
  expect(answer.people).toBe(200);
  expect(answer.closed.length, "the demo has owners who closed the door").toBeGreaterThan(0);
  for (const refusal of answer.closed) {
    expect([[403, "IMPERSONATION_BLOCKED"], [202, "CONSENT_PENDING"]]).toContainEqual([refusal.status, refusal.code]);
  }
});

test("the console lists one's own visit, opens it again, and ends it", async ({ page, site, signedIn }) => {
  const kim = await signedIn("kim");
  await impersonate(page, site, ROD, "Looking at the list of visits");
  await kim.goes("/");
  const row = page.getByRole("listitem").filter({ hasText: "Looking at the list of visits" });
  await row.getByRole("link", { name: "Open" }).click();
  await page.waitForURL(`${site.tenant("acme")}**`);
  await expect(banner(page)).toBeVisible();
  await kim.goes("/");
  await row.getByRole("button", { name: /^End impersonation by/ }).click();
  await expect(told(page)).toContainText("ended");
  await page.goto(site.tenant("acme", "/members"));
  await expect(page.getByRole("heading", { name: "This impersonation has ended" })).toBeVisible();
});

test("signing out of the console ends the visit at once", async ({ page, site, signedIn }) => {
  const kim = await signedIn("kim");
  await impersonate(page, site, ROD, "Signing out while inside");
  const cookie = await visitCookie(page, site, "acme");
  await kim.goes("/");
  await kim.signOut();
  const answer = await get(site.tenant("acme", "/api/tenant/users"), { cookie: `${VISIT_COOKIE}=${cookie}` });
  expect(answer.status).toBe(401);
  await page.goto(site.tenant("acme", "/members"));
  await expect(whyOver(page)).toContainText("your staff session ended");
});

test("a visit to one tenant opens no other", async ({ page, site, signedIn }) => {
  await signedIn("kim");
  await impersonate(page, site, ROD, "Trying the door of another tenant");
  const cookie = await visitCookie(page, site, "acme");
  const answer = await get(site.tenant("lumen", "/api/tenant/users"), { cookie: `${VISIT_COOKIE}=${cookie}` });
  expect(answer.status).toBe(401);
  await endImpersonation(page);
});

test("a sixth visit at once is refused", async ({ page, site, signedIn, watch }) => {
  watch.expectStatus(409);
  const sol = await signedIn("sol");
  const statuses = await page.evaluate(async () => {
    const statuses = [];
    for (let number = 1; number <= 6; number += 1) {
      const response = await fetch("/api/admin/tenants/acme/impersonate", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ reason: `Counting visits, number ${number}` }),
      });
      const body = await response.json();
      statuses.push(`${response.status} ${body.error?.code ?? body.mode}`);
    }
    return statuses;
  });
  expect(statuses).toEqual([...Array(5).fill("201 read_only"), "409 IMPERSONATION_LIMIT"]);
  // The dialog says so, and has nothing to send.
  await openUsers(page, site, "acme");
  const row = userRow(page, ROD.email);
  await row.hover();
  await row.getByRole("button", { name: "Impersonate" }).click();
  await expect(dialog(page).getByRole("alert")).toBeVisible();
  await expect(dialog(page).getByRole("button", { name: "Start impersonation" })).toHaveCount(0);
  await sol.goes("/");
  await sol.signOut();
});

test("at zero the page leaves the tenant by itself", async ({ page, site, signedIn }) => {
  test.setTimeout(120_000);
  await signedIn("rob");
  await visitFor(page, site, "acme", 60);
  await page.waitForURL(site.tenant("acme", "/visit/over"), { timeout: 75_000 });
  await expect(whyOver(page)).toContainText("its time was up");
});
