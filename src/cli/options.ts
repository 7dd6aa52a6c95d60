import { InvalidArgumentError, Option } from 'commander';
import type { Platform } from '../model/index.ts';
import { PLATFORMS } from '../model/index.ts';
import { FAIL_ON, type FailOn } from './exit-code.ts';

export function targetOption(): Option {
  return new Option('--target <name>', 'registry to publish to, as named in the catalog').default('local');
}

/** Of commands that look at any image: ids of the catalog are looked up there. */
export function lookTargetOption(): Option {
  return new Option('--target <name>', 'where ids are looked up, as named in the catalog').default('local');
}

/** Images of others have platforms that nothing is built for here. */
export function lookPlatformOption(): Option {
  return new Option('--platform <platform>', "as linux/arm64; default: this host's, else the only one");
}

/** May be given again, or hold a list. */
export function platformOption(): Option {
  return new Option(
    '--platform <platform>',
    `build for this platform only: ${PLATFORMS.join(', ')} (may be repeated)`,
  ).argParser(addPlatforms);
}

export function lockedOption(): Option {
  return new Option('--locked', 'build exactly what locks/ says; see `ingot lock`');
}

export function failOnOption(): Option {
  return new Option('--fail-on <what>', 'which blocked images make the exit code 1')
    .choices(FAIL_ON)
    .default('new' satisfies FailOn);
}

/** Whose word is taken; the identity that some commands ask for beside it has options of its own. */
export function keyOption(): Option {
  return new Option('--key <file>', "public key, or KMS URI, of who signed; without it, the target's keys");
}

export function jsonOption(): Option {
  return new Option('--json', 'write JSON for machines');
}

function addPlatforms(text: string, before: readonly Platform[] = []): readonly Platform[] {
  const added = text.split(',').map((name) => {
    const platform = PLATFORMS.find((one) => one === name.trim());
    if (platform === undefined) {
      throw new InvalidArgumentError(`expected ${PLATFORMS.join(' or ')}, got "${name}"`);
    }
    return platform;
  });
  return [...new Set([...before, ...added])];
}
