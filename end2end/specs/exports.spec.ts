// Exports and columns: links and forms, so with and without WebAssembly.

import { auditLines, downloaded } from "../support/files";
import { boxes, chosenBar } from "../support/keys";
import { expect, test } from "../support/test";
import { emails, openUsers, searchUsers, users } from "../support/users";

test.beforeEach(async ({ signedIn }) => {
  await signedIn("kim");
});

test("the filtered people arrive as a table", async ({ page, site }) => {
  await openUsers(page, site, "acme");
  await searchUsers(page, "role:owner,admin");
  const listed = await emails(page);
  await page.locator("summary", { hasText: `Export ${listed.length}` }).click();
  const file = await downloaded(page, () => page.getByRole("link", { name: "As CSV" }).click());
  expect(file.name).toMatch(/^stagedoor-acme-users-\d{8}T\d{6}Z\.csv$/);
  const lines = file.text.split("\r\n").slice(0, -1);
  expect(lines[0]).toBe("id,name,email,role,status,last_seen_at,factors,risk");
  expect(lines.slice(1).map((line) => line.split(",")[2])).toEqual(listed);
});

test("the chosen arrive, and nobody else", async ({ page, site }) => {
  await openUsers(page, site, "acme");
  const listed = await emails(page);
  await expect(chosenBar(page)).toBeHidden();
  await boxes(page).nth(1).check();
  await boxes(page).nth(3).check();
  await expect(chosenBar(page)).toBeVisible();
  const act = () => chosenBar(page).getByRole("button", { name: "Export JSON Lines" }).click();
  const { text } = await downloaded(page, act);
  const [head, ...rows] = text.trim().split("\n").map((line) => JSON.parse(line));
  expect(head.manifest.rows).toBe(2);
  expect(rows.map((row) => row.email)).toEqual([listed[1], listed[3]]);
});

test("the audit log arrives with its manifest, and the export is in it", async ({ page, site }) => {
  await page.goto(site.staff("/audit?q=action:staff.sign_in"));
  await page.locator("summary", { hasText: /^\s*Export/ }).click();
  const file = await downloaded(page, () => page.getByRole("link", { name: "As JSON Lines" }).click());
  const { manifest, rows, end } = auditLines(file.text);
  expect(end).toContain("stagedoor export v1\n");
  expect(manifest.proof.checkpoint).toContain("admin.localhost/audit/platform\n");
  expect(manifest).toMatchObject({ export: "audit", query: "action:staff.sign_in", rows: rows.length, complete: true });
  expect(new Set(rows.map((row) => row.action))).toEqual(new Set(["staff.sign_in"]));
  await page.goto(site.staff("/audit?q=action:admin.audit.export"));
  await expect(page.getByText("exported the audit log").first()).toBeVisible();
});

test("columns are chosen, linked and remembered", async ({ page, site }) => {
  const heads = () => users(page).locator("thead th:visible").allInnerTexts();
  const choose = async (button: string) => {
    await page.getByRole("button", { name: button }).click();
    await expect(users(page)).toBeVisible();
  };
  await openUsers(page, site, "acme");
  await page.locator("summary", { hasText: "Columns" }).click();
  await expect(page.getByRole("checkbox", { name: "User", exact: true })).toBeDisabled();
  await page.getByRole("checkbox", { name: "Factors" }).uncheck();
  await page.getByRole("checkbox", { name: "ID", exact: true }).check();
  await choose("Show these");
  await expect(page).toHaveURL(/cols=user%2Crole%2Cseen%2Cstatus%2Crisk%2Cid/);
  expect((await heads()).map((head) => head.trim())).toEqual(expect.arrayContaining(["User", "Role", "ID"]));
  await expect(users(page).getByRole("columnheader", { name: "Factors" })).toHaveCount(0);
  await page.getByRole("link", { name: "Next 50" }).click();
  await expect(users(page).locator("tbody")).toContainText("usr_");
  await page.goto(site.staff("/users?tenant=lumen"));
  await expect(users(page).getByRole("columnheader", { name: "ID" })).toBeVisible();
  await page.goto(site.staff("/users?tenant=acme&cols=user,risk"));
  await expect(users(page).getByRole("columnheader", { name: "Role" })).toHaveCount(0);
  await page.locator("summary", { hasText: "Columns" }).click();
  await choose("Usual ones");
  await expect(page).toHaveURL(site.staff("/users?tenant=acme"));
  await expect(users(page).getByRole("columnheader", { name: "Factors" })).toBeVisible();
});

test("the audit log's columns, too", async ({ page, site }) => {
  await page.goto(site.staff("/audit"));
  await expect(page.getByRole("img", { name: /^Guardrails\. / }).nth(1)).toBeVisible();
  await page.locator("summary", { hasText: "Columns" }).click();
  await page.getByRole("checkbox", { name: "Guardrails" }).uncheck();
  await page.getByRole("checkbox", { name: "From" }).check();
  await page.getByRole("button", { name: "Show these" }).click();
  await expect(page).toHaveURL(/cols=event%2Cfrom%2Clabels/);
  await expect(page.locator("summary.ev").first()).toContainText("127.0.0.1");
  await expect(page.locator("summary.ev").getByRole("img", { name: /^Guardrails/ })).toHaveCount(0);
});

test("everything is found on a page of its own", async ({ page, site }) => {
  await page.goto(site.staff("/go?q=lum"));
  await page.getByRole("main").getByRole("link", { name: "Lumen" }).click();
  await expect(page).toHaveURL(site.staff("/tenants/lumen"));
  await page.goto(site.staff("/go?q=dark"));
  await page.getByRole("main").getByRole("button", { name: "Dark theme" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.goto(site.staff("/go?q=nothing-like-this"));
  await expect(page.getByRole("heading", { name: "Nothing of that name" })).toBeVisible();
});
