// A platform authenticator that verifies its user and is always touched in time, by Chromium's own WebAuthn domain.

import type { CDPSession, Page } from "@playwright/test";

const STAFF_RP_ID = "admin.localhost";
// A person's passkey counts on wherever they use it. What it was used for since it was kept is more than nothing, and a count
// that stands still would make it a copy.
const FURTHER_USES = 100;

/** A passkey as Chromium exports it, private key and counter included. */
export type Passkey = Awaited<ReturnType<Authenticator["passkeys"]>>[number];

export class Authenticator {
  private constructor(
    private readonly session: CDPSession,
    private readonly id: string,
  ) {}

  /** Gives a page an authenticator that holds these passkeys; what it makes stays on it, or can be synchronised. */
  static async plugIn(page: Page, passkeys: Passkey[] = [], makes: "bound" | "synced" = "bound"): Promise<Authenticator> {
    const session = await page.context().newCDPSession(page);
    await session.send("WebAuthn.enable");
    const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport: "internal",
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
        defaultBackupEligibility: makes === "synced",
      },
    });
    for (const passkey of passkeys) {
      // A passkey that is not discoverable does not export whom it is for.
      const credential = { ...passkey, rpId: STAFF_RP_ID, signCount: passkey.signCount + FURTHER_USES };
      await session.send("WebAuthn.addCredential", { authenticatorId, credential });
    }
    return new Authenticator(session, authenticatorId);
  }

  /** What it holds now. */
  async passkeys() {
    const { credentials } = await this.session.send("WebAuthn.getCredentials", { authenticatorId: this.id });
    return credentials;
  }

  /** Takes it away; the browser knows one of its kind at a time. */
  async unplug(): Promise<void> {
    await this.session.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId: this.id });
  }

  /** From now on the person does not pass the user verification. */
  async refuseTheUser(): Promise<void> {
    await this.session.send("WebAuthn.setUserVerified", { authenticatorId: this.id, isUserVerified: false });
  }
}

/** The passkeys of a server's staff, kept from one test to the next as a person keeps theirs. */
export class Keyring {
  private readonly kept = new Map<string, Passkey[]>();

  has(person: string): boolean {
    return this.kept.has(person);
  }

  of(person: string): Passkey[] {
    return this.kept.get(person) ?? [];
  }

  keep(person: string, passkeys: Passkey[]): void {
    this.kept.set(person, passkeys);
  }
}
