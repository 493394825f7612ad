// Signing out reaches the provider and comes back; the provider's own sign-out ends the session by the next request.

import { expect, test } from "../support/test";

test("sign-out goes on to the provider and comes back", async ({ page, site, signedIn }) => {
  const sol = await signedIn("sol");
  const reached = page.waitForRequest((request) => request.url().startsWith(site.provider("/logout?")));
  await sol.signOut();
  await reached;
  await expect(page).toHaveURL(site.staff("/signed-out"));
  await expect(page.getByRole("link", { name: "Sign in again" })).toBeVisible();
});

test("the provider's own sign-out ends the session by the next request", async ({ page, site, signedIn }) => {
  const sol = await signedIn("sol");
  await sol.goes("/sessions");
  await expect(page.getByRole("heading", { name: "Sessions", level: 1 })).toBeVisible();
  await page.goto(site.provider("/"));
  await page.getByRole("button", { name: "Sign sol out everywhere" }).click();
  await expect(page.getByRole("heading", { name: "Signed out" })).toBeVisible();
  await page.goto(site.staff("/sessions"));
  await expect(page).toHaveURL(site.staff("/sign-in"));
});
