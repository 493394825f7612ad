// The staff entrance: light, without WebAssembly, and closed to whoever cannot prove who they are.

import { chooseAtTheProvider } from "../support/staff";
import { expect, test } from "../support/test";
import { weigh } from "../support/weight";

test("the entrance is light, needs no WebAssembly, and shows the six guardrails", async ({ page, site }) => {
  const weight = await weigh(page, site.staff("/sign-in"), async () => {
    await expect(page.getByRole("link", { name: "Sign in with Demo SSO" })).toBeVisible();
  });
  expect(weight.files.filter((file) => file.includes(".wasm"))).toEqual([]);
  expect(weight.bytes, weight.files.join("\n")).toBeLessThanOrEqual(15_000);
  await expect(page.getByRole("list", { name: "Guardrails" }).getByRole("listitem")).toHaveCount(6);
});

test("the passkey step needs no WebAssembly either", async ({ page, site }) => {
  await page.goto(site.staff("/sign-in"));
  await chooseAtTheProvider(page, "rob");
  await expect(page.getByRole("button", { name: /passkey/ })).toBeVisible();
  const weight = await weigh(page, site.staff("/sign-in"), async () => {
    await expect(page.getByRole("button", { name: /passkey/ })).toBeEnabled();
  });
  expect(weight.files.filter((file) => file.includes(".wasm"))).toEqual([]);
  expect(weight.bytes, weight.files.join("\n")).toBeLessThanOrEqual(15_000);
});

test("every page of the console leads a stranger to the entrance", async ({ page, site }) => {
  for (const path of ["/", "/users?tenant=acme", "/audit", "/nothing"]) {
    await page.goto(site.staff(path));
    await expect(page).toHaveURL(site.staff("/sign-in"));
  }
});

test("who signed out is out, also with a copy of the cookie", async ({ page, context, site, signedIn }) => {
  const kim = await signedIn("kim");
  const cookies = await context.cookies(site.staff());
  await kim.signOut();
  await context.addCookies(cookies);
  await page.goto(site.staff("/"));
  await expect(page).toHaveURL(site.staff("/sign-in"));
});

test("a passkey that does not verify its user opens nothing", async ({ page, site, signedIn }) => {
  const ada = await signedIn("ada");
  await ada.signOut();
  await ada.throughTheProvider();
  await ada.cannotProveItself();
  await page.getByRole("button", { name: "Use passkey" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await page.goto(site.staff("/"));
  await expect(page).toHaveURL(site.staff("/sign-in"));
});


test("a callback that nobody asked for opens nothing", async ({ page, site, watch }) => {
  watch.expectStatus(401);
  await page.goto(site.staff("/sign-in/callback?code=abc&state=def"));
  await expect(page.getByRole("alert")).toContainText("Start again");
  await page.goto(site.staff("/"));
  await expect(page).toHaveURL(site.staff("/sign-in"));
});

test("the provider's own pages say what they are", async ({ page, site }) => {
  await page.goto(site.provider("/"));
  await expect(page.getByRole("heading", { name: "Demo SSO" })).toBeVisible();
  await page.getByRole("link", { name: "Mail that would be sent" }).click();
  await expect(page.getByRole("heading", { name: "Mail that would be sent" })).toBeVisible();
  await expect(page).toHaveURL(site.provider("/mail"));
});
