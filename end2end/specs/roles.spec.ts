// What a role does not have is not shown, and refused all the same.

import { entries } from "../support/audit";
import { expect, test } from "../support/test";
import { openUsers, userRow } from "../support/users";

test("rio, who may only read, gets no directory and no way to impersonate", async ({ page, site, signedIn, watch }) => {
  watch.expectStatus(403);
  await signedIn("rio");
  const navigation = page.getByRole("navigation", { name: "Console" });
  await expect(navigation.getByRole("link", { name: "Audit log" })).toBeVisible();
  await expect(navigation.getByRole("link", { name: "Users" })).toHaveCount(0);
  const answer = await page.goto(site.staff("/users?tenant=acme"));
  expect(answer?.status()).toBe(403);
  await expect(page.getByRole("heading", { name: "Your role does not open this page" })).toBeVisible();
  await expect(page.getByText("Role guardrail")).toBeVisible();
  await expect(page.getByRole("button", { name: "Impersonate" })).toHaveCount(0);
  const minted = await page.evaluate(async () => {
    const response = await fetch("/api/admin/tenants/acme/impersonate", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ reason: "Trying what I may not do" }),
    });
    return [response.status, (await response.json()).error.code];
  });
  expect(minted).toEqual([403, "FORBIDDEN"]);
});

test("kim sees that the audit log was read", async ({ page, site, signedIn }) => {
  await signedIn("kim");
  await page.goto(site.staff("/audit"));
  await page.goto(site.staff("/audit?q=action:admin.*"));
  await expect(entries(page).first()).toContainText("read the audit log");
});

test("jess sees no entry of administration", async ({ page, site, signedIn }) => {
  await signedIn("jess");
  await page.goto(site.staff("/audit"));
  expect(await entries(page).count()).toBeGreaterThan(0);
  await page.goto(site.staff("/audit?q=action:admin.*"));
  await expect(page.getByRole("heading", { name: "Nothing matches" })).toBeVisible();
  const items = await page.evaluate(async () => {
    const response = await fetch("/api/admin/audit-logs?q=action:admin.*");
    return (await response.json()).items.length;
  });
  expect(items).toBe(0);
});

test("jess may impersonate", async ({ page, site, signedIn }) => {
  await signedIn("jess");
  await openUsers(page, site, "acme");
  const row = userRow(page, "rod@acme.com");
  await row.hover();
  await expect(row.getByRole("button", { name: "Impersonate" })).toBeVisible();
});
