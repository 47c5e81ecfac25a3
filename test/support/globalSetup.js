import { tsImport } from 'tsx/esm/api';

/** Compiles the AssemblyScript that the sources import, where it has changed: Jest needs no build before it. */
export default async function compileAssemblyScript() {
  const { buildWebAssembly } = await tsImport('../../scripts/build/webassembly.ts', import.meta.url);
  await buildWebAssembly();
}
