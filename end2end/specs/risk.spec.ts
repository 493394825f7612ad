// Risk events: found, taken note of, and closed with a reason by whoever may; hidden from whoever may not look.

import { told } from "../support/flash";
import { refused, rows, search } from "../support/rooms";
import { expect, test } from "../support/test";

test("an open event is acknowledged, and closed only with a reason", async ({ page, signedIn }) => {
  const kim = await signedIn("kim");
  await kim.goes("/risk");
  await search(page, "Search risk events", "status:open");
  const first = rows(page, "Risk events").first();
  await first.getByRole("link").first().click();
  const about = page.getByRole("region", { name: "About this event" });
  await expect(about).toContainText("open");
  await page.getByRole("button", { name: "Acknowledge" }).click();
  await expect(told(page)).toBeVisible();
  await expect(about).toContainText("acknowledged");
  await page.getByRole("button", { name: "Resolve" }).click();
  const note = page.getByRole("textbox", { name: "Note" });
  await refused(note, /Say how it was dealt with/, "");
  await note.fill("Asked the person: a new laptop");
  await page.getByRole("button", { name: "Resolve" }).click();
  await expect(about).toContainText("resolved");
  await expect(page.getByText("Asked the person: a new laptop")).toBeVisible();
  await expect(page.getByRole("button", { name: "Resolve" })).toHaveCount(0);
});

test("who may not look at risks is told so", async ({ page, signedIn, watch }) => {
  watch.expectStatus(403);
  const rio = await signedIn("rio");
  await rio.goes("/risk");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Your role does not open this page");
  await expect(page.getByRole("navigation", { name: "Console" }).getByRole("link", { name: /Risk events/ })).toHaveCount(0);
});
