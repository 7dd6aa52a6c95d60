import { brief } from './aws-text.ts';

/** What AWS did not say, as far as it is known. */
export interface DeniedCall {
  readonly action: string;
  /** ARN. */
  readonly resource?: string;
}

/** Which permission is missing, on what, and how to find out why. */
export interface Denial {
  readonly reason: string;
  readonly hint: string;
}

/** "User: A is not authorized to perform: B on resource: C because D" */
const DENIED =
  /^User: (?<who>\S+) is not authorized to perform: (?<action>[\w:-]+)(?: on resource: (?<resource>\S+))?(?: (?<why>because .+|with an explicit deny.*))?/;

/** Whose token it is, and which role it is for, STS does not say. */
const NOT_TRUSTED = /^Not authorized to perform:? (?<action>sts:\w+)/i;

export function denialOf(said: string, call: DeniedCall): Denial {
  const told = toldBy(said, call);
  return {
    reason: reasonOf(told),
    hint: told.action.startsWith('sts:') ? trustHint(told) : policyHint(told),
  };
}

interface Told {
  readonly who?: string | undefined;
  readonly action: string;
  readonly resource?: string | undefined;
  readonly why?: string | undefined;
}

/** That AWS has said something else than what is read here must not be lost. */
function unread(said: string): string | undefined {
  return said === '' ? undefined : `: AWS says ${JSON.stringify(brief(said))}`;
}

function toldBy(said: string, call: DeniedCall): Told {
  const { action } = NOT_TRUSTED.exec(said)?.groups ?? {};
  if (action !== undefined) {
    return { action };
  }
  const found = DENIED.exec(said)?.groups;
  if (found === undefined) {
    return { ...call, why: unread(said) };
  }
  const { who, action: denied = call.action, resource = call.resource, why } = found;
  return { who, action: denied, resource, why: why === undefined ? undefined : ` ${brief(why)}` };
}

function reasonOf({ who, action, resource, why = '' }: Told): string {
  const subject = who === undefined ? 'these credentials' : `"${who}"`;
  const object = resource === undefined ? '' : ` on "${resource}"`;
  return `${subject} may not ${action}${object}${why}`;
}

function trustHint({ action }: Told): string {
  return action === 'sts:AssumeRoleWithWebIdentity'
    ? "compare the token's sub and aud with the trust policy of the role, letter by letter: trust/*.json of `ingot ecr policies`"
    : 'see that the trust policy of the role names who asks, and that who asks is allowed to';
}

function policyHint({ who = 'PRINCIPAL', action, resource, why = '' }: Told): string {
  if (resource === undefined) {
    return `allow ${action} to the role that ingot works with`;
  }
  const way = why.includes('VPC endpoint policy') ? ['--endpoint'] : [];
  const command = ['ingot', 'ecr', 'explain', shellWord(who), action, shellWord(resource), ...way].join(' ');
  return `\`${command}\` says which statement decides`;
}

/** The resource may be `*`, which a shell takes for the files of a folder. */
function shellWord(text: string): string {
  return /^[\w:/.@+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
