// The program under test: `stagedoor demo` with a data folder of its own, ended and cleaned up afterwards.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Site } from "./site";

export const PROGRAM = process.env.STAGEDOOR_PROGRAM ?? join(__dirname, "../../target/debug/stagedoor");
const START_TIMEOUT_MS = 60_000;

export class Program {
  private said = "";

  private constructor(
    readonly site: Site,
    private readonly child: ChildProcess,
    readonly data: string,
  ) {}

  /**
   * Starts a demo on a port, and returns when it answers. The port after it is taken by its metrics. Without a folder for
   * its data it gets a fresh one.
   */
  static async start(port: number, folder?: string): Promise<Program> {
    if (!existsSync(PROGRAM)) {
      throw new Error(`${PROGRAM} does not exist: run \`cargo xtask test browser\`, which builds it`);
    }
    const data = folder ?? (await mkdtemp(join(tmpdir(), "stagedoor-end2end-")));
    const child = spawn(PROGRAM, ["demo", "--port", String(port), "--data", data], {
      env: { ...process.env, RUST_BACKTRACE: "0" },
    });
    const program = new Program(new Site(port), child, data);
    try {
      await program.ready();
    } catch (error) {
      await program.stop();
      throw error;
    }
    return program;
  }

  /** Waits for the one line on standard output; what the program says on standard error explains why it never came. */
  private async ready(): Promise<void> {
    this.child.stderr?.on("data", (piece) => (this.said = `${this.said}${piece}`.slice(-20_000)));
    const lines = createInterface({ input: this.child.stdout! });
    const line = new Promise<void>((resolve) => {
      lines.on("line", (text) => text === `ready ${this.site.staff("")}` && resolve());
    });
    const gone = once(this.child, "exit").then(([code]) => {
      throw new Error(`the demo ended with ${code} before it was ready:\n${this.said}`);
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`the demo is not ready after a minute:\n${this.said}`)), START_TIMEOUT_MS);
    });
    gone.catch(() => {});
    try {
      await Promise.race([line, gone, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  get pid(): number {
    return this.child.pid!;
  }

  /** The end of what it wrote to standard error. */
  log(): string {
    return this.said;
  }

  /** Stops it. Its data go, unless they are kept. */
  async stop({ keep = false } = {}): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, "exit");
      this.child.kill("SIGTERM");
      await ended;
    }
    if (!keep) await rm(this.data, { recursive: true, force: true });
  }
}
