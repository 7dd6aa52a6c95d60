import { Command, InvalidArgumentError, Option } from 'commander';
import type { CommandContext } from '../context.ts';
import { chooseTarget } from '../open-catalog.ts';
import { targetOption } from '../options.ts';
import { shardOption, type Shard } from '../shard.ts';

interface ScheduleFlags {
  readonly target: string;
  readonly shard?: Shard;
  readonly listen: { readonly host: string; readonly port: number };
}

export function scheduleCommand(context: CommandContext): Command {
  return new Command('schedule')
    .description('run nightly as the catalog says, until it is stopped; early where a security fix came')
    .addOption(targetOption())
    .addOption(shardOption())
    .addOption(
      new Option('--listen <address>', 'where /healthz, /readyz and /metrics are served')
        .default({ host: '127.0.0.1', port: 9464 }, '127.0.0.1:9464')
        .argParser(parseAddress),
    )
    .action((flags: ScheduleFlags) => schedule(flags, context));
}

async function schedule({ target, shard, listen }: ScheduleFlags, context: CommandContext): Promise<void> {
  const { validateDetailed } = await import('node-cron');
  const { serveStatus } = await import('../../host/status-server.ts');
  const { takeScheduleLock } = await import('../../host/run-lock.ts');
  const { runSchedule } = await import('../../schedule/index.ts');
  const { assertCron, openSchedule } = await import('../open-schedule.ts');
  const catalog = await context.openCatalog();
  chooseTarget(catalog, target);
  assertCron(validateDetailed(catalog.schedule.cron));
  await using closing = new AsyncDisposableStack();
  const lock = await takeScheduleLock(context.cwd);
  closing.defer(() => lock.release());
  const share = shard && { shard: `${String(shard.index)}/${String(shard.count)}` };
  const deps = await openSchedule(catalog, { target, ...share }, context);
  const { metrics, log, signal } = deps;
  const served = await serveStatus(listen, {
    isReady: () => !signal.aborted,
    metrics: () => metrics.text(),
    metricsType: metrics.contentType,
  });
  closing.defer(() => served.close());
  log.info({ host: listen.host, port: served.port }, 'serving /healthz, /readyz and /metrics');
  await runSchedule(catalog.schedule, deps);
  log.info('stopped');
}

/** `127.0.0.1:9464`, `[::1]:9464`, or a port alone. */
function parseAddress(text: string): ScheduleFlags['listen'] {
  const { host = '127.0.0.1', port } =
    /^(?:\[?(?<host>[^\s[\]]+?)\]?:)?(?<port>\d{1,5})$/.exec(text)?.groups ?? {};
  if (port === undefined || Number(port) > 65_535) {
    throw new InvalidArgumentError(`expected a host and a port such as "0.0.0.0:9464", got "${text}"`);
  }
  return { host, port: Number(port) };
}
