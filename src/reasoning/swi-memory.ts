import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * Bytes of the stack of SWI-Prolog's own C code. The megabyte that the build comes with is too small, and what runs out
 * of it silently overwrites other memory: a term nested 1,500 deep is enough. Of this much, JavaScript's own stack (4 MiB
 * in a worker thread) is always used up first, and that is noticed: a RangeError ends the instance.
 */
const STACK_BYTES = 16 * 1024 * 1024;

/** The memory of one SWI-Prolog instance: how large it is, and how large it may get. */
export class SwiMemory {
  /** It is refused to grow beyond this, which fails what asked for it. */
  mostBytes = Number.POSITIVE_INFINITY;
  /** Whether that has happened since this was last set to false. */
  wasRefused = false;
  #exports: Exports | undefined;

  /** Emscripten's hook for instantiating by hand: the only way to come by the exports, the memory among them. */
  readonly instantiateWasm = (
    imports: object,
    receive: (instance: WasmInstance, module: unknown) => void,
  ) => {
    const program = require.resolve('swipl-wasm/dist/swipl/swipl-web.wasm');
    void WebAssembly.instantiate(readFileSync(program), imports).then(({ instance, module }) => {
      this.#exports = instance.exports;
      this.#holdBack(this.#memory());
      receive(instance, module);
    });
    return {};
  };

  get bytes(): number {
    return this.#exports === undefined ? 0 : this.#memory().buffer.byteLength;
  }

  /** Gives the instance a larger stack: only while nothing runs on the one that it has. */
  moveStack(instance: { _malloc(bytes: number): number }): void {
    const glue = readFileSync(require.resolve('swipl-wasm/dist/swipl/swipl.js'), 'utf8');
    // Exports have short names that only Emscripten's JavaScript can tell.
    const name = /__emscripten_stack_restore=wasmExports\["(\w+)"\]/.exec(glue)?.[1] ?? '';
    const restore = this.#exports?.[name];
    const block = instance._malloc(STACK_BYTES);
    if (typeof restore !== 'function' || block === 0) throw new Error("SWI-Prolog's stack cannot be moved");
    // It grows downwards, and stays a multiple of 16.
    restore((block + STACK_BYTES - 16) & ~15);
  }

  #memory(): WasmMemory {
    const found = Object.values(this.#exports!).find((item) => item instanceof WebAssembly.Memory);
    return found as WasmMemory;
  }

  #holdBack(memory: WasmMemory): void {
    const grow = memory.grow.bind(memory);
    memory.grow = (pages) => {
      if (memory.buffer.byteLength + pages * 65_536 > this.mostBytes) {
        this.wasRefused = true;
        throw new RangeError('the memory limit is reached');
      }
      return grow(pages);
    };
  }
}

interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
type Exports = Record<string, unknown>;
interface WasmInstance {
  readonly exports: Exports;
}
declare const WebAssembly: {
  readonly Memory: new (descriptor: { initial: number }) => WasmMemory;
  instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: WasmInstance; module: unknown }>;
};
