/** Tests against real servers, which take minutes: `npm run e2e:engines`. @type {import('jest').Config} */
module.exports = {
  ...require('./jest.config.cjs'),
  testMatch: ['<rootDir>/test/e2e/**/*.e2e.ts'],
  // A bound for what hangs: an engine needs up to a minute to start on a busy machine.
  testTimeout: 420_000,
  testSequencer: '<rootDir>/test/e2e/sequencer.cjs',
  reporters: [['default', { summaryThreshold: 0 }]],
};
