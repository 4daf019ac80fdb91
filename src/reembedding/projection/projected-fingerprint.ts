import { createHash } from 'node:crypto';

/** The name of the space that a projection makes of another: both decide its vectors' numbers, and nothing else does. */
export function projectedFingerprint(base: string, projectionChecksum: string): string {
  return createHash('sha256')
    .update(JSON.stringify({ version: 1, base, projection: projectionChecksum }))
    .digest('hex');
}
