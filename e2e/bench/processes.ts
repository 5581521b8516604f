/**
 * What the operating system says of processes: their CPU time and memory, from /proc. Linux only; elsewhere there is
 * nothing to see, and the figures that are made of it are left out.
 */

import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessInfo {
  readonly pid: number;
  readonly parentPid: number;
  /** User and system time of all its threads, milliseconds. */
  readonly cpuMs: number;
  readonly rssBytes: number;
  /** The main thread's name: 15 characters at most. */
  readonly name: string;
  readonly command: string;
}

/** USER_HZ and the page size of every Linux that Node runs on by default. */
const MS_PER_TICK = 10;
const BYTES_PER_PAGE = 4096;

/** One process from the text of /proc/PID/stat and /proc/PID/cmdline; null when it is not what proc(5) says. */
export function parseProcess(stat: string, cmdline: string): ProcessInfo | null {
  const pid = Number.parseInt(stat, 10);
  // The name stands in parentheses and may hold spaces and parentheses itself.
  const nameEnd = stat.lastIndexOf(')');
  const fields = stat.slice(nameEnd + 2).split(' ');
  const [parentPid, user, system, pages] = [fields[1], fields[11], fields[12], fields[21]].map(Number);
  if (parentPid === undefined || user === undefined || system === undefined || pages === undefined) return null;
  if (![pid, parentPid, user, system, pages].every(Number.isFinite)) return null;
  return {
    pid,
    parentPid,
    cpuMs: (user + system) * MS_PER_TICK,
    rssBytes: pages * BYTES_PER_PAGE,
    name: stat.slice(stat.indexOf('(') + 1, nameEnd),
    command: cmdline.replaceAll('\0', ' ').trim(),
  };
}

/** All processes of this machine; empty where there is no /proc. */
export function readProcesses(): readonly ProcessInfo[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const info = parseProcess(
          readFileSync(`/proc/${name}/stat`, 'latin1'),
          readFileSync(`/proc/${name}/cmdline`, 'utf8'),
        );
        return info ? [info] : [];
      } catch {
        return []; // it ended meanwhile
      }
    });
}

/** What the scheduler says of a thread, milliseconds. */
export interface ThreadTimes {
  /** It ran. */
  readonly ranMs: number;
  /** It could have run, and every core was taken: what others cost it, not what it cost itself. */
  readonly waitedMs: number;
}

/** From the text of /proc/PID/task/TID/schedstat, as the kernel's scheduler/sched-stats describes it; null for anything else. */
export function parseThreadTimes(schedstat: string): ThreadTimes | null {
  const [, ran, waited] = /^(\d+) (\d+) \d+/.exec(schedstat) ?? [];
  return ran === undefined || waited === undefined
    ? null
    : { ranMs: Number(ran) / 1e6, waitedMs: Number(waited) / 1e6 };
}

/** So far, of the process's main thread; null where there is no such process or nothing is said of it. */
export function readMainThreadTimes(pid: number): ThreadTimes | null {
  try {
    return parseThreadTimes(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'latin1'));
  } catch {
    return null;
  }
}

/** The process `rootPid` and all that descend from it. */
export function familyOf(rootPid: number, all: readonly ProcessInfo[]): readonly ProcessInfo[] {
  const pids = new Set([rootPid]);
  // Parents may come after their children: pids wrap around.
  for (let before = 0; before !== pids.size; ) {
    before = pids.size;
    for (const { pid, parentPid } of all) if (pids.has(parentPid)) pids.add(pid);
  }
  return all.filter(({ pid }) => pids.has(pid));
}

export const ROLES = ['page', 'extension', 'devtools', 'network', 'browser', 'other'] as const;
export type Role = (typeof ROLES)[number];

/**
 * What a process of a browser does. `pagePid` is the one that renders the measured page; the other renderers that are
 * not the extension's are those of DevTools (and idle spares).
 */
export function roleOf(process: ProcessInfo, rootPid: number, pagePid: number | null): Role {
  const { pid } = process;
  if (pid === pagePid) return 'page';
  if (pid === rootPid) return 'browser';
  return SIGNS.find(({ matches }) => matches(process))?.role ?? 'other';
}

interface Sign {
  readonly role: Role;
  /** In the command line (Chromium), or the name (Firefox, whose content processes all have the same command). */
  readonly matches: (process: ProcessInfo) => boolean;
}

const SIGNS: readonly Sign[] = [
  // Of the browser's own window, as its address bar's pop-up.
  { role: 'other', matches: ({ command }) => command.includes('--top-chrome-webui') },
  { role: 'extension', matches: ({ command }) => /--type=renderer.*--extension-process/.test(command) },
  { role: 'devtools', matches: ({ command }) => command.includes('--type=renderer') },
  { role: 'network', matches: ({ command }) => command.includes('network.mojom.NetworkService') },
  { role: 'extension', matches: ({ name }) => name === 'WebExtensions' },
  { role: 'network', matches: ({ name }) => name === 'Socket Process' },
];

/** Whether the process may be one that renders ordinary pages. */
export function mayRenderPages(process: ProcessInfo): boolean {
  return /--type=renderer|-contentproc.* tab$/.test(process.command) && roleOf(process, 0, null) !== 'extension';
}
