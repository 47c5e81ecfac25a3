// AssemblyScript, compiled by scripts/build/webassembly.ts: a whole training run in its own memory, whose layout is in
// ../layout.ts. An instance runs one run at a time; `begin`, which TypeScript calls after storing the parameters,
// resets everything.

export { begin, prepare } from './prepare';
export { advance, evaluate } from './steps';

/** The end of AssemblyScript's own data, which must not exceed the first address of the layout. */
export function ownBytes(): usize {
  return __heap_base;
}
