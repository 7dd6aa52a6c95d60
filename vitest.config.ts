import { defineConfig } from 'vitest/config';

const shared = { restoreMocks: true, mockReset: true, unstubEnvs: true, sequence: { shuffle: true } };

const integration = {
  ...shared,
  // a first dev image takes a minute or two, and several on a busy machine
  testTimeout: 900_000,
  hookTimeout: 900_000,
  sequence: { shuffle: false },
};

/** These change what every process of the host meets: the emulators that its kernel knows, the local registry's port. */
const WHOLE_HOST = ['emulation', 'nightly', 'shards'].map((name) => `test/integration/${name}.itg.test.ts`);

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          // otherwise vitest keeps one core for itself, which is half of two
          maxWorkers: '100%',
          sequence: { ...shared.sequence, groupOrder: 0 },
          // generous, because two files at once keep both cores busy
          testTimeout: 30_000,
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.itg.test.ts'],
        },
      },
      {
        test: {
          ...integration,
          name: 'integration',
          include: ['test/integration/**/*.itg.test.ts'],
          exclude: WHOLE_HOST,
          // each has a machine's folders and an engine of its own, and waits for half of its time
          maxWorkers: 2,
          sequence: { ...integration.sequence, groupOrder: 1 },
        },
      },
      {
        test: {
          ...integration,
          name: 'whole-host',
          include: WHOLE_HOST,
          fileParallelism: false,
          sequence: { ...integration.sequence, groupOrder: 2 },
        },
      },
    ],
  },
});
