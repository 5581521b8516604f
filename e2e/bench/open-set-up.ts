/** A set-up that is running: a browser with the measured page in it, and what watches that page. */

import type { Observer } from './observer.ts';
import {
  familyOf,
  mayRenderPages,
  type ProcessInfo,
  ROLES,
  type Role,
  readMainThreadTimes,
  readProcesses,
  roleOf,
  type ThreadTimes,
} from './processes.ts';
import type { SetUp } from './set-ups.ts';
import type { Measured, Task } from './traffic/task.ts';
import type { Traffic } from './traffic/traffic.ts';

export type ByRole = Readonly<Record<Role, number>>;
export type CpuByRole = ByRole;

export interface OpenSetUp {
  readonly setUp: SetUp;
  readonly browserVersion: string;
  run(task: Task): Promise<Measured>;
  /** CPU time so far, in milliseconds, of the browser's processes by what they do; null where it cannot be had. */
  cpu(): CpuByRole | null;
  /** Resident memory, likewise. */
  rssBytes(): ByRole | null;
  /** Of the measured page's main thread, so far; null where it cannot be had. */
  pageThread(): ThreadTimes | null;
  /** Where the set-up records. */
  readonly observer: Observer | null;
  close(): Promise<void>;
}

export interface SetUpContext {
  readonly traffic: Traffic;
  /** Folder of the unpacked extension for this browser. */
  readonly extensionDir: string;
  readonly headless: boolean;
}

/** The browser's processes, once it is known which one is which. */
export interface BrowserProcesses {
  cpu(): CpuByRole | null;
  rssBytes(): ByRole | null;
  pageThread(): ThreadTimes | null;
}

/** How long the page keeps its process busy at a time, so that it can be told from the others. */
export const SPIN_MS = 300;
const MAX_SPINS = 40;

/** `pagePid`: of the process that renders the measured page; null when it is not known. */
export function watchProcesses(rootPid: number, pagePid: number | null): BrowserProcesses {
  function sumByRole(of: (process: ProcessInfo) => number): ByRole | null {
    const family = familyOf(rootPid, readProcesses());
    if (family.length === 0) return null;
    const total = Object.fromEntries(ROLES.map((role) => [role, 0])) as Record<Role, number>;
    for (const process of family) total[roleOf(process, rootPid, pagePid)] += of(process);
    return total;
  }
  return {
    cpu: () => sumByRole(({ cpuMs }) => cpuMs),
    rssBytes: () => sumByRole(({ rssBytes }) => rssBytes),
    pageThread: () => (pagePid === null ? null : readMainThreadTimes(pagePid)),
  };
}

/**
 * The process that computes when the page does; `spin` lets the page compute for SPIN_MS. Asked until one stands out by
 * far: others may still be starting, and on a busy machine the page gets little of its time.
 */
export async function findBusyProcess(rootPid: number, spin: () => Promise<unknown>): Promise<number | null> {
  const gainsMs = new Map<number, number>();
  for (let spins = 0; spins < MAX_SPINS; spins++) {
    const before = renderers(rootPid);
    await spin();
    for (const [pid, cpuMs] of renderers(rootPid)) {
      const start = before.get(pid);
      if (start !== undefined) gainsMs.set(pid, (gainsMs.get(pid) ?? 0) + cpuMs - start);
    }
    const [first, second] = [...gainsMs].sort(([, a], [, b]) => b - a);
    if (first && first[1] >= SPIN_MS / 2 && first[1] > 3 * (second?.[1] ?? 0)) return first[0];
  }
  return null;
}

function renderers(rootPid: number): ReadonlyMap<number, number> {
  const family = familyOf(rootPid, readProcesses());
  return new Map(family.filter(mayRenderPages).map(({ pid, cpuMs }) => [pid, cpuMs]));
}

export function minus(after: CpuByRole, before: CpuByRole): CpuByRole {
  return Object.fromEntries(ROLES.map((role) => [role, after[role] - before[role]])) as CpuByRole;
}

/** Child processes of this one, to tell which of them is the browser that was just launched. */
export function ownChildren(): readonly number[] {
  return readProcesses()
    .filter(({ parentPid }) => parentPid === process.pid)
    .map(({ pid }) => pid);
}
