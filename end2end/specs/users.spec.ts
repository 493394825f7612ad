// The Users page: one tenant's directory, its state in the address.

import { expect, test } from "../support/test";
import { emails, openUsers, searchUsers, users } from "../support/users";

test.beforeEach(async ({ signedIn }) => {
  await signedIn("kim");
});

test("a tenant is chosen first, and every link keeps it", async ({ page, site }) => {
  await page.goto(site.staff("/users"));
  await expect(page.getByRole("heading", { name: "Choose a tenant" })).toBeVisible();
  await page.getByRole("main").getByRole("link", { name: "Acme" }).click();
  await expect(users(page)).toBeVisible();
  await page.getByRole("navigation", { name: "Console" }).getByRole("link", { name: "Audit log" }).click();
  await expect(page).toHaveURL(site.staff("/audit?tenant=acme"));
});

test("the next pages hold everybody once", async ({ page, site }) => {
  await openUsers(page, site, "acme");
  const seen = await emails(page);
  for (let first = 51; first <= 142; first += 50) {
    await page.getByRole("link", { name: "Next 50" }).click();
    await expect(page.getByText(`${first}–${Math.min(first + 49, 142)} of 142`)).toBeVisible();
    seen.push(...(await emails(page)));
  }
  expect(new Set(seen).size).toBe(142);
  expect(seen.length).toBe(142);
  await page.getByRole("link", { name: "First page" }).click();
  await expect(page.getByText("1–50 of 142")).toBeVisible();
});

test("the table sorts by its headers, and says how it is sorted", async ({ page, site }) => {
  await openUsers(page, site, "acme");
  await page.getByRole("columnheader", { name: "User" }).getByRole("link").click();
  await expect(page.getByRole("columnheader", { name: "User" })).toHaveAttribute("aria-sort", "ascending");
  const names = await users(page).locator("tbody tr td:nth-child(2) b").allInnerTexts();
  const folded = names.map((name) => name.toLowerCase());
  expect(folded).toEqual([...folded].sort());
  await page.getByRole("columnheader", { name: "Last seen" }).getByRole("link").click();
  await expect(page.getByRole("columnheader", { name: "Last seen" })).toHaveAttribute("aria-sort", "descending");
  const times = users(page).locator("tbody time");
  const seen = await times.evaluateAll((all) => all.map((time) => (time as HTMLTimeElement).dateTime));
  expect(seen.length).toBeGreaterThan(10);
  expect(seen).toEqual([...seen].sort().reverse());
});

test("filters become chips that can be taken away", async ({ page, site }) => {
  await openUsers(page, site, "acme");
  await searchUsers(page, "status:revoked");
  expect(await emails(page)).toContain("former@acme.com");
  for (const status of await users(page).locator("tbody tr td:nth-child(5)").allInnerTexts()) {
    expect(status).toContain("revoked");
  }
  await page.getByRole("link", { name: /^Remove filter/ }).click();
  await expect(page.getByText("1–50 of 142")).toBeVisible();
});

test("nobody found, and a query that cannot be read, say what to do", async ({ page, site }) => {
  await openUsers(page, site, "acme");
  await page.goto(site.staff("/users?tenant=acme&q=zzzzzz"));
  await expect(page.getByRole("heading", { name: "Nobody matches" })).toBeVisible();
  await page.getByRole("link", { name: "Clear the search" }).click();
  await expect(page.getByText("1–50 of 142")).toBeVisible();
  await page.goto(site.staff("/users?tenant=acme&q=colour:red"));
  await expect(page.getByRole("alert")).toContainText("colour");
  await expect(page.getByRole("searchbox", { name: "Search users" })).toHaveAttribute("aria-invalid", "true");
});

test("only active people can be impersonated", async ({ page, site }) => {
  await page.goto(site.staff("/users?tenant=acme&q=former@acme.com"));
  await expect(users(page)).toContainText("former@acme.com");
  await expect(page.getByRole("button", { name: "Impersonate" })).toHaveCount(0);
});

test("the theme is chosen in the session menu, and kept", async ({ page, site }) => {
  const root = page.locator("html");
  for (const [name, theme] of [["Dark", "dark"], ["Light", "light"]]) {
    await page.locator("summary", { hasText: "Session:" }).click();
    await page.getByRole("group", { name: "Theme" }).getByRole("button", { name }).click();
    await expect(root).toHaveAttribute("data-theme", theme);
    await page.goto(site.staff("/audit"));
    await expect(root).toHaveAttribute("data-theme", theme);
  }
});

test("the keyboard reaches the content first, and then everything", async ({ page, site }) => {
  await openUsers(page, site, "acme");
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to main content" });
  await expect(skip).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
});
