// AssemblyScript, compiled by scripts/build/webassembly.ts: a whole training run inside its own memory, whose layout is in
// ../layout.ts. An instance is one run at a time; nothing outlasts `begin`, which TypeScript calls with the parameters
// in place.

export { begin, prepare } from './prepare';
export { advance, evaluate } from './steps';

/** Where the memory is free of AssemblyScript's own data: at most the first address of the layout. */
export function ownBytes(): usize {
  return __heap_base;
}
