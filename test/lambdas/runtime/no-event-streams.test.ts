import { readdirSync, readFileSync } from 'node:fs';
import * as instead from '../../../lambdas/runtime/no-event-streams.ts';

const packaged = new URL('../../../node_modules/@smithy/core/dist-es/', `file://${__filename}`);

test('whoever asks for a stream of events is told why there is none', () => {
  expect(() => instead.eventStreamSerdeProvider()).toThrow(/streams events/);
  expect(() => new instead.EventStreamSerde()).toThrow(/streams events/);
});

test('it has every name that the SDK takes from the package', () => {
  const file = readFileSync(new URL('submodules/protocols/HttpProtocol.js', packaged), 'utf8');
  const [, names = ''] = /const \{([^}]*)\} = await import\("@smithy\/core\/event-streams"\)/.exec(file) ?? [];
  expect(names.split(',').map((name) => name.trim())).toEqual(Object.keys(instead).toSorted());
});

test('nothing else of the SDK asks for the package at its start', () => {
  const files = readdirSync(packaged, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));
  const asking = files.filter((file) =>
    /^import .*"@smithy\/core\/event-streams"/m.test(readFileSync(new URL(file, packaged), 'utf8')),
  );
  expect(asking).toEqual([]);
});
