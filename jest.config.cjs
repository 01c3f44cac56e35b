/** @type {import('jest').Config} */
module.exports = {
  // Types are erased and modules become CommonJS: the quickest form that jest runs without flags.
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/(coverage|cdk\\.out|dist)/'],
  maxWorkers: 2,
  // A bound for what hangs, not a measure of speed: machines may be busy.
  testTimeout: 60_000,
  restoreMocks: true,
  watchman: false,
};
