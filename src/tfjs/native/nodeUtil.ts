// Replaces Node's util where tfjs-node is bundled: Node 23 dropped two functions that it calls (tfjs #8609).
import util from 'node:util';

export { promisify } from 'node:util';
export const isArray = Array.isArray;
export const isNullOrUndefined = (value: unknown): value is null | undefined =>
  value === null || value === undefined;

/** Restores the two functions that Node dropped, if they are missing. */
export function restoreNodeUtil(): void {
  for (const [name, value] of Object.entries({ isArray, isNullOrUndefined })) {
    if (!(name in util)) Object.defineProperty(util, name, { value, configurable: true });
  }
}
