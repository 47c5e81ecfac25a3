/** The imports of a checked module and of everything that it imports, as seen by the hooks. */

/** A message of a hook: a file of the user was read, or TensorFlow.js was imported by its name. */
export type Noted =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'tfjs'; readonly specifier: string; readonly importer: string };

/** Entries of this package that register gradients, or kernels of backends that double precision does not have. */
export const REGISTERING = /^backproof\/(?:native|wasm-training|cpu-fixes|gradients)$/;

/** The imports noted so far. */
export class Imports {
  readonly #files = new Set<string>();
  readonly #importers = new Map<string, string>();
  readonly #registering = new Set<string>();
  readonly #catchUp: () => void;

  /** `catchUp` fetches the messages of hooks in another thread. */
  constructor(catchUp: () => void) {
    this.#catchUp = catchUp;
  }

  note(noted: Noted): void {
    if (noted.kind === 'file') this.#files.add(noted.path);
    else if (REGISTERING.test(noted.specifier)) this.#registering.add(noted.specifier);
    else if (!this.#importers.has(noted.importer)) this.#importers.set(noted.importer, noted.specifier);
  }

  /** The files that were read, without those of packages. */
  files(): string[] {
    this.#catchUp();
    return [...this.#files].filter((path) => !/[\\/]node_modules[\\/]/.test(path));
  }

  /** The importers of TensorFlow.js's ops or tensors, with the specifiers that they use. */
  ofTfjs(): { readonly importer: string; readonly specifier: string }[] {
    this.#catchUp();
    return [...this.#importers].map(([importer, specifier]) => ({ importer, specifier }));
  }

  /** The imported entries of this package that fix backends or gradients. */
  registering(): string[] {
    this.#catchUp();
    return [...this.#registering];
  }
}
