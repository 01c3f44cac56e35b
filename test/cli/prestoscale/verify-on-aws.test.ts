import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultPolicy } from '../../../lambdas/core/policy/parse.ts';
import { DEFAULT_KNOBS } from '../../../simulator/world/knobs.ts';

const page = readFileSync(join(__dirname, '../../../docs/verify-on-aws.md'), 'utf8');

/** Names in the page such as `scaleIn.holdSeconds`. */
const namesOf = (sections: string): readonly string[] => [
  ...new Set([...page.matchAll(new RegExp(`\`((?:${sections})\\.\\w+)\``, 'g'))].map(([, name]) => String(name))),
];

const has = (root: object, path: string): boolean => {
  const [section = '', key = ''] = path.split('.');
  return Object.hasOwn((root as Record<string, object>)[section] ?? {}, key);
};

describe('docs/verify-on-aws.md', () => {
  test('every knob of the world that it names exists', () => {
    const names = namesOf('fleet|engine');
    expect(names.length).toBeGreaterThan(12);
    expect(names.filter((name) => !has(DEFAULT_KNOBS, name))).toEqual([]);
  });

  test('every field of a policy that it names exists; vouchedGraceSeconds has no default', () => {
    const names = namesOf('scaleIn|resize|markets|capacity|demand').filter(
      (name) => !name.endsWith('vouchedGraceSeconds'),
    );
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => !has(defaultPolicy(), name))).toEqual([]);
  });
});
