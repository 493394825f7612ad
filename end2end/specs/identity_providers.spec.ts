// Identity providers: a real one of another maker is added, tested and trusted, and somebody enrols through it; what is wrong
// is said at its field, and who may only look is offered nothing.

import { Authenticator, Keyring } from "../support/authenticator";
import { told } from "../support/flash";
import { RealProvider, signInThere } from "../support/real_provider";
import { dialog, rows } from "../support/rooms";
import { Staff, openSessionMenu } from "../support/staff";
import { expect, test } from "../support/test";

test("somebody enrols through a provider that was added, tested and trusted", async ({ page, untouched: site, browser }) => {
  test.setTimeout(120_000);
  const provider = await RealProvider.start(site.staff("").replace(/\/$/, ""));
  const kim = new Staff(page, site, "kim", new Keyring());
  await kim.signIn();
  await kim.goes("/identity-providers");
  await expect(rows(page, "Identity providers").first()).toContainText("trusted");
  await page.getByRole("link", { name: "Add provider" }).click();
  await dialog(page).getByLabel("Name on the sign-in page").fill("Second SSO");
  await dialog(page).getByLabel("Issuer").fill("login.example.com");
  await dialog(page).getByLabel("Client id").fill("console");
  await dialog(page).getByLabel("E-mail domains").fill("acme-corp.example");
  await dialog(page).getByLabel("Client secret").fill("of-the-console-alone");
  await dialog(page).getByLabel("Why").fill("The other office has its own");
  await dialog(page).getByRole("button", { name: "Add provider" }).click();
  await expect(dialog(page).getByLabel("Issuer")).toHaveAccessibleDescription(/exactly as the provider names itself/);
  await dialog(page).getByLabel("Issuer").fill(provider.issuer);
  await dialog(page).getByLabel("Client secret").fill("of-the-console-alone");
  await dialog(page).getByRole("button", { name: "Add provider" }).click();
  await expect(told(page)).toContainText("Second SSO was added.");
  await page.getByRole("button", { name: "Test the connection" }).click();
  await expect(told(page)).toContainText("The connection to Second SSO works.");
  await page.getByRole("link", { name: "Trust", exact: true }).click();
  await dialog(page).getByLabel("Why").fill("Its connection was tested");
  await dialog(page).getByRole("button", { name: "Trust" }).click();
  await expect(told(page)).toContainText("Second SSO: the change is on trial.");
  await expect(page.getByRole("heading", { name: "On trial" })).toBeVisible();
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(told(page)).toContainText("The change is confirmed, and stays.");

  await kim.goes("/staff?act=invite");
  await dialog(page).getByLabel("Address at the identity provider").fill("zoe@acme-corp.example");
  await dialog(page).getByLabel("Name", { exact: true }).fill("Zoe Brandt");
  await dialog(page).getByLabel(/^Why/).fill("Joins the other office");
  await dialog(page).getByLabel(/I made sure who this is/).check();
  await dialog(page).getByRole("button", { name: "Invite" }).click();
  const token = await page.getByRole("textbox", { name: "Enrollment token" }).inputValue();

  // The provider's own pages are not ours to watch.
  const context = await browser.newContext();
  await context.route(/googleapis/, (route) => route.abort());
  const hers = await context.newPage();
  await Authenticator.plugIn(hers);
  await hers.goto(site.staff("/sign-in"));
  await hers.getByRole("link", { name: "Sign in with Second SSO" }).click();
  await signInThere(hers, "zoe");
  await expect(hers).toHaveURL(site.staff("/enrollment"));
  await hers.getByRole("textbox", { name: "Enrollment token" }).fill(token);
  await hers.getByRole("button", { name: "Enroll" }).click();
  await hers.getByRole("button", { name: "Register a passkey" }).click();
  await hers.getByRole("textbox", { name: "Backup contact" }).fill("zoe@home.example");
  await hers.getByRole("button", { name: "Acknowledge and go on" }).click();
  await expect(hers).toHaveURL(site.staff("/"));

  // She signs out there, and is out here with her very next request.
  const there = await context.newPage();
  await there.goto(`${provider.issuer}/session/end`);
  await there.getByRole("button", { name: /sign me out/i }).click();
  await expect(there.getByText(/sign-out success/i)).toBeVisible();
  await hers.goto(site.staff("/"));
  await expect(hers).toHaveURL(/\/sign-in/);
  await hers.getByRole("link", { name: "Sign in with Second SSO" }).click();
  await signInThere(hers, "zoe");
  await hers.getByRole("button", { name: "Use passkey" }).click();
  await expect(hers).toHaveURL(site.staff("/"));
  await openSessionMenu(hers);
  await hers.getByRole("button", { name: "Sign out" }).click();
  await hers.getByRole("button", { name: /sign me out/i }).click();
  await expect(hers.getByRole("heading", { name: "Signed out" })).toBeVisible();
  await context.close();
  await provider.stop();
});

test("security looks at providers and is offered nothing", async ({ page, signedIn }) => {
  const sasha = await signedIn("sasha");
  await sasha.goes("/identity-providers");
  await rows(page, "Identity providers").getByRole("link", { name: /Demo SSO/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Demo SSO" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Change" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Test the connection" })).toHaveCount(0);
  await page.getByLabel("Claims of a token, as JSON").fill('{"sub":"1","email":"zoe@evil.example","email_verified":true}');
  await page.getByRole("button", { name: "Try them" }).click();
  await expect(told(page)).toContainText("not_workforce");
});

test("support is told which guardrail keeps providers closed", async ({ page, site, signedIn, watch }) => {
  watch.expectStatus(403);
  await signedIn("jess");
  const answer = await page.goto(site.staff("/identity-providers"));
  expect(answer?.status()).toBe(403);
  await expect(page.getByText("Role guardrail")).toBeVisible();
});
