/** A marker on its way: the sign of life first, then every queue. */
import { passMarker } from '../../../lambdas/app/mark.ts';
import { epochSeconds } from '../../../lambdas/core/quantities.ts';
import type { WakeUp } from '../../../lambdas/ports/wakeups.ts';
import { FakeMarkers } from '../../fakes/markers.ts';
import { NOON } from '../core/builders.ts';

const clock = { now: () => epochSeconds(NOON) };

test('a marker → a sign of life of route, and one wake-up at once for each queue, each with the marker', async () => {
  const markers = new FakeMarkers();
  const sent: WakeUp[] = [];
  const wakeUps = { send: async (some: readonly WakeUp[]) => void sent.push(...some) };
  await passMarker({ clock, markers, wakeUps }, 'nonce', ['a', 'c']);
  expect([...markers.left]).toEqual([['route', { at: NOON, marker: 'nonce' }]]);
  expect(sent).toEqual([
    { cluster: 'a', slot: NOON, marker: 'nonce' },
    { cluster: 'c', slot: NOON, marker: 'nonce' },
  ]);
});

test('the queue fails → the way so far is known, and the event is tried again', async () => {
  const markers = new FakeMarkers();
  const wakeUps = { send: () => Promise.reject(new Error('the queue is gone')) };
  await expect(passMarker({ clock, markers, wakeUps }, 'nonce', ['a'])).rejects.toThrow('the queue is gone');
  expect(markers.left.has('route')).toBe(true);
});
