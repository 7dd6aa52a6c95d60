import { defineConfig } from 'vitest/config';

const shared = { restoreMocks: true, mockReset: true, unstubEnvs: true, sequence: { shuffle: true } };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          // otherwise vitest keeps one core for itself, which is half of two
          maxWorkers: '100%',
          // generous, because two files at once keep both cores busy
          testTimeout: 30_000,
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.itg.test.ts'],
        },
      },
      {
        test: {
          ...shared,
          name: 'integration',
          include: ['test/integration/**/*.itg.test.ts'],
          fileParallelism: false,
          // a first dev image takes a minute or two, and several on a busy machine
          testTimeout: 900_000,
          hookTimeout: 900_000,
          sequence: { shuffle: false },
        },
      },
    ],
  },
});
