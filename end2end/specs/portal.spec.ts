// A tenant's own people at their entrance and inside: who comes in, who does not, what each role finds, and the way out.

import { entry } from "../support/audit";
import { auditLines, downloaded } from "../support/files";
import { told } from "../support/flash";
import { dialog } from "../support/rooms";
import { at, enter, knock, notLetIn, sidebar } from "../support/tenant";
import { expect, test } from "../support/test";

const ROOMS = ["Members", "Sessions", "Audit log", "Support access"];

test("a stranger is led to the entrance, and a wrong password opens nothing", async ({ page, site, watch }) => {
  watch.expectStatus(401);
  for (const path of ["/", "/members", "/support-access", "/nothing"]) {
    await page.goto(at(site, path));
    await expect(page).toHaveURL(at(site, "/sign-in"));
  }
  await expect(page.getByLabel("Email")).toBeFocused();
  await knock(page, site, "rod", "not the password");
  await notLetIn(page, site);
  await expect(page.getByLabel("Email")).toHaveValue("rod@acme.com");
  await expect(page.getByLabel("Password")).toHaveValue("");
  await expect(page.getByLabel("Password")).toBeFocused();
  await page.goto(at(site, "/members"));
  await expect(page).toHaveURL(at(site, "/sign-in"));
});

test("the owner comes in, finds every room open, and leaves for good", async ({ page, context, site }) => {
  await enter(page, site, "val");
  await expect(page.getByRole("main")).toContainText("You are signed in as val@acme.com, with the role owner.");
  await expect(page.getByRole("complementary")).toContainText("owner of Acme");
  for (const room of ROOMS) {
    await sidebar(page).getByRole("link", { name: room }).click();
    await expect(page.getByRole("heading", { level: 1, name: room })).toBeVisible();
    await expect(sidebar(page).getByRole("link", { name: room })).toHaveAttribute("aria-current", "page");
  }
  await page.goto(at(site, "/sign-in"));
  await expect(page, "who is inside has nothing to do at the entrance").toHaveURL(at(site, "/"));
  await page.goto(at(site, "/members"));
  const cookies = await context.cookies(at(site, "/"));
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL(at(site, "/sign-in"));
  await page.goBack();
  await expect(page, "what was seen is not shown again").toHaveURL(at(site, "/sign-in"));
  await expect(page.getByText("rod@acme.com")).toHaveCount(0);
  await context.addCookies(cookies);
  await page.goto(at(site, "/members"));
  await expect(page, "a copy of the cookie is worth nothing").toHaveURL(at(site, "/sign-in"));
});

test("five wrong passwords shut out the right one, too", async ({ page, untouched, watch }) => {
  watch.expectStatus(401);
  for (let times = 1; times <= 5; times += 1) {
    await knock(page, untouched, "val", `guess ${times}`);
    await notLetIn(page, untouched);
  }
  await expect(page.getByRole("alert")).toContainText("After several failures sign-in pauses for two minutes.");
  await knock(page, untouched, "val");
  await notLetIn(page, untouched);
  await enter(page, untouched, "rod");
  // What is told of a refused try is written within the second.
  await expect(async () => {
    await page.goto(at(untouched, "/audit?q=action:user.sign_in outcome:failed since:1h"));
    await expect(entry(page, "Somebody unknown tried to sign in as val@acme.com")).toBeVisible({ timeout: 1_000 });
  }).toPass();
});

test("who may little is told what is closed, and by which rule", async ({ page, site, watch }) => {
  watch.expectStatus(403);
  await enter(page, site, "lee");
  const main = page.getByRole("main");
  await expect(main).toContainText("In Acme only the roles owner and admin may see this; your role is billing-admin.");
  await expect(main.getByRole("link")).toHaveText(["Sessions"]);
  await expect(sidebar(page).getByRole("link")).toHaveText(["Sessions"]);
  for (const path of ["/members", "/audit", "/support-access"]) {
    expect((await page.goto(at(site, path)))?.status(), path).toBe(403);
    await expect(main).toContainText("your role is billing-admin");
    await expect(sidebar(page), "the way on stays").toBeVisible();
  }
  await page.getByRole("link", { name: "Back to Acme" }).click();
  await expect(page).toHaveURL(at(site, "/"));
});

test("what is not there says so inside the portal", async ({ page, site, watch }) => {
  watch.expectStatus(404);
  await enter(page, site, "rod");
  for (const path of ["/nothing", "/support-access/imp_01k9w000000000000000000010"]) {
    expect((await page.goto(at(site, path)))?.status(), path).toBe(404);
    await expect(page.getByRole("heading", { name: "Nothing here" })).toBeVisible();
    await expect(sidebar(page)).toBeVisible();
  }
});

for (const member of ["val", "rod"] as const) {
  test(`${member} takes the tenant's log away as a file, and the log says so`, async ({ page, site }) => {
    await enter(page, site, member);
    await page.goto(at(site, "/audit?q=action:user.sign_in since:1h"));
    const export_as = async (format: string) => {
      await page.locator("summary", { hasText: /^\s*Export \d+/ }).click();
      return downloaded(page, () => page.getByRole("link", { name: format }).click());
    };
    const lines = await export_as("As JSON Lines");
    const { manifest, rows, end } = auditLines(lines.text);
    expect(end).toContain("stagedoor export v1\n");
    expect(manifest).toMatchObject({ query: "action:user.sign_in since:1h", rows: rows.length, complete: true });
    expect(rows.length).toBeGreaterThan(0);
    expect(new Set(rows.map((row) => row.action))).toEqual(new Set(["user.sign_in"]));
    await page.reload();
    const table = await export_as("As CSV");
    expect(table.name).toMatch(/^stagedoor-.*\.csv$/);
    expect(table.text.split("\r\n")[0]).toContain("action");
    await page.goto(at(site, "/audit?q=action:export.audit since:1h"));
    await expect(entry(page, "exported the audit log")).toBeVisible();
  });
}

test("a suspended tenant's entrance says that nobody comes in", async ({ page, site, signedIn }) => {
  const kim = await signedIn("kim");
  await kim.goes("/tenants/dovetail");
  await page.getByRole("link", { name: "Suspend" }).click();
  await dialog(page).getByLabel("Reason").fill("Looking how its entrance tells it");
  await dialog(page).getByRole("button", { name: "Suspend Dovetail" }).click();
  await expect(told(page)).toContainText("Dovetail is suspended.");
  await page.goto(site.tenant("dovetail", "/members"));
  await expect(page).toHaveURL(site.tenant("dovetail", "/sign-in"));
  await expect(page.getByRole("alert")).toContainText("This organisation is suspended.");
  await expect(page.getByRole("button", { name: "Sign in" })).toHaveCount(0);
});
