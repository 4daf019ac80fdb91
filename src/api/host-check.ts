import { isIP } from 'node:net';
import type { RequestHandler } from 'express';

/**
 * On a server for this machine only, requests that were meant for another name are refused: a web page can let its
 * own name point to 127.0.0.1 (DNS rebinding), and its scripts would then reach us as if they came from here.
 */
export function refuseForeignHosts(listeningOn: string): RequestHandler {
  if (!isLoopback(listeningOn)) return (_request, _response, next) => next();
  return (request, response, next) => {
    const name = request.hostname ?? '';
    if (isLoopback(name) || isIP(name.replace(/^\[|\]$/g, '')) !== 0) return next();
    response.status(403).json({
      errors: [
        { message: `This server is for this machine only, not for ${JSON.stringify(name)}: see HOST` },
      ],
    });
  };
}

/** A name or address that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|\[?::1\]?)$/i.test(host);
}
