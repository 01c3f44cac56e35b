/** Processes of this machine, as `ps` tells them. */
import { execFileSync } from 'node:child_process';

export interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

const LINE = /^\s*(\d+)\s+(\d+)\s+(.*)$/;

const all = (): readonly Process[] =>
  execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => {
      const [, pid, parent, command = ''] = LINE.exec(line) ?? [];
      return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
    });

/** A process, its children, and theirs. */
export const familyOf = (pid: number): readonly Process[] => {
  const processes = all();
  const family = processes.filter((one) => one.pid === pid);
  for (const member of family) family.push(...processes.filter(({ parent }) => parent === member.pid));
  return family;
};

/** Those that still run; a number that was given to another program since is not one of them. */
export const stillRunning = (family: readonly Process[]): readonly Process[] => {
  const now = all();
  return family.filter(({ pid, command }) => now.some((one) => one.pid === pid && one.command === command));
};
