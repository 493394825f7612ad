// How every page looks, light and dark, wide and narrow. The pictures are in artefacts/ after a run.

import { openEntry } from "../support/audit";
import { boxes, chosenBar } from "../support/keys";
import { looksWell, type Theme } from "../support/looks";
import { endImpersonation } from "../support/portal";
import { dialog } from "../support/rooms";
import { chooseAtTheProvider } from "../support/staff";
import { expect, test } from "../support/test";
import { impersonate, openDialog, openUsers, users } from "../support/users";

const THEMES: Theme[] = ["light", "dark"];

for (const theme of THEMES) {
  test.describe(theme, () => {
    test.use({ colorScheme: theme });
    test.setTimeout(120_000);

    test("at the entrance", async ({ page, site, wasm }) => {
      const looks = (name: string) => looksWell(page, name, theme, wasm);
      await page.goto(site.staff("/sign-in"));
      await looks("sign-in");
      await page.getByRole("link", { name: "Sign in with Demo SSO" }).click();
      await expect(page.getByRole("button", { name: "Continue as kim" })).toBeVisible();
      await looks("provider");
      await page.goto(site.staff("/sign-in"));
      await chooseAtTheProvider(page, "kim");
      await expect(page.getByRole("button", { name: /passkey/ })).toBeVisible();
      await looks("passkey");
      await page.goto(site.provider("/mail"));
      await looks("mail");
      await page.goto(site.staff("/signed-out"));
      await looks("signed-out");
    });

    test("in the console", async ({ page, site, wasm, signedIn }) => {
      const looks = (name: string) => looksWell(page, name, theme, wasm);
      const kim = await signedIn("kim");
      await looks("overview");
      await kim.goes("/users");
      await looks("users-unchosen");
      await openUsers(page, site, "acme");
      await looks("users");
      await openDialog(page, "rod@acme.com");
      await looks("impersonate");
      await kim.goes("/users?tenant=acme&q=zzzzzz");
      await looks("users-nobody");
      await kim.goes("/audit");
      await looks("audit");
      await openEntry(page, "signed in");
      await looks("audit-opened");
    });

    test("in the rooms of sessions", async ({ page, site, wasm, signedIn }) => {
      const looks = (name: string) => looksWell(page, name, theme, wasm);
      const kim = await signedIn("kim");
      await impersonate(page, site, { tenant: "acme", email: "rod@acme.com" });
      await kim.goes("/sessions");
      await looks("sessions");
      await page.getByRole("link", { name: /^Revoke/ }).first().click();
      await page.waitForURL(/revoke=/);
      await looks("sessions-revoke");
      await kim.goes("/sessions");
      await page.getByRole("table").getByRole("link", { name: /Chrome on/ }).first().click();
      await looks("sessions-one");
      await kim.goes("/sessions?tenant=acme");
      await looks("sessions-people");
      await kim.goes("/sessions?q=zzzzzz");
      await looks("sessions-nothing");
    });

    test("in the rooms of visits and of the system", async ({ page, site, wasm, signedIn }) => {
      const looks = (name: string) => looksWell(page, name, theme, wasm);
      const kim = await signedIn("kim");
      await impersonate(page, site, { tenant: "acme", email: "rod@acme.com" });
      await kim.goes("/impersonations");
      await looks("visits");
      await page.getByRole("table", { name: "Past visits" }).getByRole("link").first().click();
      await page.waitForURL(/imp_/);
      await looks("visit");
      await kim.goes("/system");
      await looks("system");
    });

    test("in the rooms of roles and policies", async ({ page, wasm, signedIn }) => {
      const looks = (name: string) => looksWell(page, name, theme, wasm);
      const kim = await signedIn("kim");
      await kim.goes("/roles");
      await looks("roles");
      await kim.goes("/roles?action=session.revoke");
      await looks("roles-who-can");
      await kim.goes("/roles?action=tenant.suspend&target=nowhere");
      await looks("roles-wrong");
      await kim.goes("/policies");
      await looks("policies");
      await kim.goes("/policies?show=support&role=support&action=tenant.suspend&target=acme&address=203.0.113.9&identity=workforce&factor=passkey&factor_age=30&session=live&max_age=5");
      await looks("policies-simulated");
      await kim.goes("/identity-providers");
      await looks("providers");
      await kim.goes("/identity-providers?act=add");
      await looks("providers-add");
      await kim.goes("/identity-providers");
      await page.getByRole("link", { name: /Demo SSO/ }).click();
      await looks("providers-one");
    });

    test("in the rooms of tenants", async ({ page, wasm, signedIn }) => {
      const looks = (name: string) => looksWell(page, name, theme, wasm);
      const kim = await signedIn("kim");
      await kim.goes("/tenants");
      await looks("tenants");
      await kim.goes("/tenants/acme");
      await looks("tenant");
      await kim.goes("/tenants/acme?tab=visits");
      await looks("tenant-visits");
      await kim.goes("/tenants/acme?act=suspend");
      await looks("tenant-suspend");
      await kim.goes("/alerts");
      await looks("alerts");
      await kim.goes("/risk");
      await looks("risk");
      await page.getByRole("table", { name: "Risk events" }).getByRole("link").first().click();
      await looks("risk-one");
      await kim.goes("/staff");
      await looks("staff");
      await kim.goes("/staff?act=invite");
      await looks("staff-invite");
      await kim.goes("/staff?q=nobody-is-called-so");
      await looks("staff-nobody");
      await kim.goes("/network");
      await looks("network");
      await kim.goes("/network?act=add");
      await looks("network-add");
      await kim.goes("/network?act=add&step=preview&name=vpn-berlin&kind=vpn&range=198.51.100.0%2F24");
      await looks("network-preview");
      await dialog(page).getByLabel("Why").fill("The office in Berlin has moved");
      await dialog(page).getByRole("button", { name: "Try it" }).click();
      await looks("network-trial");
      await page.getByRole("button", { name: "Roll back" }).click();
      await kim.goes("/staff?q=jess");
      await page.getByRole("link", { name: /Jess Park/ }).click();
      await looks("staff-one");
      await page.getByRole("link", { name: "Change" }).click();
      await looks("staff-change");
    });

    test("in the rooms of people", async ({ page, site, wasm, signedIn }) => {
      const looks = (name: string) => looksWell(page, name, theme, wasm);
      await signedIn("kim");
      await openUsers(page, site, "acme");
      await boxes(page).nth(0).check();
      await boxes(page).nth(1).check();
      await looks("users-chosen");
      await chosenBar(page).getByRole("button", { name: "Revoke sessions" }).click();
      await page.waitForURL(/users\/revoke/);
      await looks("users-revoke");
      await openUsers(page, site, "acme");
      await users(page).getByRole("link", { name: /Val Marsh/ }).click();
      await page.waitForURL(/usr_/);
      await looks("person");
    });

    test("on the way to somewhere", async ({ page, wasm, signedIn }) => {
      const looks = (name: string) => looksWell(page, name, theme, wasm);
      const kim = await signedIn("kim");
      await kim.goes("/go");
      await looks("go");
      await kim.goes("/go?q=nothing-like-this");
      await looks("go-nothing");
    });

    test("inside a tenant", async ({ page, site, wasm, signedIn }) => {
      const looks = (name: string) => looksWell(page, name, theme, wasm);
      const kim = await signedIn("kim");
      await impersonate(page, site, { tenant: "acme", email: "rod@acme.com" });
      await page.goto(site.tenant("acme", "/members"));
      await looks("portal-members");
      await page.goto(site.tenant("acme", "/audit"));
      await looks("portal-audit");
      await kim.goes("/");
      await looks("overview-inside");
      await page.goto(site.tenant("acme", "/members"));
      await endImpersonation(page);
      await looks("visit-over");
    });

    test("at closed doors", async ({ page, wasm, signedIn, watch }) => {
      const looks = (name: string) => looksWell(page, name, theme, wasm);
      watch.expectStatus(403);
      watch.expectStatus(404);
      const rio = await signedIn("rio");
      await rio.goes("/users?tenant=acme");
      await looks("forbidden");
      await rio.goes("/nothing");
      await expect(page.getByRole("heading", { name: "Nothing here" })).toBeVisible();
      await looks("not-found");
    });
  });
}
