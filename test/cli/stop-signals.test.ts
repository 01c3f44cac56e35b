/** How a command that runs until it is stopped is stopped: as a process under a shell, as npm starts it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const WAITING = `
  import { untilStopped } from './cli/stop-signals.ts';
  const alive = setInterval(() => {}, 1000);
  const stopped = untilStopped();
  console.log('pid ' + process.pid);
  await stopped;
  clearInterval(alive);
  console.log('stopped');
`;

interface Waiting {
  readonly shell: ChildProcess;
  readonly pid: number;
  readonly out: () => string;
  /** Every stream is closed: the program has ended too, not only its shell. */
  readonly closed: Promise<unknown>;
}

/** The second command keeps the shell from becoming the program. */
const start = (environment: NodeJS.ProcessEnv): Promise<Waiting> =>
  new Promise((resolve) => {
    const shell = spawn('sh', ['-c', '"$NODE" --import tsx --input-type=module -e "$PROGRAM"; true'], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'], NODE: process.execPath, PROGRAM: WAITING, ...environment },
    });
    const closed = new Promise((done) => shell.once('close', done));
    let out = '';
    shell.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      const pid = /pid (\d+)/.exec(out)?.[1];
      if (pid !== undefined) resolve({ shell, pid: Number(pid), out: () => out, closed });
    });
  });

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s, twice → stopped, and not ended by the second',
  async (signal) => {
    const { pid, out, closed } = await start({});
    process.kill(pid, signal);
    process.kill(pid, signal);
    await closed;
    expect(out()).toMatch(/stopped\n$/);
  },
);

test('the shell of npm is killed → stopped', async () => {
  const { shell, out, closed } = await start({ npm_lifecycle_event: 'start' });
  shell.kill('SIGKILL');
  await closed;
  expect(out()).toMatch(/stopped\n$/);
});

test('a shell that is not npm’s is killed → it goes on, as with nohup', async () => {
  const { shell, pid, out, closed } = await start({});
  shell.kill('SIGKILL');
  await new Promise((resolve) => setTimeout(resolve, 3000));
  expect(out()).not.toContain('stopped');
  process.kill(pid, 'SIGTERM');
  await closed;
});
