// How every page of a tenant's portal looks, light and dark, wide and narrow. The pictures are in artefacts/ after a run.

import { told } from "../support/flash";
import { looksWell, type Theme } from "../support/looks";
import { at, choose, enter, here, knock, notLetIn, strip } from "../support/tenant";
import { expect, test } from "../support/test";
import { dialog, impersonate, lookUp } from "../support/users";

const THEMES: Theme[] = ["light", "dark"];
const WHY = "Looking how a visit looks";
const ROD = { tenant: "acme", email: "rod@acme.com" };

for (const theme of THEMES) {
  test.describe(theme, () => {
    test.use({ colorScheme: theme });
    test.setTimeout(180_000);

    test("at the tenant's entrance", async ({ page, site, wasm, watch }) => {
      watch.expectStatus(401);
      const looks = (name: string) => looksWell(page, name, theme, wasm);
      await page.goto(at(site, "/sign-in"));
      await looks("portal-sign-in");
      await knock(page, site, "lee", "not the password");
      await notLetIn(page, site);
      await looks("portal-sign-in-refused");
    });

    test("as the owner", async ({ page, site, wasm, watch }) => {
      watch.expectStatus(404);
      const looks = (name: string) => looksWell(page, name, theme, wasm);
      await enter(page, site, "val");
      await looks("portal-owner-home");
      for (const room of ["members", "sessions", "audit", "support-access"]) {
        await page.goto(at(site, `/${room}`));
        await looks(`portal-owner-${room}`);
      }
      await page.getByRole("radio", { name: "Until a date" }).check();
      await page.getByRole("button", { name: "Save the choice" }).click();
      await looks("portal-owner-support-access-refused");
      await page.goto(at(site, "/members?q=nobody-of-this-name"));
      await looks("portal-owner-members-nobody");
      await page.goto(at(site, "/nothing"));
      await looks("portal-owner-nothing");
    });

    test("as one who may little", async ({ page, site, wasm, watch }) => {
      watch.expectStatus(403);
      const looks = (name: string) => looksWell(page, name, theme, wasm);
      await enter(page, site, "lee");
      await looks("portal-lee-home");
      await page.goto(at(site, "/sessions"));
      await looks("portal-lee-sessions");
      await page.goto(at(site, "/members"));
      await looks("portal-lee-members");
    });

    test("from both sides of a visit", async ({ page, site, wasm, signedIn, anotherBrowser }) => {
      const val = await anotherBrowser();
      await enter(val, site, "val");
      await signedIn("kim");
      await impersonate(page, site, ROD, WHY);
      for (const room of ["sessions", "support-access"]) {
        await page.goto(at(site, `/${room}`));
        await looksWell(page, `portal-visitor-${room}`, theme, wasm);
      }
      await val.goto(at(site, "/audit"));
      await expect(strip(val, WHY)).toBeVisible();
      await looksWell(val, "portal-owner-audit-visited", theme, wasm);
      await val.goto(at(site, "/support-access"));
      await looksWell(val, "portal-owner-support-access-visited", theme, wasm);
      await here(val, WHY).getByRole("link", { name: "See the visit" }).click();
      await looksWell(val, "portal-owner-account", theme, wasm);
      await val.getByRole("button", { name: /^End now/ }).click();
      await expect(told(val)).toContainText("The visit has ended.");
      await looksWell(val, "portal-owner-account-ended", theme, wasm);
      await page.goto(at(site, "/members"));
      await looksWell(page, "portal-visitor-over", theme, wasm);
    });

    test("while a question waits", async ({ page, site, wasm, signedIn, anotherBrowser }) => {
      const val = await anotherBrowser();
      await enter(val, site, "val");
      await choose(val, site, "Ask each time");
      await signedIn("ada");
      // A refusal is told where it was asked for, and the other theme has asked already: each asks for somebody else.
      await lookUp(page, site, { tenant: "acme", email: theme === "light" ? "lee@acme.com" : "sam@acme.com" });
      await looksWell(page, "impersonate-ask", theme, wasm);
      await dialog(page).getByLabel("Reason").fill("Looking how a question looks");
      await dialog(page).getByRole("button", { name: "Ask the owner" }).click();
      await expect(dialog(page)).toContainText("Nothing has begun yet.");
      await looksWell(page, "impersonate-waiting", theme, wasm);
      await val.goto(at(site, "/support-access"));
      await looksWell(val, "portal-owner-asked", theme, wasm);
      await val.getByRole("button", { name: /^Deny the visit of/ }).first().click();
      await dialog(page).getByRole("link", { name: "Look again" }).click();
      await expect(dialog(page).getByRole("alert")).toContainText("refused this visit");
      await looksWell(page, "impersonate-refused", theme, wasm);
      await choose(val, site, "On");
    });
  });
}
