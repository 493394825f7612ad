// The addresses of a running demo (spec 08, "Program").

export class Site {
  constructor(readonly port: number) {}

  /** An address of the staff console. */
  staff(path = "/"): string {
    return `http://admin.localhost:${this.port}${path}`;
  }

  /** An address of a tenant's portal. */
  tenant(slug: string, path = "/"): string {
    return `http://${slug}.app.localhost:${this.port}${path}`;
  }

  /** An address of the demo's identity provider. */
  provider(path = "/"): string {
    return `http://idp.localhost:${this.port}${path}`;
  }
}
