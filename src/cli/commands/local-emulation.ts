import { foreignPlatform } from '../../host/host-platform.ts';
import { FactoryError } from '../../model/index.ts';
import { askYesNo } from '../ask.ts';
import type { CommandContext } from '../context.ts';
import type { HostEmulation, LocalServices } from '../factory.ts';

/** What is there is used as it is; a registration changes the whole host, so somebody has to agree. */
export async function startEmulation(
  services: LocalServices,
  isAgreed: boolean,
  context: CommandContext,
): Promise<HostEmulation> {
  const present = await services.findEmulation();
  if (present !== undefined) {
    return present;
  }
  if (!isAgreed) {
    await agree(context);
  }
  const added = await services.addEmulation();
  // said at once: what fails after it leaves the kernel changed
  const message = `registered ${added.name} with this host's kernel`;
  context.emit({ kind: 'notice', level: 'info', message });
  return added;
}

async function agree(context: CommandContext): Promise<void> {
  const platform = foreignPlatform();
  const answer = await askYesNo(
    `Register QEMU with this host's kernel? Every program for ${platform} then runs here, in containers and ` +
      'outside of them, until `ingot local stop` or a reboot.',
    context,
  );
  if (answer === undefined) {
    throw new FactoryError(
      'USAGE',
      `cannot register an emulator for ${platform}: expected a terminal to ask on, or --yes, got neither`,
      { hint: "it changes this host's kernel until `ingot local stop` or a reboot: add --yes to agree" },
    );
  }
  if (!answer) {
    throw new FactoryError('CANCELLED', `cannot register an emulator for ${platform}: you did not agree`, {
      hint: 'without it images for other platforms are built, but never tested, and so never published',
    });
  }
}

/** What runs which programs, and for how long. */
export function emulationText({ platform, name, interpreter, isOurs }: HostEmulation): string {
  const whose = isOurs ? 'until `ingot local stop` or a reboot' : 'registered by another program, left alone';
  return `${platform} by ${name} (${interpreter}), ${whose}`;
}
