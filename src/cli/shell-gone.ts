const EVERY_MS = 300;

/**
 * Resolves when the shell that npm runs scripts in is gone. npm passes SIGTERM on to that shell alone, which ends without
 * telling its child: the server would live on with nobody to stop it. Never resolves where npm did not start this.
 */
export function shellGone(environment: Readonly<Record<string, string | undefined>>): Promise<void> {
  if (environment.npm_lifecycle_event === undefined) return new Promise(() => undefined);
  const shell = process.ppid;
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (process.ppid === shell) return;
      clearInterval(timer);
      resolve();
    }, EVERY_MS);
    timer.unref();
  });
}
