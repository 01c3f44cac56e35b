/** Environment variables at the start: what is missing is told, all at once. */
import { commonVariables, endpointOf, wakingVariables } from '../../../lambdas/runtime/variables.ts';
import type { ClusterEntry } from '../../../lambdas/settings/settings.ts';

const entry = (name: string, network?: string): ClusterEntry => ({
  name,
  find: { name },
  sample: network === undefined ? { from: 'push' } : { from: 'scrape', url: 'http://{primary}:9495/metrics', network },
  policy: {},
});

const CLUSTERS = [entry('a'), entry('b', 'vpc'), entry('c', 'vpc')];
const QUEUES = { '-': 'https://sqs.eu-central-1.amazonaws.com/1/ticks', vpc: 'http://127.0.0.1:4566/1/ticks-vpc' };
const SOUND = { TABLE_NAME: 'state', AWS_REGION: 'eu-central-1', TICK_QUEUE_URLS: JSON.stringify(QUEUES) };

test('all are there → as they are', () => {
  expect(wakingVariables(SOUND, CLUSTERS)).toEqual({ table: 'state', region: 'eu-central-1', tickQueues: QUEUES });
  expect(commonVariables(SOUND)).toEqual({ table: 'state', region: 'eu-central-1' });
});

test('a function that wakes nobody → needs no queues', () => {
  expect(commonVariables({ ...SOUND, TICK_QUEUE_URLS: undefined })).toMatchObject({ table: 'state' });
});

const faultOf = (variables: Record<string, string | undefined>): string => {
  try {
    wakingVariables(variables, CLUSTERS);
    return 'none';
  } catch (error) {
    return (error as Error).message;
  }
};

test('none is there → all are named', () => {
  const fault = faultOf({});
  for (const name of ['TABLE_NAME', 'AWS_REGION', 'TICK_QUEUE_URLS']) {
    expect(fault).toContain(`the environment variable ${name} is not set`);
  }
  expect(fault).toMatch(/^the function cannot start: .*deploy again$/);
});

test.each([
  ['no queue of a network', JSON.stringify({ '-': QUEUES['-'] }), 'TICK_QUEUE_URLS has no queue for the network vpc'],
  ['no queue outside any network', JSON.stringify({ vpc: QUEUES.vpc }), 'has no queue for the network -'],
  ['no JSON', '{"-":', 'is {"-":, expected {"-": "https://…"'],
  ['a list', '["https://q"]', 'is ["https://q"], expected'],
  ['an address that is none', '{"-":"ticks"}', 'is {"-":"ticks"}, expected'],
  ['nothing', '', 'TICK_QUEUE_URLS is not set'],
])('the queues have %s → told', (_, text, sentence) => {
  expect(faultOf({ ...SOUND, TICK_QUEUE_URLS: text })).toContain(sentence);
});

test('a table and a network are missing → both are told', () => {
  const fault = faultOf({ ...SOUND, TABLE_NAME: '', TICK_QUEUE_URLS: JSON.stringify({ '-': QUEUES['-'] }) });
  expect(fault).toMatch(/TABLE_NAME is not set; TICK_QUEUE_URLS has no queue for the network vpc/);
});

test.each([
  [{}, undefined],
  [{ AWS_ENDPOINT_URL: '' }, undefined],
  [{ AWS_ENDPOINT_URL: 'http://all' }, 'http://all'],
  [{ AWS_ENDPOINT_URL: 'http://all', AWS_ENDPOINT_URL_EC2: 'http://ec2' }, 'http://ec2'],
  [{ AWS_ENDPOINT_URL: 'http://all', AWS_ENDPOINT_URL_SQS: 'http://sqs' }, 'http://all'],
])('EC2 with %j → %s', (variables, expected) => {
  expect(endpointOf(variables, 'EC2')).toBe(expected);
});
