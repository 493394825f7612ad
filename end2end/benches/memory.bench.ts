// What the release program takes (09-figures, "process"): resident memory with the demo's data, 60 s after one sign-in;
// the time from its start to the line "ready", with data that is there already; the size of the one file.

import { readFileSync, statSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROGRAM, Program } from "../support/program";
import { Keyring } from "../support/authenticator";
import { Staff } from "../support/staff";
import { test } from "../support/test";

const PORT = Number(process.env.STAGEDOOR_FIRST_PORT ?? 7217) + 40;
const STARTS = 15;
const REST_MS = 60_000;

/** A line of /proc/PID/status, in MiB. */
function mebibytes(pid: number, name: string): number {
  const line = readFileSync(`/proc/${pid}/status`, "utf8").split("\n").find((line) => line.startsWith(`${name}:`));
  return Number(line?.split(/\s+/)[1]) / 1024;
}

function median(figures: number[]): number {
  return [...figures].sort((a, b) => a - b)[Math.floor(figures.length / 2)];
}

test("what the process takes", async ({ page }) => {
  const data = await mkdtemp(join(tmpdir(), "stagedoor-memory-"));
  const seeding = await Program.start(PORT, data);
  await seeding.stop({ keep: true });

  const starts: number[] = [];
  for (let n = 0; n < STARTS; n++) {
    const before = performance.now();
    const program = await Program.start(PORT, data);
    starts.push(performance.now() - before);
    await program.stop({ keep: true });
  }

  const program = await Program.start(PORT, data);
  const atFirst = mebibytes(program.pid, "VmRSS");
  await new Staff(page, program.site, "kim", new Keyring()).signIn();
  const signedIn = mebibytes(program.pid, "VmRSS");
  await page.waitForTimeout(REST_MS);
  const rested = mebibytes(program.pid, "VmRSS");
  const peak = mebibytes(program.pid, "VmHWM");
  await page.close();
  await program.stop({ keep: true });
  await rm(data, { recursive: true, force: true });

  const figures = {
    binary_bytes: statSync(PROGRAM).size,
    ready_ms: { median: median(starts), most: Math.max(...starts), starts: STARTS },
    resident_mib: { at_ready: atFirst, after_sign_in: signedIn, after_60_s: rested, peak },
  };
  const told = [
    `binary            ${(figures.binary_bytes / 1e6).toFixed(1)} MB   (at most 40)`,
    `ready             ${figures.ready_ms.median.toFixed(0)} ms median of ${STARTS}, ${figures.ready_ms.most.toFixed(0)} ms at most   (at most 50)`,
    `resident          ${atFirst.toFixed(1)} MiB when ready, ${signedIn.toFixed(1)} after the sign-in, ${rested.toFixed(1)} a minute later   (at most 40)`,
    `resident, peak    ${peak.toFixed(1)} MiB`,
  ];
  console.log(told.join("\n"));
  if (process.env.STAGEDOOR_BENCH_JSON) writeFileSync(process.env.STAGEDOOR_BENCH_JSON, JSON.stringify(figures, null, 2));
});
