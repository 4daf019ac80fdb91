import type { RequestView } from './request-view.js';

/** The mode of a request as rules/system/evaluate.pl reads it. @param decimal a number's text, with a decimal point */
export function requestSetting(
  { mode, floor, pending }: RequestView,
  decimal: (value: number) => string,
): string {
  if (mode === 'all') return `all(${decimal(pending ?? floor)})`;
  return mode === 'plain' || pending === undefined ? mode : `${mode}(${decimal(pending)})`;
}
