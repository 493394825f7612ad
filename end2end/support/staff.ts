// A member of staff at the entrance and in the console's frame.

import { type Page, expect } from "@playwright/test";
import { Authenticator, type Keyring } from "./authenticator";
import type { Site } from "./site";

/** The demo's staff (spec 08). */
export type Person = "kim" | "ada" | "sol" | "jess" | "rob" | "sasha" | "rio" | "niko";

export class Staff {
  private authenticator?: Authenticator;

  constructor(
    readonly page: Page,
    readonly site: Site,
    readonly person: Person,
    private readonly keyring: Keyring,
  ) {}

  /** From the entrance to the Overview, with a passkey that is registered the first time and used afterwards. */
  async signIn(): Promise<void> {
    await this.throughTheProvider();
    await this.withPasskey(this.keyring.has(this.person) ? "Use passkey" : "Register a passkey");
  }

  /** From the entrance to the passkey step. */
  async throughTheProvider(): Promise<void> {
    this.authenticator ??= await Authenticator.plugIn(this.page, this.keyring.of(this.person));
    await this.page.goto(this.site.staff("/sign-in"));
    await chooseAtTheProvider(this.page, this.person);
  }

  /** The passkey step, to the Overview. */
  async withPasskey(step: "Register a passkey" | "Use passkey"): Promise<void> {
    await this.page.getByRole("button", { name: step }).click();
    await expect(this.page).toHaveURL(this.site.staff("/"));
    this.keyring.keep(this.person, await this.authenticator!.passkeys());
  }

  /** From now on the person holds another key, with nothing on it. */
  async takesAnotherKey(makes: "bound" | "synced" = "bound"): Promise<void> {
    await this.authenticator!.unplug();
    this.authenticator = await Authenticator.plugIn(this.page, [], makes);
  }

  /** The person fails the authenticator's user verification from now on. */
  async cannotProveItself(): Promise<void> {
    await this.authenticator!.refuseTheUser();
  }

  async signOut(): Promise<void> {
    await openSessionMenu(this.page);
    await this.page.getByRole("button", { name: "Sign out" }).click();
    await expect(this.page.getByRole("heading", { name: "Signed out" })).toBeVisible();
  }

  /** Opens a page of the console. */
  async goes(path: string): Promise<void> {
    await this.page.goto(this.site.staff(path));
  }
}

/** "Sign in with Demo SSO", and the person's button there. */
export async function chooseAtTheProvider(page: Page, person: Person): Promise<void> {
  await page.getByRole("link", { name: "Sign in with Demo SSO" }).click();
  await page.getByRole("button", { name: `Continue as ${person}` }).click();
}

export async function openSessionMenu(page: Page): Promise<void> {
  await page.locator("summary", { hasText: "Session:" }).click();
}
