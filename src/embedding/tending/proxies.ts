import { Agent, Dispatcher, ProxyAgent } from 'undici';

export interface ProxySettings {
  /** For http and for https, as URLs. */
  readonly http?: string | undefined;
  readonly https?: string | undefined;
  /** Hosts that are reached directly: names or domains, with a port or not, between commas or blanks; `*` is all. */
  readonly none?: string | undefined;
}

/** Sends each request by the proxy of its scheme, or directly, also after a redirect. */
export class ProxiedAgent extends Dispatcher {
  readonly #direct: Agent;
  readonly #byScheme: ReadonlyMap<string, Dispatcher>;
  readonly #isDirect: (host: string, port: string) => boolean;

  /** @throws Error when a proxy's URL cannot be read */
  constructor({ http, https, none = '' }: ProxySettings, timeouts: Agent.Options) {
    super();
    this.#direct = new Agent(timeouts);
    this.#byScheme = new Map(
      [
        ['http:', http],
        ['https:', https],
      ].flatMap(([scheme, uri]): [string, Dispatcher][] =>
        uri === undefined ? [] : [[scheme!, new ProxyAgent({ ...timeouts, uri })]],
      ),
    );
    this.#isDirect = directHosts(none);
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandlers): boolean {
    const { protocol, hostname, port } = new URL(String(options.origin));
    const proxy = this.#isDirect(hostname, port) ? undefined : this.#byScheme.get(protocol);
    return (proxy ?? this.#direct).dispatch(options, handler);
  }

  /** At once, whatever is under way. */
  override async destroy(): Promise<void> {
    await Promise.all([this.#direct, ...this.#byScheme.values()].map((agent) => agent.destroy()));
  }
}

/** NO_PROXY as curl reads it: a name stands for itself and for all names that end in it. */
function directHosts(none: string): (host: string, port: string) => boolean {
  const entries = none
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map((entry) => /^(?:\*?\.)?(.+?)(?::(\d+))?$/.exec(entry)!)
    .map(([, name, port]) => ({ name: name!, port }));
  return (host, port) =>
    entries.some(
      (entry) =>
        (entry.port === undefined || entry.port === port) &&
        (entry.name === '*' || host === entry.name || host.endsWith(`.${entry.name}`)),
    );
}
