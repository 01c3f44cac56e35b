/** Credentials of the role in the environment, and what is missing. */
import { defaultProvider } from '../../../lambdas/runtime/lambda-credentials.ts';

const NAMES = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'] as const;
const before = { ...process.env };

afterEach(() => {
  process.env = { ...before };
});

const credentialsIn = (given: Partial<Record<(typeof NAMES)[number], string>>) => {
  for (const name of NAMES) delete process.env[name];
  Object.assign(process.env, given);
  return defaultProvider()();
};

test('a role → its key, and the token of its session', async () => {
  const given = { AWS_ACCESS_KEY_ID: 'ASIA', AWS_SECRET_ACCESS_KEY: 's', AWS_SESSION_TOKEN: 't' };
  expect(await credentialsIn(given)).toEqual({ accessKeyId: 'ASIA', secretAccessKey: 's', sessionToken: 't' });
});

test.each([[{}], [{ AWS_SESSION_TOKEN: '' }]])('a user of a local AWS, %j → no token', async (more) => {
  const given = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 's', ...more };
  expect(await credentialsIn(given)).toEqual({ accessKeyId: 'AKIA', secretAccessKey: 's' });
});

test('they change while the process lives → asked again, the new ones', async () => {
  const provider = defaultProvider();
  await credentialsIn({ AWS_ACCESS_KEY_ID: 'old', AWS_SECRET_ACCESS_KEY: 's' });
  process.env['AWS_ACCESS_KEY_ID'] = 'new';
  expect(await provider()).toMatchObject({ accessKeyId: 'new' });
});

test.each([
  [{}, 'AWS_ACCESS_KEY_ID is not set'],
  [{ AWS_ACCESS_KEY_ID: 'a' }, 'AWS_SECRET_ACCESS_KEY is not set'],
])('with %j only → fails, names what is missing', async (given, sentence) => {
  await expect(credentialsIn(given)).rejects.toThrow(sentence);
});
