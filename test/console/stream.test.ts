/** Readers that are slower than the run. */
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { ConsoleUpdate } from '../../console/protocol.ts';
import { serveStream } from '../../console/stream.ts';
import { CONTROLS, FACTS, FakeBackend } from './fake-backend.ts';

const HEARTBEAT = 5000;

/** A response whose reader can stop taking. */
class SlowResponse extends EventEmitter {
  readonly written: string[] = [];
  full = false;

  writeHead(): this {
    return this;
  }

  write(text: string): boolean {
    this.written.push(text);
    return !this.full;
  }

  drain(): void {
    this.full = false;
    this.emit('drain');
  }

  /** What was written since it was last asked, by name. */
  take(): { name: string; data: ConsoleUpdate }[] {
    return this.written.splice(0).flatMap((text) => {
      const [, name, data] = /^event: (.*)\ndata: (.*)\n\n$/.exec(text) ?? [];
      return name === undefined || data === undefined ? [] : [{ name, data: JSON.parse(data) as ConsoleUpdate }];
    });
  }
}

let backend: FakeBackend;
let response: SlowResponse;

beforeEach(() => {
  jest.useFakeTimers();
  backend = new FakeBackend();
  response = new SlowResponse();
  serveStream(response as unknown as ServerResponse, backend, HEARTBEAT);
  response.take();
});

afterEach(() => {
  response.emit('close');
  jest.useRealTimers();
});

test('a reader that is behind by three updates → they come as one, in order, with the newest facts and controls', () => {
  response.full = true;
  backend.play(1);
  expect(response.take()).toHaveLength(1);
  backend.emit({ controls: { ...CONTROLS, speed: 1 }, facts: FACTS });
  backend.play(2);
  backend.emit({ controls: { ...CONTROLS, speed: 10 } });
  expect(response.take()).toEqual([]);
  response.drain();
  expect(response.take()).toEqual([
    {
      name: 'update',
      data: {
        points: backend.points.slice(1),
        decisions: backend.decisions.slice(1),
        events: [],
        story: [],
        controls: { ...CONTROLS, speed: 10 },
        facts: FACTS,
      },
    },
  ]);
});

test('a reader that is far behind → the whole state instead, and then it goes on', () => {
  response.full = true;
  backend.play(1);
  response.take();
  backend.play(1500);
  response.drain();
  expect(response.take()).toEqual([{ name: 'state', data: backend.state() }]);
  backend.play(1);
  expect(response.take()).toMatchObject([{ name: 'update', data: { points: backend.points.slice(-1) } }]);
});

test('a reader that is still behind after it has drained → the rest waits', () => {
  response.full = true;
  backend.play(2);
  response.take();
  response.emit('drain');
  expect(response.take()).toHaveLength(1);
  backend.play(1);
  expect(response.take()).toEqual([]);
  response.drain();
  expect(response.take()).toMatchObject([{ name: 'update', data: { points: backend.points.slice(-1) } }]);
});

test('heartbeats come at their time, but not to a reader that takes nothing', () => {
  jest.advanceTimersByTime(HEARTBEAT);
  expect(response.take()).toEqual([{ name: 'heartbeat', data: {} }]);
  response.full = true;
  backend.play(1);
  response.take();
  jest.advanceTimersByTime(10 * HEARTBEAT);
  expect(response.take()).toEqual([]);
});

test('a reader that is gone → no heartbeat, no subscription', () => {
  response.emit('close');
  expect(backend.listeners).toBe(0);
  expect(jest.getTimerCount()).toBe(0);
});
