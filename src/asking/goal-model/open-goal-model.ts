import { CorollaryError } from '../../errors.js';
import { ChatGoalProposer } from './chat-goal-proposer.js';
import type { GoalProposer } from './goal-proposer.js';

export interface GoalModelSettings {
  readonly goalModelUrl: string | undefined;
  readonly goalModel: string | undefined;
  readonly goalModelApiKey: string | undefined;
  readonly goalModelTimeoutMs: number;
}

/** Undefined where no model is set. Nothing is asked of it yet. @throws CorollaryError START_FAILED for a URL or key that cannot be used */
export function openGoalModel(settings: GoalModelSettings): GoalProposer | undefined {
  const {
    goalModelUrl: url,
    goalModel: model,
    goalModelApiKey: key,
    goalModelTimeoutMs: timeoutMs,
  } = settings;
  if (url === undefined || model === undefined) return undefined;
  try {
    return new ChatGoalProposer({ url, model, key, timeoutMs });
  } catch (error) {
    if (!(error instanceof CorollaryError)) throw error;
    throw new CorollaryError('START_FAILED', error.message, { setting: 'GOAL_MODEL_URL' });
  }
}
