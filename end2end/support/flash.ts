// The message that is shown once, after a form was sent.

import type { Locator, Page } from "@playwright/test";

/**
 * What the last form did. Pages have other elements of the role: the bar of people who are chosen is one of them, and is
 * there until the stylesheet is.
 */
export const told = (page: Page): Locator => page.getByRole("status").and(page.locator(".flash"));
