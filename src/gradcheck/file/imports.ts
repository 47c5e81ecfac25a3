/** The imports of a checked module and of everything behind it, as the hooks see them. */

/** A hook's message: a file of the user's was read, or TensorFlow.js was imported by its name. */
export type Noted =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'tfjs'; readonly specifier: string; readonly importer: string };

/** Entries of this package that register kernels with backends that the double precision has not, or gradients. */
export const REGISTERING = /^backproof\/(?:native|wasm-training|cpu-fixes|gradients)$/;

/** The imports that have been noted so far. */
export class Imports {
  readonly #files = new Set<string>();
  readonly #importers = new Map<string, string>();
  readonly #registering = new Set<string>();
  readonly #catchUp: () => void;

  /** `catchUp` fetches what hooks in another thread have seen. */
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

  /** Who imports ops or tensors of TensorFlow.js, and by what name. */
  ofTfjs(): { readonly importer: string; readonly specifier: string }[] {
    this.#catchUp();
    return [...this.#importers].map(([importer, specifier]) => ({ importer, specifier }));
  }

  /** The entries of this package that fix backends, where one is imported. */
  registering(): string[] {
    this.#catchUp();
    return [...this.#registering];
  }
}
