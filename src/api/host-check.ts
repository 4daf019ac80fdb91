import { isIP } from 'node:net';
import type { RequestHandler } from 'express';

/**
 * On a server for this machine only, requests that were meant for another name are refused: a web page can let its
 * own name point to 127.0.0.1 (DNS rebinding), and its scripts would then reach us as if they came from here.
 */
export function refuseForeignHosts(listeningOn: string): RequestHandler {
  return (request, response, next) => {
    const name = request.hostname ?? '';
    if (!isForeignHost(listeningOn, name)) return next();
    response.status(403).json({
      errors: [
        { message: `This server is for this machine only, not for ${JSON.stringify(name)}: see HOST` },
      ],
    });
  };
}

/** A request for this name, without a port, is to be refused. */
export function isForeignHost(listeningOn: string, name: string): boolean {
  return isLoopback(listeningOn) && !isLoopback(name) && isIP(name.replace(/^\[|\]$/g, '')) === 0;
}

/** A name or address that only this machine reaches. */
export function isLoopback(host: string): boolean {
  return /^(localhost|.*\.localhost|127(\.\d+){3}|\[?::1\]?)$/i.test(host);
}
