// The timeline's pictures: what is critical is seen without reading, and heard; all of them stand in one column.

import type { Page } from "@playwright/test";
import { entries, entry, searchAudit } from "../support/audit";
import { expect, test } from "../support/test";

const ISSUED = "reissued the enrollment token of niko";
const critical = (page: Page) => entries(page).getByRole("img", { name: "Critical" });

/** Where the pictures begin and how wide they are, each place once. */
const places = (page: Page) =>
  entries(page)
    .locator(".ic")
    .evaluateAll((boxes) => {
      const ends = boxes.map((box) => box.getBoundingClientRect()).map(({ left, width }) => `${left} ${width}`);
      return [...new Set(ends)];
    });

test("what is critical has a picture with a name", async ({ page, site, signedIn }) => {
  await signedIn("kim");
  await page.goto(site.staff("/audit"));
  await searchAudit(page, "action:admin.staff.*");
  const line = entry(page, ISSUED);
  await expect(line.getByRole("img", { name: "Critical" })).toBeVisible();
  await expect(line.getByText("critical", { exact: true }).first()).toBeVisible();
  await line.locator("summary").click();
  await expect(line.locator('dt:text-is("Marks") + dd')).toHaveText("critical");

  await searchAudit(page, "action:staff.sign_in");
  await expect(entries(page)).not.toHaveCount(0);
  await expect(critical(page)).toHaveCount(0);
});

test("it stands in the column of the others, wide and narrow", async ({ page, site, signedIn }) => {
  await signedIn("kim");
  await page.goto(site.staff("/audit?q=action:admin.staff.*"));
  await expect(critical(page)).not.toHaveCount(0);
  expect(await entries(page).count(), "others beside it").toBeGreaterThan(await critical(page).count());
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    expect(await places(page), `${width} px`).toHaveLength(1);
  }
});
