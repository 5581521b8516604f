/** What the figures were measured on, and how quiet it was. */

import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';

export interface Machine {
  readonly cores: number;
  readonly model: string;
  readonly memoryBytes: number;
  readonly kernel: string;
}

export function thisMachine(): Machine {
  return {
    cores: cpus().length,
    model: cpus()[0]?.model.trim() ?? '',
    memoryBytes: totalmem(),
    kernel: `${process.platform} ${release()}`,
  };
}

/** Time of all cores together since the start of the machine, in ticks. */
export interface CpuTicks {
  readonly busy: number;
  readonly total: number;
  /** Taken by other guests of a virtual machine's host. */
  readonly stolen: number;
}

/** The first line of /proc/stat, as proc(5) describes it; null when it is something else. */
export function parseCpuTicks(stat: string): CpuTicks | null {
  const fields = /^cpu +([\d ]+)/.exec(stat)?.[1]?.split(' ').map(Number);
  if (!fields || fields.length < 8) return null;
  const [user = 0, nice = 0, system = 0, idle = 0, ioWait = 0, irq = 0, softIrq = 0, stolen = 0] = fields;
  const busy = user + nice + system + irq + softIrq;
  return { busy, total: busy + idle + ioWait + stolen, stolen };
}

export function readCpuTicks(): CpuTicks | null {
  try {
    return parseCpuTicks(readFileSync('/proc/stat', 'utf8'));
  } catch {
    return null;
  }
}

/** Runnable processes, averaged over the last minute; above 0.5 the machine has something else to do. */
export const QUIET_LOAD = 0.5;

export function loadOfLastMinute(): number {
  return loadavg()[0] ?? 0;
}

/** Shares, in [0, 1], between two readings; null when there is nothing to read. */
export function stolenShare(before: CpuTicks | null, after: CpuTicks | null): number | null {
  if (!before || !after || after.total === before.total) return null;
  return (after.stolen - before.stolen) / (after.total - before.total);
}
