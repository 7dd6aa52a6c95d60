import { platformOfHost } from '../host/host-platform.ts';
import { FactoryError, type Platform } from '../model/index.ts';
import type { FactoryRequest } from './factory.ts';

/** The local target builds what can run here; an index for others never has a platform missing. */
export function platformsOf(
  { target, catalog }: FactoryRequest,
  asked?: readonly Platform[],
): readonly Platform[] {
  if (target.kind === 'local') {
    return asked ?? [platformOfHost()];
  }
  if (asked !== undefined) {
    throw new FactoryError(
      'USAGE',
      `cannot publish some platforms only to "${target.name}": expected no --platform, got ${asked.join(', ')}`,
      {
        hint: 'an index with a platform missing breaks whoever runs on it: leave --platform out',
      },
    );
  }
  return [...new Set(catalog.entries.flatMap((entry) => entry.platforms))];
}
