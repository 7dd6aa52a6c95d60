import { z } from 'zod';
import { FactoryError, type EcrPlan } from '../../model/index.ts';
import { EcrPlanFile } from './plan-schema.ts';

/** @param file as messages call it */
export function parsePlan(text: string, file: string): EcrPlan {
  const { success, data, error } = EcrPlanFile.safeParse(jsonOf(text));
  if (!success) {
    const problems = z.prettifyError(error).split('\n').slice(0, 5).join(' ');
    throw new FactoryError('USAGE', `cannot read the plan "${file}": ${problems}`, {
      hint: 'write it with `ingot ecr plan --output FILE`',
    });
  }
  return data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
